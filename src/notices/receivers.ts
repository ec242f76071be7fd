import { ROLES, type RoleName } from '../identity';

/** Whom a notice is for: one person, or everybody who holds a permission at a site. */
export type Receiver =
  | { readonly personId: string }
  | { readonly clinicId: string; readonly permission: string }
  | { readonly hospitalId: string; readonly permission: string }
  | { readonly county: true; readonly permission: string };

/** One line of the table by which {@link PEOPLE} finds the people. */
interface Address {
  readonly person_id: string | null;
  readonly clinic_id: string | null;
  readonly hospital_id: string | null;
  readonly county: boolean;
  readonly roles: readonly RoleName[];
}

/** Receivers as rows. @throws Error for a permission that no role gives: nobody would ever be told, which is a defect */
export function addresses(to: readonly Receiver[]): Address[] {
  return to.map((receiver) => ({
    person_id: 'personId' in receiver ? receiver.personId : null,
    clinic_id: 'clinicId' in receiver ? receiver.clinicId : null,
    hospital_id: 'hospitalId' in receiver ? receiver.hospitalId : null,
    county: 'county' in receiver,
    roles: 'permission' in receiver ? rolesWith(receiver.permission) : [],
  }));
}

function rolesWith(permission: string): RoleName[] {
  const roles = (Object.keys(ROLES) as RoleName[]).filter((role) =>
    (ROLES[role].permissions as readonly string[]).includes(permission),
  );
  if (roles.length === 0) throw new Error(`no role gives the permission ${permission}`);
  return roles;
}

/**
 * The active people of the county ($1) whom the addresses ($2, jsonb) mean, as a sub-select of `id`. A permission of a
 * site is that of the posts held there, not of posts elsewhere.
 */
export const PEOPLE = `
  SELECT DISTINCT p.id FROM jsonb_to_recordset($2::jsonb)
    AS one (person_id uuid, clinic_id uuid, hospital_id uuid, county boolean, roles text[])
  JOIN person p ON p.county_id = $1 AND p.active AND (
    p.id = one.person_id OR EXISTS (
      SELECT 1 FROM person_grant g WHERE g.county_id = $1 AND g.person_id = p.id AND g.revoked_at IS NULL AND g.role = ANY(one.roles)
        AND (g.clinic_id = one.clinic_id OR g.hospital_id = one.hospital_id
          OR (one.county AND g.clinic_id IS NULL AND g.hospital_id IS NULL))))`;
