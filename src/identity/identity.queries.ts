import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Ctx } from '../platform/context';
import { Db, decodeCursor, type Page, pageOf } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { text } from '../platform/http';
import type { PeopleList } from './identity.dto';
import { ROLES, type RoleName } from './roles';

interface PersonRow {
  id: string;
  username: string;
  name: string;
  title: string | null;
  licence_number: string | null;
  licence_valid_until: string | null;
  supervisor_id: string | null;
  phone: string;
  active: boolean;
  grants: { role: RoleName; clinicId: string | null; hospitalId: string | null; siteName: string | null }[];
}

const PERSON = `p.id, p.username, p.name, p.title, p.licence_number, p.licence_valid_until::text AS licence_valid_until, p.supervisor_id, p.phone, p.active,
  coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'clinicId', g.clinic_id, 'hospitalId', g.hospital_id,
      'siteName', coalesce(c.name, h.name)) ORDER BY g.created_at)
    FROM person_grant g LEFT JOIN clinic c ON c.id = g.clinic_id LEFT JOIN hospital h ON h.id = g.hospital_id
    WHERE g.person_id = p.id AND g.revoked_at IS NULL), '[]'::jsonb) AS grants`;

/** The position of the list of people: a user name. */
const position = z.tuple([text(100)]);

@Injectable()
export class IdentityQueries {
  constructor(private readonly db: Db) {}

  /** The signed-in person with posts, permissions and county: what a screen needs to know about its user. */
  async me(ctx: Ctx, csrfToken: string | undefined): Promise<object> {
    if (ctx.actor.kind !== 'person') {
      return {
        kind: ctx.actor.kind,
        id: ctx.actor.id,
        name: ctx.actor.name,
        clinicIds: ctx.actor.clinicIds,
        permissions: [...ctx.actor.permissions],
      };
    }
    const [row, county] = await this.db.read(
      ctx,
      async (tx) =>
        [
          await tx.row<PersonRow>(`SELECT ${PERSON} FROM person p WHERE p.county_id = $1 AND p.id = $2`, [
            ctx.countyId,
            ctx.actor.id,
          ]),
          await tx.row<{ name: string; centre_name: string }>('SELECT name, centre_name FROM county WHERE id = $1', [
            ctx.countyId,
          ]),
        ] as const,
    );
    if (!row || !county) throw new DomainError(commonErrors.not_found);
    return {
      kind: 'person',
      ...personView(row),
      county: { countyId: ctx.countyId, name: county.name, centreName: county.centre_name },
      permissions: [...ctx.actor.permissions].sort(),
      csrfToken,
    };
  }

  /** People of the county by user name; keyset on the user name. */
  async people(ctx: Ctx, input: PeopleList): Promise<Page<object>> {
    const after = input.cursor ? decodeCursor(input.cursor, position)[0] : null;
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<PersonRow>(
        `SELECT ${PERSON} FROM person p
         WHERE p.county_id = $1 AND ($2::text IS NULL OR p.username > $2)
           AND ($3::text IS NULL OR p.name LIKE '%' || $3 || '%' OR p.username LIKE $3 || '%')
         ORDER BY p.username LIMIT $4`,
        [ctx.countyId, after ?? null, input.q?.replace(/[\\%_]/g, '\\$&') ?? null, input.limit + 1],
      ),
    );
    return pageOf(rows, input.limit, personView, (last) => [last.username]);
  }

  async gatewayKeys(ctx: Ctx): Promise<{ items: object[]; nextCursor: null }> {
    const items = await this.db.read(ctx, (tx) =>
      tx.rows<object>(
        `SELECT k.id AS "keyId", k.clinic_id AS "clinicId", c.name AS "clinicName", k.label, k.hint, k.created_at AS "createdAt",
           k.used_at AS "usedAt", k.revoked_at AS "revokedAt"
         FROM gateway_key k JOIN clinic c ON c.id = k.clinic_id WHERE k.county_id = $1 ORDER BY c.code, k.id LIMIT 1000`,
        [ctx.countyId],
      ),
    );
    return { items, nextCursor: null };
  }
}

function personView(row: PersonRow): object {
  return {
    personId: row.id,
    username: row.username,
    name: row.name,
    title: row.title,
    licenceNumber: row.licence_number,
    licenceValidUntil: row.licence_valid_until,
    supervisorId: row.supervisor_id,
    phone: row.phone,
    active: row.active,
    grants: row.grants.map((grant) => ({ ...grant, roleName: ROLES[grant.role].name })),
  };
}
