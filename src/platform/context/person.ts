import { commonErrors, DomainError } from '../errors';
import type { Ctx, PersonActor } from './ctx';

/** The person who asks; gateways and the system have no name to put under anything. Throws `forbidden`. */
export function personOf({ actor }: Ctx): PersonActor {
  if (actor.kind !== 'person') throw new DomainError(commonErrors.forbidden);
  return actor;
}
