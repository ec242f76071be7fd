import type { ReportKind } from '../../reporting';

/** A version adds to the text before it instead of taking its place: an addendum, or the same text under a corrected name. */
const ADDS: readonly ReportKind[] = ['addendum', 'demographics'];

/**
 * The versions whose texts the clinic goes by, of `versions` newest first: the newest that took the place of all before it,
 * and what was added since. An addendum is overtaken by a correction, which then says by its own text what still holds.
 */
export function inForce<Version extends { readonly kind: ReportKind }>(versions: readonly Version[]): Version[] {
  const base = versions.findIndex(({ kind }) => !ADDS.includes(kind));
  return base < 0 ? [...versions] : versions.slice(0, base + 1);
}
