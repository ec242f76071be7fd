import { commonErrors, DomainError } from '../platform/errors';
import type { Tx } from '../platform/database';
import { identityErrors } from './identity.errors';
import { type GrantShape, SUPERVISING_ROLES } from './roles';

const FIELD = 'supervisorId';
const PROBLEMS = {
  missing: '进修/规培医师须指定带教医师',
  oneself: '不能由本人带教',
  not_entitled: '须为在岗、执业证书有效的报告医师或审核医师',
} as const;

/** A trainee drafts under somebody's name. @throws DomainError `supervisor_invalid` where nobody is named */
export function requireNamed(grants: readonly GrantShape[], supervisorId: string | null | undefined): void {
  if (!supervisorId && grants.some(({ role }) => role === 'trainee')) throw invalid('missing');
}

/**
 * A supervisor is somebody else of this county, at work, who may submit reports and whose licence is valid at this moment.
 *
 * @throws DomainError `not_found` for nobody of this county, `supervisor_invalid` for somebody who may not supervise
 */
export async function requireSupervisor(tx: Tx, personId: string, supervisorId: string, at: Date): Promise<void> {
  if (supervisorId === personId) throw invalid('oneself');
  const found = await tx.row<{ entitled: boolean }>(
    `SELECT p.active AND trim(coalesce(p.licence_number, '')) <> ''
         AND coalesce(p.licence_valid_until >= ($3::timestamptz AT TIME ZONE 'Asia/Shanghai')::date, false)
         AND EXISTS (SELECT 1 FROM person_grant g WHERE g.person_id = p.id AND g.revoked_at IS NULL AND g.role = ANY($4))
       AS entitled
     FROM person p WHERE p.county_id = $1 AND p.id = $2`,
    [tx.ctx.countyId, supervisorId, at, SUPERVISING_ROLES],
  );
  if (!found) throw new DomainError(commonErrors.not_found, { field: FIELD });
  if (!found.entitled) throw invalid('not_entitled');
}

function invalid(fault: keyof typeof PROBLEMS): DomainError {
  return new DomainError(identityErrors.supervisor_invalid, { field: FIELD, problem: PROBLEMS[fault], fault });
}
