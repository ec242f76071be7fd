import { isDeepStrictEqual } from 'node:util';
import { DomainError, type ErrorParams } from '../../platform/errors';
import type { KeyImage } from '../key-images/key-image';
import type { ReportVersion } from '../reporting.entities';
import { textChanges } from './changes.rules';
import type { ReportAmendment } from './revisions.entities';
import { revisionErrors } from './revisions.errors';

type Text = Pick<ReportAmendment, 'kind' | 'technique' | 'findings' | 'impression' | 'recommendation' | 'positive'>;

/** What a version says. */
export type Said = Pick<ReportVersion, 'technique' | 'findings' | 'impression' | 'recommendation' | 'positive'>;

const SECTIONS = ['technique', 'findings', 'impression', 'recommendation'] as const;

/**
 * What a correction begins with: the text that stands with everything that addenda (oldest first) have added to it, for
 * the correction takes the place of all of them. Positive or negative is as the last of them says.
 */
export function withAddenda(base: Said, addenda: readonly Said[]): Said {
  const whole = { ...sayingOf(base) };
  for (const added of addenda) {
    for (const section of SECTIONS) {
      if (added[section].trim() === '') continue;
      whole[section] = [whole[section], `补充：${added[section].trim()}`].filter((part) => part !== '').join('\n');
    }
    whole.positive = added.positive;
  }
  return whole;
}

const sayingOf = ({ technique, findings, impression, recommendation, positive }: Said): Said => ({
  technique,
  findings,
  impression,
  recommendation,
  positive,
});

/** Its writer, and whoever has put words into it as an earlier one: another doctor has to review it. */
export const isOwn = (amendment: Pick<ReportAmendment, 'writer_id' | 'hand_ids'>, personId: string | null): boolean =>
  personId !== null && (amendment.writer_id === personId || amendment.hand_ids.includes(personId));

/** Its hands once this person has saved it as its writer. */
export const handsWith = ({ hand_ids: hands }: Pick<ReportAmendment, 'hand_ids'>, personId: string): string[] =>
  hands.includes(personId) ? hands : [...hands, personId];

/** What stands: its words, and the 关键图像 with them. */
export interface Stands {
  readonly text: Said | undefined;
  readonly keyImages: readonly KeyImage[];
}

/**
 * @param marked 关键图像 that the amendment would carry
 * @throws DomainError `addendum_empty`, or `amendment_unchanged` for a correction that says and shows what stands already
 */
export function requireSomethingNew(
  amendment: Text,
  marked: readonly KeyImage[],
  { text, keyImages }: Stands,
  present: ErrorParams,
): void {
  if (amendment.kind === 'addendum') {
    if ((amendment.findings + amendment.impression).trim() === '')
      throw new DomainError(revisionErrors.addendum_empty, present);
    return;
  }
  if (text && textChanges(text, amendment) === null && isDeepStrictEqual(marked, keyImages))
    throw new DomainError(revisionErrors.amendment_unchanged, present);
}
