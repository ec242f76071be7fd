import { localDayOf } from '../../src/rosters';
import { afterNext, type Turn } from '../../src/worklist/next/ceiling.rules';
import {
  assignmentFor,
  type Assigned,
  type ItemMode,
  offeredTo,
  type Specialist,
} from '../../src/worklist/assignment/assignment.rules';
import { heldUntil, widened } from '../../src/worklist/assignment/broadening.rules';
import type { Credits } from '../../src/worklist/assignment/quota.rules';
import { specialtyOf } from '../../src/worklist/assignment/specialty.rules';
import { broadenAt, ceilingAt, dueAt, type DueFacts, type Limits } from '../../src/worklist/list/due.rules';
import { byListOrder, offersTo, pickNext, type Waiting } from '../../src/worklist/next/next.rules';
import { RANK } from '../../src/worklist/list/priority.rules';
import type { CountyDay, SimExam, SimReader } from './county-day';
import { dutyTable, type List } from './simulation';

/** First come, first served, whatever it is: one list for everybody. */
export class Fifo implements List {
  private readonly waiting: SimExam[] = [];

  add(exam: SimExam): readonly number[] {
    this.waiting.push(exam);
    return [];
  }

  next(): SimExam | undefined {
    return this.waiting.shift();
  }
}

const STRICT = ['STAT', 'URGENT', 'ROUTINE', 'SCREENING'] as const;

/** STAT, then URGENT, then ROUTINE, then SCREENING, without exception; each first come, first served. */
export class StrictPriority implements List {
  private readonly waiting = new Map(STRICT.map((priority) => [priority, [] as SimExam[]]));

  add(exam: SimExam): readonly number[] {
    this.waiting.get(exam.priority)!.push(exam);
    return [];
  }

  next(): SimExam | undefined {
    return STRICT.map((priority) => this.waiting.get(priority)!)
      .find((queue) => queue.length > 0)
      ?.shift();
  }
}

const COUNTY = 'county';

interface SimItem extends Waiting {
  readonly exam: SimExam;
  readonly at_risk: Date;
  offered_to: string;
  assignment_mode: ItemMode | null;
  hospital_id: string | null;
  assigned_person_id: string | null;
  broaden_at: Date | null;
  broadened_at: Date | null;
}

/**
 * The product's list, by its own rules: limits and ceilings (due.rules), first groups by roster, quota, specialty and patient
 * (assignment.rules), broadening, and `next` with the ceiling rule (next.rules).
 */
export class ProductList implements List {
  /** By offer, as the index of the database is. */
  private readonly waiting = new Map<string, Set<SimItem>>();
  private readonly changes = new Map<number, SimItem[]>();
  private readonly readersOfPatient = new Map<string, { personId: string | null; hospitalId: string | null }>();
  private readonly personal = new Map<string, number>();
  private readonly holding = new Map<string, number>();
  private readonly turns = new Map<string, number>();
  private readonly duties;
  private readonly specialties;
  private credits: Credits = {};

  constructor(
    private readonly day: CountyDay,
    private readonly limits: Limits,
  ) {
    this.duties = dutyTable(day);
    this.specialties = new Map(day.readers.map((reader) => [reader.id, reader.specialties]));
  }

  add(exam: SimExam, now: number): readonly number[] {
    const [at, due] = [new Date(now), this.dueOf(exam)];
    const { mode, hospitalId, personId } = this.assign(exam, now, due) ?? NOBODY;
    const group = { assignment_mode: mode, hospital_id: hospitalId, assigned_person_id: personId };
    const atRisk = broadenAt(exam.priority, at, due, this.limits);
    const item: SimItem = {
      ...group,
      exam,
      exam_id: exam.id,
      rank: RANK[exam.priority],
      identity_hold: false,
      due_at: due,
      ceiling_at: ceilingAt({ priority: exam.priority, queuedAt: at }, this.limits),
      at_risk: atRisk,
      broaden_at: heldUntil(group, atRisk, at),
      broadened_at: null,
      offered_to: '',
    };
    this.settle(item, now);
    // The rules ask again at each of these moments; the product has its timers there.
    const moments = [item.broaden_at!, atRisk, due].map((moment) => moment.getTime()).filter((moment) => moment > now);
    for (const moment of new Set(moments)) this.changes.set(moment, [...(this.changes.get(moment) ?? []), item]);
    return moments;
  }

  next(reader: SimReader, now: number): SimExam | undefined {
    const offers = offersTo(COUNTY, reader.id, [reader.hospitalId]);
    const free = offers.flatMap((offer) => [...(this.waiting.get(offer) ?? [])]);
    if (free.length === 0) return undefined;
    const sinceCeiling = this.turns.get(reader.id) ?? 0;
    const turn: Turn = { sinceCeiling, alone: this.duties(now).length <= 1 };
    const picked = pickNext(free, offers, turn, new Date(now));
    if (!picked) return undefined;
    this.turns.set(reader.id, afterNext(sinceCeiling, picked.byCeiling));
    this.take(picked.item, reader);
    return picked.item.exam;
  }

