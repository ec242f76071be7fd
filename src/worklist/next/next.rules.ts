import { ceilingTurn, type Turn } from './ceiling.rules';

/** How long `next` looks past an exam that the reader has given up (放弃), unless nothing else is offered to him. */
export const GIVEN_UP_MINUTES = 15;

/** What decides an item's place before a reader. */
export interface Waiting {
  readonly exam_id: string;
  readonly rank: number;
  readonly due_at: Date;
  readonly ceiling_at: Date | null;
  readonly offered_to: string;
  readonly identity_hold: boolean;
}

export interface Picked<T> {
  readonly item: T;
  /** It got ahead of the list's order. */
  readonly byCeiling: boolean;
}

type Placed = Pick<Waiting, 'exam_id' | 'rank' | 'due_at'>;

const byId = (a: Placed, b: Placed): number => (a.exam_id < b.exam_id ? -1 : a.exam_id > b.exam_id ? 1 : 0);

/** The one order of the list: STAT by due time, then all others by due time. */
export const byListOrder = (a: Placed, b: Placed): number =>
  a.rank - b.rank || a.due_at.getTime() - b.due_at.getTime() || byId(a, b);

const byCeiling = (a: Waiting, b: Waiting): number => a.ceiling_at!.getTime() - b.ceiling_at!.getTime() || byId(a, b);

/** To whom is offered what this reader may take: himself, his hospitals, everybody. */
export const offersTo = (countyId: string, personId: string, hospitalIds: readonly string[]): string[] => [
  personId,
  ...hospitalIds,
  countyId,
];

/**
 * What `next` hands to a reader among items that are free for him; undefined when nothing is offered to him. `givenUp` are
 * the exams that he released within the last {@link GIVEN_UP_MINUTES}. An exam under identity hold (身份存疑) is nobody's work
 * until it is clear whose it is. The statements of next.sql do the same along the indexes; a property test compares the two.
 */
export function pickNext<T extends Waiting>(
  free: readonly T[],
  offers: readonly string[],
  turn: Turn,
  now: Date,
  givenUp: readonly string[] = [],
): Picked<T> | undefined {
  const mine = free.filter((item) => offers.includes(item.offered_to) && !item.identity_hold);
  const fresh = mine.filter((item) => !givenUp.includes(item.exam_id));
  return pickAmong(fresh, turn, now) ?? pickAmong(mine, turn, now);
}

function pickAmong<T extends Waiting>(mine: readonly T[], turn: Turn, now: Date): Picked<T> | undefined {
  if (ceilingTurn(turn)) {
    const beyond = first(
      mine.filter(({ ceiling_at: at }) => at !== null && at <= now),
      byCeiling,
    );
    if (beyond) return { item: beyond, byCeiling: true };
  }
  const top = first(mine, byListOrder);
  return top && { item: top, byCeiling: false };
}

function first<T>(items: readonly T[], order: (a: T, b: T) => number): T | undefined {
  const [head, ...rest] = items;
  return head && rest.reduce((best, item) => (order(item, best) < 0 ? item : best), head);
}
