/**
 * Who asks, for which county, in which request. Every service method takes one; there is no empty context:
 * jobs and sweeps build theirs with {@link systemCtx}.
 */
export interface Ctx {
  readonly actor: Actor;
  readonly countyId: string;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
  readonly ip?: string | undefined;
}

export type Actor = PersonActor | GatewayActor | SystemActor;

export interface PersonActor {
  readonly kind: 'person';
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<string>;
  /** Clinics this person works at; empty for people of hospitals and of the county. */
  readonly clinicIds: readonly string[];
  readonly hospitalIds: readonly string[];
  readonly countyWide: boolean;
}

export interface GatewayActor {
  readonly kind: 'gateway';
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<string>;
  readonly clinicIds: readonly [string];
  readonly hospitalIds: readonly [];
  readonly countyWide: false;
}

export interface SystemActor {
  readonly kind: 'system';
  readonly id: null;
  readonly name: string;
  readonly permissions: ReadonlySet<string>;
  readonly clinicIds: readonly [];
  readonly hospitalIds: readonly [];
  readonly countyWide: true;
}

const NO_PERMISSIONS: ReadonlySet<string> = new Set();

/** The context of work that no person asked for: a job, a sweep, the seed. `name` is what the audit row will say. */
export function systemCtx(name: string, countyId: string, requestId: string, traceparent?: string): Ctx {
  const actor: SystemActor = {
    kind: 'system',
    id: null,
    name,
    permissions: NO_PERMISSIONS,
    clinicIds: [],
    hospitalIds: [],
    countyWide: true,
  };
  return { actor, countyId, requestId, traceparent };
}

/** No county has this id: what runs under it sees nothing behind row-level security. */
const NO_COUNTY = '00000000-0000-7000-8000-000000000000';

/** The context of the installation's own work over all counties: the relay, a sweep, a look at who is calling. */
export const installationCtx = (name: string, requestId = name): Ctx => systemCtx(name, NO_COUNTY, requestId);

/**
 * The clinics whose rows this actor may see, as a query's parameter takes them: null (every clinic) for county and
 * hospital people (a radiologist reads for every clinic of the county), else the clinics named by the grants. The first
 * wall of every list and look-up.
 */
export function visibleClinics(ctx: Ctx): readonly string[] | null {
  const { actor } = ctx;
  return actor.countyWide || actor.hospitalIds.length > 0 ? null : actor.clinicIds;
}

export function can(ctx: Ctx, permission: string): boolean {
  return ctx.actor.kind === 'system' || ctx.actor.permissions.has(permission);
}
