import { ROLES, type RoleName } from '../identity';
import type { Tx } from '../platform/database';

const rolesWith = (permission: string): readonly RoleName[] =>
  (Object.keys(ROLES) as RoleName[]).filter((role) =>
    (ROLES[role].permissions as readonly string[]).includes(permission),
  );

/** Posts whose holders read: they draft, write or review. An expert of another institution answers questions and reads nothing. */
export const READING_ROLES = rolesWith('worklist.write');

/** Posts whose holders may review what another has written. */
export const REVIEWING_ROLES = rolesWith('worklist.review');

/**
 * Which of these people hold one of the posts now, at a hospital of the county itself. A roster says who was meant to come;
 * posts are given and taken meanwhile.
 */
export async function holdersOf(
  tx: Tx,
  roles: readonly RoleName[],
  personIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await tx.rows<{ id: string }>(
    `SELECT p.id FROM person p WHERE p.county_id = $1 AND p.id = ANY($2) AND p.active AND EXISTS (
       SELECT 1 FROM person_grant g JOIN hospital h ON h.id = g.hospital_id AND NOT h.external
       WHERE g.person_id = p.id AND g.revoked_at IS NULL AND g.role = ANY($3))`,
    [tx.ctx.countyId, personIds, roles],
  );
  return new Set(rows.map(({ id }) => id));
}
