export { IdentityModule, IdentityHttpModule } from './identity.module';
export { PeopleService } from './people.service';
export { GatewayKeysService } from './gateway-keys.service';
export { GatewayKey, LoginFailure, Person, PersonGrant, Session } from './identity.entities';
export { ALL_PERMISSIONS, ROLES } from './roles';
export type { RoleName } from './roles';
export { createPersonSchema } from './identity.dto';
export type { CreatePerson } from './identity.dto';
