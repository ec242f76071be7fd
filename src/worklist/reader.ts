import { can, type Ctx } from '../platform/context';
import { commonErrors, DomainError, type ErrorParams } from '../platform/errors';
import type { Reader } from './claiming/claim.rules';
import type { Stage } from './reading-item.entity';
import { worklistErrors } from './worklist.errors';

/**
 * The caller as a reader, for one of his hospitals: the one named, or the only one he has. Throws `forbidden`,
 * `wrong_hospital` or, when he has several and names none, `hospital_missing`, each with what is known of the exam.
 */
export function readerOf(ctx: Ctx, hospitalId: string | undefined, present: ErrorParams = {}): Reader {
  const { actor } = ctx;
  const stages: Stage[] = [];
  if (can(ctx, 'worklist.write')) stages.push('write');
  if (can(ctx, 'worklist.review')) stages.push('review');
  if (actor.kind !== 'person' || stages.length === 0)
    throw new DomainError(commonErrors.forbidden, { permission: 'worklist.write', ...present });
  const [first, ...others] =
    hospitalId === undefined ? actor.hospitalIds : actor.hospitalIds.filter((id) => id === hospitalId);
  if (first === undefined) throw new DomainError(worklistErrors.wrong_hospital, { hospitalId, ...present });
  if (others.length > 0) throw new DomainError(worklistErrors.hospital_missing, { field: 'hospitalId', ...present });
  return { id: actor.id, hospitalId: first, stages };
}
