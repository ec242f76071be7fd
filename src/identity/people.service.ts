import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, isUniqueViolation, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { ChangePerson, CreatePerson } from './identity.dto';
import { Person, PersonGrant } from './identity.entities';
import { identityErrors } from './identity.errors';
import { hashPassword, requireGoodPassword } from './passwords';
import { type GrantShape, grantFault } from './roles';
import { requireNamed, requireSupervisor } from './supervisors';

/** What decides what a person may do. */
const RIGHTS = ['grants', 'title', 'licenceNumber', 'licenceValidUntil', 'supervisorId', 'active'] as const;

/** Commands on people of the caller's county. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async create(ctx: Ctx, input: CreatePerson): Promise<{ personId: string }> {
    checkGrants(input.grants);
    requireNamed(input.grants, input.supervisorId);
    requireGoodPassword(input.username, input.password, 'password');
    const id = newId();
    const passwordHash = await hashPassword(input.password);
    try {
      await this.db.write(ctx, async (tx) => {
        if (input.supervisorId) await requireSupervisor(tx, id, input.supervisorId, this.clock.now());
        await tx.insert(Person, {
          id,
          county_id: ctx.countyId,
          username: input.username,
          name: input.name,
          password_hash: passwordHash,
          title: input.title ?? null,
          licence_number: input.licenceNumber ?? null,
          licence_valid_until: input.licenceValidUntil ?? null,
          supervisor_id: input.supervisorId ?? null,
          phone: input.phone ?? '',
          created_at: this.clock.now(),
        });
        await this.addGrants(tx, id, input.grants);
        await this.audit.record(tx, {
          action: 'person.create',
          subjectType: 'person',
          subjectId: id,
          details: { grants: input.grants },
        });
      });
    } catch (error) {
      if (isUniqueViolation(error, 'person_username_key')) {
        throw new DomainError(identityErrors.username_taken, { field: 'username', username: input.username });
      }
      throw error;
    }
    return { personId: id };
  }

  /** Changes what is named; new grants replace all old ones; deactivating or a new password ends every session. */
  async change(ctx: Ctx, personId: string, input: ChangePerson): Promise<void> {
    // Two people for it: nobody makes himself a chief and signs.
    const own = personId === ctx.actor.id ? RIGHTS.find((field) => input[field] !== undefined) : undefined;
    if (own) throw new DomainError(identityErrors.own_rights, { field: own });
    if (input.grants) checkGrants(input.grants);
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    await this.db.write(ctx, async (tx) => {
      if (input.supervisorId) await requireSupervisor(tx, personId, input.supervisorId, this.clock.now());
      const changed = await tx.change(
        `UPDATE person SET name = coalesce($3, name), title = coalesce($4, title), licence_number = coalesce($5, licence_number),
           licence_valid_until = coalesce($6, licence_valid_until), supervisor_id = coalesce($7, supervisor_id),
           phone = coalesce($8, phone), active = coalesce($9, active), password_hash = coalesce($10, password_hash)
         WHERE county_id = $1 AND id = $2`,
        [
          ctx.countyId,
          personId,
          input.name ?? null,
          input.title ?? null,
          input.licenceNumber ?? null,
          input.licenceValidUntil ?? null,
          input.supervisorId ?? null,
          input.phone ?? null,
          input.active ?? null,
          passwordHash,
        ],
      );
      if (changed !== 1) throw new DomainError(commonErrors.not_found);
      if (input.password !== undefined) await this.checkPassword(tx, personId, input.password);
      if (input.grants && !input.supervisorId) await this.checkSupervision(tx, personId, input.grants);
      if (input.grants) await this.replaceGrants(tx, personId, input.grants);
      if (input.active === false || passwordHash || input.grants) await this.endSessions(tx, personId);
      await this.audit.record(tx, {
        action: 'person.change',
        subjectType: 'person',
        subjectId: personId,
        details: { fields: Object.keys(input), grants: input.grants },
      });
    });
  }

  private async checkPassword(tx: Tx, personId: string, password: string): Promise<void> {
    const row = await tx.row<{ username: string }>('SELECT username FROM person WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      personId,
    ]);
    if (row) requireGoodPassword(row.username, password, 'password');
  }

  /** Whoever becomes a trainee without a word about the supervisor must have a good one already. */
  private async checkSupervision(tx: Tx, personId: string, grants: readonly GrantShape[]): Promise<void> {
    if (!grants.some(({ role }) => role === 'trainee')) return;
    const row = await tx.row<{ supervisor_id: string | null }>(
      'SELECT supervisor_id FROM person WHERE county_id = $1 AND id = $2',
      [tx.ctx.countyId, personId],
    );
    requireNamed(grants, row?.supervisor_id);
    if (row?.supervisor_id) await requireSupervisor(tx, personId, row.supervisor_id, this.clock.now());
  }

  private async replaceGrants(tx: Tx, personId: string, grants: readonly GrantShape[]): Promise<void> {
    await tx.change('UPDATE person_grant SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL', [
      personId,
      this.clock.now(),
    ]);
    await this.addGrants(tx, personId, grants);
  }

  private async addGrants(tx: Tx, personId: string, grants: readonly GrantShape[]): Promise<void> {
    await requireSites(tx, grants);
    await tx.insert(
      PersonGrant,
      grants.map((grant) => ({
        id: newId(),
        county_id: tx.ctx.countyId,
        person_id: personId,
        role: grant.role,
        clinic_id: grant.clinicId ?? null,
        hospital_id: grant.hospitalId ?? null,
        created_at: this.clock.now(),
      })),
    );
  }

  private async endSessions(tx: Tx, personId: string): Promise<void> {
    await tx.change('UPDATE session SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL', [
      personId,
      this.clock.now(),
    ]);
  }
}

