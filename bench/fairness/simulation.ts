import { type Duty, dutiesAt } from '../../src/rosters';
import type { CountyDay, SimExam, SimReader } from './county-day';

/** One way of ordering and handing out. Times are milliseconds. */
export interface List {
  /** An exam was queued. Answers the moments at which the list changes by itself for this exam. */
  add(exam: SimExam, now: number): readonly number[];
  /** Takes the exam that this reader gets now off the list. */
  next(reader: SimReader, now: number): SimExam | undefined;
  /** One of those moments has come. */
  changed?(now: number): void;
  /** The reader has finished what he got. */
  done?(reader: SimReader): void;
}

export interface Read {
  readonly exam: SimExam;
  /** Minutes from queueing to the begin of reading. */
  readonly wait: number;
  readonly endedAt: number;
}

const MINUTE = 60_000;
/** Rosters change on the half hour. */
const ROSTER_STEP = 30 * MINUTE;

/**
 * Replays a day through a list: whoever is on duty and free asks for the next exam, who waited longest for one first; an exam
 * once begun is read to its end. Goes on until everything is read.
 */
export function replay(day: CountyDay, list: List): Read[] {
  const events = new Events();
  const changes = (at: number): void => events.add(at, () => list.changed?.(at));
  for (const exam of day.exams) events.add(exam.queuedAt, () => list.add(exam, exam.queuedAt).forEach(changes));
  const free = new Map(day.readers.map((reader) => [reader.id, { reader, since: 0 }]));
  const onDuty = dutyBook(day);
  const reads: Read[] = [];
  for (let now = events.pop(); now !== undefined; now = events.pop()) {
    const present = onDuty(now);
    const asking = [...free.values()].filter(({ reader }) => present.has(reader.id)).sort((a, b) => a.since - b.since);
    for (const { reader } of asking) {
      const exam = list.next(reader, now);
      if (!exam) continue;
      const endedAt = now + exam.minutes * MINUTE;
      reads.push({ exam, wait: (now - exam.queuedAt) / MINUTE, endedAt });
      free.delete(reader.id);
      events.add(endedAt, () => {
        free.set(reader.id, { reader, since: endedAt });
        list.done?.(reader);
      });
    }
    // Somebody comes on duty while nothing else happens.
    if (reads.length < day.exams.length) events.add(Math.floor(now / ROSTER_STEP + 1) * ROSTER_STEP);
  }
  return reads;
}

/** Who is on duty, by the product's own rule; asked once per half hour. */
export function dutyBook(day: CountyDay): (now: number) => ReadonlySet<string> {
  const duties = dutyTable(day);
  const known = new Map<number, ReadonlySet<string>>();
  return (now) => {
    const slot = Math.floor(now / ROSTER_STEP);
    const found = known.get(slot) ?? new Set(duties(now).map(({ personId }) => personId));
    known.set(slot, found);
    return found;
  };
}

export function dutyTable(day: CountyDay): (now: number) => readonly Duty[] {
  const known = new Map<number, readonly Duty[]>();
  return (now) => {
    const slot = Math.floor(now / ROSTER_STEP);
    const found = known.get(slot) ?? dutiesAt(day.shifts, [], new Date(slot * ROSTER_STEP));
    known.set(slot, found);
    return found;
  };
}

/** Moments at which something may happen, in order; each once. A binary heap. */
class Events {
  private readonly heap: number[] = [];
  private readonly actions = new Map<number, (() => void)[]>();

  add(at: number, action?: () => void): void {
    const known = this.actions.get(at);
    if (!known) this.push(at);
    this.actions.set(at, [...(known ?? []), ...(action ? [action] : [])]);
  }

  /** Runs what is due at the next moment and answers it. */
  pop(): number | undefined {
    const at = this.heap[0];
    if (at === undefined) return undefined;
    const last = this.heap.pop()!;
    if (this.heap.length > 0) this.sink(last);
    const actions = this.actions.get(at)!;
    this.actions.delete(at);
    for (const action of actions) action();
    return at;
  }

  private push(at: number): void {
    let i = this.heap.push(at) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.heap[parent]! <= at) break;
      this.heap[i] = this.heap[parent]!;
      i = parent;
    }
    this.heap[i] = at;
  }

  private sink(at: number): void {
    const { heap } = this;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
      if (heap[child]! >= at) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = at;
  }
}
