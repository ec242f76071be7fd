import type { Ctx } from '../platform/context';
import { DomainError } from '../platform/errors';
import { criticalErrors } from './critical.errors';

/** The clocks of two PCs never agree: a time this little ahead of ours is taken as now. */
const SKEW_MS = 2 * 60_000;
/** Somebody may have phoned before the value was marked, but not hours before. */
const BEFORE_MS = 60 * 60_000;
/** Nobody can have received what had not been found: the two clocks may differ, and no more. */
export const RECEIVED_BEFORE_MS = SKEW_MS;

/** Whether the caller is a person of that clinic: not its gateway, not a reader, not somebody of another clinic. */
export const ofClinic = ({ actor }: Ctx, clinicId: string): boolean =>
  actor.kind === 'person' && actor.clinicIds.includes(clinicId);

/** What somebody may be called by behind his name. */
const TITLE = /(?:主任|副主任)?(?:医师|医生|大夫|主任|老师)$/u;
const ONESELF: readonly string[] = ['本人', '我', '我本人', '自己'];

const bareName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s·•・]/gu, '')
    .toLowerCase();

/**
 * Whether the receiver of a call, as he was written down, is one of these people, with a title or without: nobody reports to
 * himself. Somebody of the clinic who has the same name is told apart by whatever else is written (青石镇卫生院王伟).
 */
export function isOneOf(receiver: string, people: readonly (string | null)[]): boolean {
  const said = bareName(receiver);
  if (ONESELF.includes(said)) return true;
  return people.some((name) => {
    const own = bareName(name ?? '');
    return own !== '' && (said === own || said.replace(TITLE, '') === own);
  });
}

/** A moment as somebody remembers it, or now. Throws `time_in_future`, `time_too_early`. */
export function timeSaid(
  field: string,
  said: Date | undefined,
  foundAt: Date | null,
  now: Date,
  beforeMs = BEFORE_MS,
): Date {
  if (said === undefined) return now;
  if (said.getTime() > now.getTime() + SKEW_MS) throw new DomainError(criticalErrors.time_in_future, { field });
  if (foundAt && said.getTime() < foundAt.getTime() - beforeMs)
    throw new DomainError(criticalErrors.time_too_early, { field });
  return said > now ? now : said;
}

/** States of an exam that nobody reads any more, or that never was. */
export const EXAM_ENDS = ['VOID', 'WITHDRAWN'] as const;
export type ExamEnd = (typeof EXAM_ENDS)[number];

export const isExamEnd = (state: unknown): state is ExamEnd => EXAM_ENDS.some((end) => end === state);
