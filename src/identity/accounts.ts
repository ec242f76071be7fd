import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { Config } from '../platform/config';
import { type Actor, type GatewayActor, type PersonActor, installationCtx } from '../platform/context';
import { Db, prepared } from '../platform/database';
import { sha256 } from '../platform/ids';
import {
  GATEWAY_PERMISSIONS,
  type GrantShape,
  permissionsOf,
  ROLES,
  type RoleName,
  sameEverywhere,
  siteOf,
} from './roles';

const TOUCH_MS = 60_000;

interface GrantRow {
  role: RoleName;
  clinic_id: string | null;
  hospital_id: string | null;
}

interface SessionRow {
  session_id: string;
  csrf_token: string;
  seen_at: Date;
  person_id: string;
  county_id: string;
  name: string;
  grants: GrantRow[];
}

interface KeyRow {
  id: string;
  county_id: string;
  clinic_id: string;
  label: string;
  used_at: Date | null;
}

/** What a credential is looked up for: a `look` (may he still listen?) is no sign of life and writes nothing. */
export type LookUpFor = 'use' | 'look';

export interface Authenticated {
  readonly actor: Actor;
  readonly countyId: string;
  readonly session?: { readonly id: string; readonly csrfToken: string };
}

const GRANTS = `coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'clinic_id', g.clinic_id, 'hospital_id', g.hospital_id)
     ORDER BY g.created_at, g.id)
   FROM person_grant g WHERE g.person_id = p.id AND g.revoked_at IS NULL), '[]'::jsonb) AS grants`;

const SESSION = prepared(
  `SELECT s.id AS session_id, s.csrf_token, s.seen_at, p.id AS person_id, p.county_id, p.name, ${GRANTS}
   FROM session s JOIN person p ON p.id = s.person_id
   WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.seen_at > $2 AND p.active`,
);

const GATEWAY_KEY = prepared(
  `SELECT k.id, k.county_id, k.clinic_id, k.label, k.used_at FROM gateway_key k JOIN clinic c ON c.id = k.clinic_id
   WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND c.active`,
);

/** Turns a session cookie or a gateway key into an actor. Looks across counties, so it runs as the relay role. */
@Injectable()
export class Accounts {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** The signed-in person, or undefined when the session is unknown, ended, or idle for too long. */
  async bySession(token: string, purpose: LookUpFor): Promise<Authenticated | undefined> {
    const now = this.clock.now();
    const idleSince = new Date(now.getTime() - this.config.env.SESSION_IDLE_MINUTES * 60_000);
    const row = await this.db.relayRow<SessionRow>(SESSION, [sha256(token), idleSince]);
    if (!row) return undefined;
    if (purpose === 'use' && now.getTime() - row.seen_at.getTime() > TOUCH_MS)
      await this.touch('UPDATE session SET seen_at = $2 WHERE id = $1', row.session_id, now);
    const session = { id: row.session_id, csrfToken: row.csrf_token };
    return { actor: personActor(row.person_id, row.name, row.grants), countyId: row.county_id, session };
  }

  /** The clinic gateway that holds this key, or undefined when it is unknown or revoked. */
  async byGatewayKey(key: string, purpose: LookUpFor): Promise<Authenticated | undefined> {
    const now = this.clock.now();
    const row = await this.db.relayRow<KeyRow>(GATEWAY_KEY, [sha256(key)]);
    if (!row) return undefined;
    if (purpose === 'use' && (!row.used_at || now.getTime() - row.used_at.getTime() > TOUCH_MS))
      await this.touch('UPDATE gateway_key SET used_at = $2 WHERE id = $1', row.id, now);
    return { actor: gatewayActor(row.id, row.label, row.clinic_id), countyId: row.county_id };
  }

  private touch(sql: string, id: string, now: Date): Promise<number> {
    return this.db.relay(installationCtx('sign-in'), (tx) => tx.change(sql, [id, now]));
  }
}

/** Whether what was decided for the one holds for the other. */
export function sameRights(one: Authenticated, other: Authenticated): boolean {
  const rights = ({ countyId, actor: { id, permissions, clinicIds, hospitalIds, countyWide } }: Authenticated) => [
    countyId,
    id,
    permissions,
    clinicIds,
    hospitalIds,
    countyWide,
  ];
  return isDeepStrictEqual(rights(one), rights(other));
}

/** The actor of a person with these grants, the earliest first. */
export function personActor(id: string, name: string, grants: readonly GrantRow[]): PersonActor {
  const known = ofOneReach(grants.filter((grant) => grant.role in ROLES));
  return {
    kind: 'person',
    id,
    name,
    permissions: permissionsOf(known.map((grant) => grant.role)),
    clinicIds: [...new Set(known.flatMap((grant) => grant.clinic_id ?? []))],
    hospitalIds: [...new Set(known.flatMap((grant) => grant.hospital_id ?? []))],
    countyWide: known.some((grant) => ROLES[grant.role].site === 'county'),
  };
}

/**
 * Grants that differ from site to site are refused when they are given; rows that came by another way count only for the
 * site of the first one, since the permissions of an actor hold at all of its sites.
 */
function ofOneReach(grants: readonly GrantRow[]): readonly GrantRow[] {
  const shapes = grants.map(shapeOf);
  const first = shapes[0];
  if (!first || sameEverywhere(shapes)) return grants;
  return grants.filter((_, i) => siteOf(shapes[i]!) === siteOf(first));
}

const shapeOf = ({ role, clinic_id, hospital_id }: GrantRow): GrantShape => ({
  role,
  clinicId: clinic_id ?? undefined,
  hospitalId: hospital_id ?? undefined,
});

const gatewayPermissions: ReadonlySet<string> = new Set(GATEWAY_PERMISSIONS);

function gatewayActor(id: string, label: string, clinicId: string): GatewayActor {
  return {
    kind: 'gateway',
    id,
    name: label,
    permissions: gatewayPermissions,
    clinicIds: [clinicId],
    hospitalIds: [],
    countyWide: false,
  };
}
