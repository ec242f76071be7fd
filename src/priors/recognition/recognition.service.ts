import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { type ExamState, idNumberFacts, normaliseIdNumber, normaliseModality } from '../../exams';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Clock } from '../../platform/clock';
import { type Ctx, personOf } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { type ImageGrade, ImageGrades } from '../../quality';
import { People } from '../persons/people';
import { PRIOR_EXAMS, type PriorExamRow } from '../prior-exams.queries';
import type { DecisionInput, LookupInput, SettingInput } from '../priors.dto';
import { RecognitionLookup } from '../priors.entities';
import { priorsErrors } from '../priors.errors';
import { type Bearer, type Bearers, bearersOf, notInstead, sameItem, unusableBecause } from './recognition.rules';

/** 默认 30 天, until the county sets its own. */
const DEFAULT_WINDOW_DAYS = 30;
const DAY_MS = 86_400_000;
/** As many recent exams of one person are looked through; nobody has more in a year. */
const MOST_EXAMS = 200;
/** Nobody orders faster; a list of numbers is not to be tried out. */
const LOOKUPS = 20;
const WINDOW_SECONDS = 60;
/** How long a lookup opens another clinic's images to who asked, before he has decided. */
export const LOOKUP_HOURS = 24;

/** Images that nobody has read yet are no result that could be recognised. */
const READ: readonly ExamState[] = ['SIGNED', 'AMENDING'];

/** An exam of the same item. The conclusion of its report is not part of it. */
export interface Recognisable {
  readonly examId: string;
  readonly clinicName: string;
  readonly accessionNumber: string | null;
  readonly modality: string | null;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly examStart: Date;
  readonly daysAgo: number;
  readonly studies: readonly { readonly studyInstanceUid: string }[];
  /** Whether images are at the centre; otherwise they stay at the clinic that made them. */
  readonly imagesHere: boolean;
  /** 图像质量; null = 未评级. */
  readonly grade: ImageGrade | null;
  /** Whether it may stand instead of a new one, and if not, why. */
  readonly substitute: boolean;
  readonly unusableBecause: string | null;
}

export interface LookedUp {
  readonly lookupId: string;
  readonly windowDays: number;
  readonly items: readonly Recognisable[];
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
}

/** Never says the other name: whoever asks may be guessing. */
const OTHER_NAME = { code: 'id_number_other_name', text: '该身份证号登记的是另一姓名，请核对身份证号和姓名' };

/** The clinic's own patient, and whoever carries the number. $1 county, $2 clinic, $3 local id, $4 身份证号. */
const BEARERS = `
  SELECT id, name, true AS own, false AS doubted FROM patient WHERE county_id = $1 AND clinic_id = $2 AND local_id = $3
  UNION ALL SELECT p.id, p.name, false,
    EXISTS (SELECT 1 FROM person_link l WHERE l.county_id = $1 AND l.patient_a = p.id AND l.state <> 'linked')
      OR EXISTS (SELECT 1 FROM person_link l WHERE l.county_id = $1 AND l.patient_b = p.id AND l.state <> 'linked')
  FROM patient p WHERE p.county_id = $1 AND p.id_number = $4`;

interface Standing {
  readonly state: ExamState;
  readonly imagesHere: boolean;
}

/** 互认: before an item is ordered, what of it was made lately, anywhere in the county. */
@Injectable()
export class Recognition {
  private readonly rate = new RateLimiterMemory({ points: LOOKUPS, duration: WINDOW_SECONDS });

