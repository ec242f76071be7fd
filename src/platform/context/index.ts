export { personOf } from './person';
export { installationCtx, systemCtx, visibleClinics, can } from './ctx';
export type { Ctx, Actor, PersonActor, GatewayActor, SystemActor } from './ctx';
