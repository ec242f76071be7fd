import { type Ctx, personOf } from '../../platform/context';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { worklistErrors } from '../../worklist';

/**
 * At which of his hospitals the caller does this: the one named, or the only one he has; null for people of the county,
 * who have none. Throws `wrong_hospital` or, when he has several and names none, `hospital_missing`.
 */
export function postOf(ctx: Ctx, hospitalId: string | undefined, present: ErrorParams): string | null {
  const { hospitalIds } = personOf(ctx);
  if (hospitalId === undefined) {
    if (hospitalIds.length > 1)
      throw new DomainError(worklistErrors.hospital_missing, { field: 'hospitalId', ...present });
    return hospitalIds[0] ?? null;
  }
  if (!hospitalIds.includes(hospitalId))
    throw new DomainError(worklistErrors.wrong_hospital, { hospitalId, ...present });
  return hospitalId;
}