  constructor(
    private readonly db: Db,
    private readonly commands: Commands,
    private readonly people: People,
    private readonly grades: ImageGrades,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks the item up for a patient of the caller's clinic (by its own number, by 身份证号 and name, or both) and keeps what
   * was found. A number that is known under other names only finds nobody, and says so (`id_number_other_name`). Throws
   * `patient_missing`, `name_missing`, `id_number_invalid`, `not_found` for another's clinic.
   */
  async lookUp(ctx: Ctx, input: LookupInput): Promise<LookedUp> {
    const clinicId = clinicOf(ctx, input.clinicId);
    await this.withinRate(personOf(ctx).id);
    return this.db.write(ctx, async (tx) => {
      const windowDays = await this.windowOf(tx);
      const now = this.clock.now();
      const { patients, otherName } = await this.patients(tx, clinicId, input);
      const rows = await this.recent(tx, patients, windowDays, now);
      const wanted = {
        modality: normaliseModality(input.modality),
        itemCode: input.itemCode ?? null,
        itemName: input.itemName ?? null,
        bodyPart: input.bodyPart ?? null,
        laterality: input.laterality ?? null,
      };
      const found = rows.filter(
        (row) => READ.includes(row.state) && row.modality !== null && sameItem(wanted, itemOf(row, row.modality)),
      );
      const ids = found.map(({ id }) => id);
      const grades = await this.grades.inForce(tx, ids);
      const items = found.map((row) => recognisable(row, grades.get(row.id) ?? null, now));
      const lookup = {
        id: newId(),
        county_id: ctx.countyId,
        clinic_id: clinicId,
        modality: wanted.modality,
        item_code: wanted.itemCode,
        item_name: wanted.itemName,
        body_part: wanted.bodyPart,
        window_days: windowDays,
        exam_ids: ids,
        looked_by: personOf(ctx).id,
        looked_at: now,
      };
      await tx.insert(RecognitionLookup, lookup);
      const offered = items.filter(({ substitute }) => substitute).length;
      await this.record(tx, lookup.id, 'look-up', { found: items.length, offered, windowDays, otherName });
      return { lookupId: lookup.id, windowDays, items, warnings: otherName ? [OTHER_NAME] : [] };
    });
  }

  private async withinRate(personId: string): Promise<void> {
    try {
      await this.rate.consume(personId);
    } catch (reason) {
      if (reason instanceof Error) throw reason;
      throw new DomainError(commonErrors.rate_limited, { retryAfterSeconds: WINDOW_SECONDS });
    }
  }

  /**
   * Keeps what was decided: used, or made again and why. Throws `not_found`, `decided_already`, `not_offered`,
   * `no_longer_offered`, `image_unusable`, `images_elsewhere`, `quality_not_low`, `reason_missing`.
   */
  async decide(ctx: Ctx, lookupId: string, input: DecisionInput): Promise<object> {
    const { examId, reason, note } = whatWasDecided(input);
    const deed = async (tx: Tx) => {
      const lookup = await this.own(tx, lookupId, 'FOR UPDATE');
      if (lookup.decision) throw new DomainError(priorsErrors.decided_already, { decision: lookup.decision });
      if (examId !== null && !lookup.exam_ids.includes(examId)) {
        throw new DomainError(priorsErrors.not_offered, { field: 'examId' });
      }
      await this.requireUsable(tx, lookup, input);
      await tx.change(
        `UPDATE recognition_lookup SET decision = $3, recognised_exam_id = $4, repeat_reason = $5, note = $6, decided_by = $7, decided_at = $8
         WHERE county_id = $1 AND id = $2 AND decision IS NULL`,
        [ctx.countyId, lookupId, input.decision, examId, reason, note, personOf(ctx).id, this.clock.now()],
      );
      await this.record(tx, lookupId, input.decision, { examId, reason });
      return { lookupId, decision: input.decision };
    };
    return this.commands.run(ctx, 'recognition.decide', lookupId, deed, 'recognition_lookup');
  }

  async setting(ctx: Ctx): Promise<{ windowDays: number }> {
    return this.db.read(ctx, async (tx) => ({ windowDays: await this.windowOf(tx) }));
  }

  async set(ctx: Ctx, { windowDays }: SettingInput): Promise<{ windowDays: number }> {
    return this.db.write(ctx, async (tx) => {
      const before = await this.windowOf(tx);
      await tx.change(
        `INSERT INTO recognition_setting (county_id, window_days) VALUES ($1, $2)
         ON CONFLICT (county_id) DO UPDATE SET window_days = excluded.window_days`,
        [ctx.countyId, windowDays],
      );
      const details = { from: before, to: windowDays };
      const subject = { subjectType: 'county', subjectId: ctx.countyId };
      await this.audit.record(tx, { action: 'recognition.set', ...subject, details });
      return { windowDays };
    });
  }

  /** A lookup of the caller's own clinics. Throws `not_found`. */
  async own(tx: Tx, lookupId: string, lock: '' | 'FOR UPDATE' = ''): Promise<RecognitionLookup> {
    const lookup = await tx.row<RecognitionLookup>(
      `SELECT * FROM recognition_lookup WHERE county_id = $1 AND id = $2 AND clinic_id = ANY($3) ${lock}`,
      [tx.ctx.countyId, lookupId, tx.ctx.actor.clinicIds],
    );
    if (!lookup) throw new DomainError(commonErrors.not_found);
    return lookup;
  }

  /**
   * The exam as it stands now; undefined once it is voided, withdrawn or held, or somebody has spoken against one of the
   * links of its patient since the look-up.
   */
  async standing(tx: Tx, { looked_at }: RecognitionLookup, examId: string): Promise<Standing | undefined> {
    return tx.row<Standing>(
      `SELECT e.state, EXISTS (
         SELECT 1 FROM exam_study x JOIN dicom_study s ON s.id = x.study_id
         WHERE x.exam_id = e.id AND x.unlinked_at IS NULL AND s.quarantined_at IS NULL) AS "imagesHere"
       FROM exam e WHERE e.county_id = $1 AND e.id = $2 AND e.identity_hold_at IS NULL AND e.state NOT IN ('VOID', 'WITHDRAWN')
         AND NOT EXISTS (SELECT 1 FROM person_link l WHERE l.county_id = $1 AND l.patient_a = e.patient_id
           AND l.state <> 'linked' AND l.decided_at > $3)
         AND NOT EXISTS (SELECT 1 FROM person_link l WHERE l.county_id = $1 AND l.patient_b = e.patient_id
           AND l.state <> 'linked' AND l.decided_at > $3)`,
      [tx.ctx.countyId, examId, looked_at],
    );
  }

  /** As exam and images are now, which may be another day than that of the look-up. */
  private async requireUsable(tx: Tx, lookup: RecognitionLookup, input: DecisionInput): Promise<void> {
    const grades = await this.grades.inForce(tx, lookup.exam_ids);
    if (input.decision === 'recognised') {
      const standing = await this.standing(tx, lookup, input.examId);
      if (!standing || !READ.includes(standing.state)) {
        throw new DomainError(priorsErrors.no_longer_offered, { field: 'examId' });
      }
      const because = unusableBecause(grades.get(input.examId) ?? null);
      if (because) throw new DomainError(priorsErrors.image_unusable, { field: 'examId', because });
      // What is recognised are images: somebody has to have seen them, here or at the clinic that made them.
      if (!standing.imagesHere && input.note === undefined) {
        throw new DomainError(priorsErrors.images_elsewhere, { field: 'note' });
      }
    } else if (input.reason === 'image_quality' && ![...grades.values()].some(unusableBecause)) {
      throw new DomainError(priorsErrors.quality_not_low, { field: 'reason' });
    }
  }

  private async patients(tx: Tx, clinicId: string, input: LookupInput): Promise<Bearers> {
    const { patientLocalId, patientName } = input;
    const idNumber = numberAskedFor(input);
    const rows = await tx.rows<Bearer>(BEARERS, [tx.ctx.countyId, clinicId, patientLocalId ?? null, idNumber]);
    const { patients, otherName } = bearersOf(rows, patientName ?? '');
    return { patients: await this.people.sameAs(tx, patients), otherName };
  }

  private recent(tx: Tx, patients: readonly string[], windowDays: number, now: Date): Promise<PriorExamRow[]> {
    const since = new Date(now.getTime() - windowDays * DAY_MS);
    return tx.rows<PriorExamRow>(PRIOR_EXAMS, [tx.ctx.countyId, patients, null, since, null, null, MOST_EXAMS]);
  }

  private async windowOf(tx: Tx): Promise<number> {
    const row = await tx.row<{ window_days: number }>(
      'SELECT window_days FROM recognition_setting WHERE county_id = $1',
      [tx.ctx.countyId],
    );
    return row?.window_days ?? DEFAULT_WINDOW_DAYS;
  }

  private record(tx: Tx, lookupId: string, what: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    const subject = { subjectType: 'recognition_lookup', subjectId: lookupId };
    return this.audit.record(tx, { action: `recognition.${what}`, ...subject, details });
  }
}

/** The 身份证号 by which he asks, normalised; null when he asks by the clinic's own number alone. */
function numberAskedFor({ patientLocalId, idNumber, patientName }: LookupInput): string | null {
  if (idNumber === undefined) {
    if (patientLocalId === undefined) throw new DomainError(priorsErrors.patient_missing, { field: 'patientLocalId' });
    return null;
  }
  const normalised = normaliseIdNumber(idNumber);
  if (!idNumberFacts(normalised)) throw new DomainError(priorsErrors.id_number_invalid, { field: 'idNumber' });
  if (patientName === undefined) throw new DomainError(priorsErrors.name_missing, { field: 'patientName' });
  return normalised;
}

/** The clinic for which the caller asks: the one named, or the only one he has. */
function clinicOf({ actor }: Ctx, named: string | undefined): string {
  const [first, ...others] = named === undefined ? actor.clinicIds : actor.clinicIds.filter((id) => id === named);
  if (first === undefined || others.length > 0) throw new DomainError(commonErrors.not_found, { field: 'clinicId' });
  return first;
}

function whatWasDecided(input: DecisionInput): { examId: string | null; reason: string | null; note: string | null } {
  const note = input.note ?? null;
  if (input.decision === 'recognised') return { examId: input.examId, reason: null, note };
  if (input.reason === 'other' && note === null) throw new DomainError(priorsErrors.reason_missing, { field: 'note' });
  return { examId: null, reason: input.reason, note };
}

const itemOf = (row: PriorExamRow, modality: string) => ({
  modality,
  itemCode: row.item_code,
  itemName: row.item_name,
  bodyPart: row.body_part,
  laterality: row.laterality,
});

const recognisable = (row: PriorExamRow, grade: ImageGrade | null, now: Date): Recognisable => ({
  examId: row.id,
  clinicName: row.clinic_name,
  accessionNumber: row.accession_number,
  modality: row.modality,
  itemName: row.item_name,
  bodyPart: row.body_part,
  examStart: row.taken_at,
  daysAgo: Math.max(0, Math.floor((now.getTime() - row.taken_at.getTime()) / DAY_MS)),
  studies: row.study_uids.map((studyInstanceUid) => ({ studyInstanceUid })),
  imagesHere: row.study_uids.length > 0,
  grade,
  substitute: notInstead(grade, row.study_uids.length > 0) === null,
  unusableBecause: notInstead(grade, row.study_uids.length > 0),
});
