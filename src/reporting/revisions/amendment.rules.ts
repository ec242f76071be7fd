import { DomainError, type ErrorParams } from '../../platform/errors';
import { textChanges } from './changes.rules';
import type { ReportAmendment } from './revisions.entities';
import { revisionErrors } from './revisions.errors';
import type { StandingVersion } from './standing-versions';

type Text = Pick<ReportAmendment, 'kind' | 'technique' | 'findings' | 'impression' | 'recommendation' | 'positive'>;

/** @throws DomainError `addendum_empty`, or `amendment_unchanged` for a correction that says what stands already */
export function requireSomethingNew(
  amendment: Text,
  base: Pick<StandingVersion, 'technique' | 'findings' | 'impression' | 'recommendation' | 'positive'> | undefined,
  present: ErrorParams,
): void {
  if (amendment.kind === 'addendum') {
    if ((amendment.findings + amendment.impression).trim() === '')
      throw new DomainError(revisionErrors.addendum_empty, present);
    return;
  }
  if (base && textChanges(base, amendment) === null) throw new DomainError(revisionErrors.amendment_unchanged, present);
}
