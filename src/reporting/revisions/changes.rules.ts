import type { Positive, ReportKind } from '../report.state';
import type { ReportText } from '../signing/signing.rules';
import { changedSections, type Section, type TextRun } from '../writing/text-diff.rules';

export type ComparedText = ReportText & { readonly positive: Positive | null };

/** In what a later text differs from an earlier one, word by word; a section left as it was is not named. */
export interface TextChanges {
  readonly sections: Partial<Record<Section, TextRun[]>>;
  readonly positive: { readonly from: Positive | null; readonly to: Positive | null } | null;
}

/** null when the two say the same. */
export function textChanges(earlier: ComparedText, later: ComparedText): TextChanges | null {
  const sections = changedSections(earlier, later);
  const positive = earlier.positive === later.positive ? null : { from: earlier.positive, to: later.positive };
  return Object.keys(sections).length === 0 && positive === null ? null : { sections, positive };
}

/** Whether a formal report follows a preliminary one and says something else. */
export const differsFromPreliminary = (
  base: ComparedText & { readonly kind: ReportKind },
  formal: ComparedText,
): boolean => base.kind === 'preliminary' && discrepancies(base, formal).length > 0;

/** What a doctor at the clinic acts on. */
export const ACTED_ON = ['findings', 'impression', 'positive'] as const;

/**
 * In which of {@link ACTED_ON} a formal report differs from the preliminary one before it. White space says nothing.
 */
export function discrepancies(preliminary: ComparedText, formal: ComparedText): (typeof ACTED_ON)[number][] {
  const said = (value: string | number | null): string => String(value).replace(/\s+/gu, '');
  return ACTED_ON.filter((field) => said(preliminary[field]) !== said(formal[field]));
}