function checkGrants(grants: readonly GrantShape[]): void {
  const fault = grantFault(grants);
  const problems = {
    site_missing: '岗位缺少所属机构',
    site_wrong: '岗位与机构类型不符',
    separation_of_duties: '系统、安全、审计管理岗位须由专人担任，不能兼任其他岗位',
    trainee_signs: '进修/规培医师只起草报告，不能兼任可提交或签发报告的岗位',
    sites_mixed: '一人在不同机构只能担任相同的岗位',
  };
  if (fault) throw new DomainError(identityErrors.grant_invalid, { field: 'grants', problem: problems[fault], fault });
}

/** Another county's clinic or hospital is invisible here, so a grant on it is refused as not found. */
async function requireSites(tx: Tx, grants: readonly GrantShape[]): Promise<void> {
  for (const [table, ids] of [
    ['clinic', grants.flatMap((grant) => grant.clinicId ?? [])],
    ['hospital', grants.flatMap((grant) => grant.hospitalId ?? [])],
  ] as const) {
    const wanted = [...new Set(ids)];
    const found = await tx.rows(`SELECT id FROM ${table} WHERE county_id = $1 AND id = ANY($2)`, [
      tx.ctx.countyId,
      wanted,
    ]);
    if (found.length !== wanted.length) throw new DomainError(commonErrors.not_found, { field: 'grants' });
  }
  await requireExpertsOutside(tx, grants);
}

/** Of an institution outside the county nobody gets more than an expert's rights, and nobody of the county is its expert. */
async function requireExpertsOutside(tx: Tx, grants: readonly GrantShape[]): Promise<void> {
  const ids = grants.flatMap((grant) => grant.hospitalId ?? []);
  const outside = await tx.rows<{ id: string }>(
    'SELECT id FROM hospital WHERE county_id = $1 AND id = ANY($2) AND external',
    [tx.ctx.countyId, ids],
  );
  const external = new Set(outside.map(({ id }) => id));
  const fits = grants.every(({ role, hospitalId }) => !hospitalId || external.has(hospitalId) === (role === 'expert'));
  if (fits) return;
  const problem = '会诊机构只能设会诊专家岗位，会诊专家也只能设在会诊机构';
  throw new DomainError(identityErrors.grant_invalid, { field: 'grants', problem, fault: 'expert_outside' });
}