  dueOf(exam: SimExam): Date {
    return dueAt(factsOf(exam), this.limits);
  }

  private assign(exam: SimExam, now: number, due: Date): Assigned | null {
    const onDuty = new Map<string, string[]>();
    for (const { hospitalId, personId } of this.duties(now))
      onDuty.set(hospitalId, [...(onDuty.get(hospitalId) ?? []), personId]);
    const specialty = specialtyOf({ bodyPart: exam.bodyPart, itemName: '' });
    const sibling = this.readersOfPatient.get(patientOf(exam));
    const assigned = assignmentFor({
      mode: 'roster',
      sibling: sibling ? { ...sibling, away: false } : null,
      onDuty: [...onDuty].map(([hospitalId, personIds]) => ({ hospitalId, personIds })),
      ahead: [...onDuty.keys()].map((hospitalId) => ({ hospitalId, exams: this.aheadOf(hospitalId, exam, due) })),
      weights: this.day.weights,
      credits: this.credits,
      specialty,
      specialists: this.specialistsOf(onDuty, specialty),
    });
    this.credits = assigned?.credits ?? this.credits;
    if (assigned && (assigned.personId ?? assigned.hospitalId) !== null)
      this.readersOfPatient.set(patientOf(exam), { personId: assigned.personId, hospitalId: assigned.hospitalId });
    return assigned;
  }

  private specialistsOf(onDuty: ReadonlyMap<string, readonly string[]>, specialty: string | null): Specialist[] {
    return [...onDuty].flatMap(([hospitalId, personIds]) =>
      personIds
        .filter((personId) => this.specialties.get(personId)!.some((one) => one === specialty))
        .map((personId) => ({ personId, hospitalId, waiting: this.personal.get(personId) ?? 0 })),
    );
  }

  /** What stands before this exam in a hospital's own list, and what its people hold. */
  private aheadOf(hospitalId: string, exam: SimExam, due: Date): number {
    const mine = { exam_id: exam.id, rank: RANK[exam.priority], due_at: due, ceiling_at: null, offered_to: '' };
    const before = [...(this.waiting.get(hospitalId) ?? [])].filter((item) => byListOrder(item, mine) < 0).length;
    return before + (this.holding.get(hospitalId) ?? 0);
  }

  changed(now: number): void {
    for (const item of this.changes.get(now) ?? []) {
      if (this.waiting.get(item.offered_to)?.delete(item)) this.settle(item, now);
    }
    this.changes.delete(now);
  }

  /** Widens the item's group if its time is over, and offers it. */
  private settle(item: SimItem, now: number): void {
    const before = item.offered_to === '' ? null : item.assigned_person_id;
    const over = item.broaden_at !== null && item.broadened_at === null && item.broaden_at.getTime() <= now;
    if (over) Object.assign(item, widened(item, item.at_risk, new Date(now)));
    if (before !== item.assigned_person_id) {
      if (item.assigned_person_id) this.countPersonal(item.assigned_person_id, 1);
      if (before) this.countPersonal(before, -1);
    }
    item.offered_to = offeredTo({ ...item, county_id: COUNTY, overdue: item.due_at.getTime() <= now });
    this.waiting.set(item.offered_to, (this.waiting.get(item.offered_to) ?? new Set()).add(item));
  }

  private take(item: SimItem, reader: SimReader): void {
    this.waiting.get(item.offered_to)!.delete(item);
    if (item.assigned_person_id) this.countPersonal(item.assigned_person_id, -1);
    this.readersOfPatient.set(patientOf(item.exam), { personId: reader.id, hospitalId: reader.hospitalId });
    this.holding.set(reader.hospitalId, (this.holding.get(reader.hospitalId) ?? 0) + 1);
  }

  done(reader: SimReader): void {
    this.holding.set(reader.hospitalId, this.holding.get(reader.hospitalId)! - 1);
  }

  private countPersonal(personId: string, change: number): void {
    this.personal.set(personId, (this.personal.get(personId) ?? 0) + change);
  }
}

const NOBODY = { mode: null, hospitalId: null, personId: null } as const;

/** Whoever has one exam of a patient of a day gets the others. */
const patientOf = ({ patient, queuedAt }: SimExam): string =>
  `${patient} ${localDayOf(new Date(queuedAt)).from.getTime()}`;

export function factsOf(exam: SimExam): DueFacts {
  return {
    priority: exam.priority,
    clinicId: exam.clinicId,
    modality: exam.modality,
    bodyPart: exam.bodyPart,
    itemName: '',
    startedAt: null,
    queuedAt: new Date(exam.queuedAt),
  };
}
