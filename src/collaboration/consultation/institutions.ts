import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { ROLES, type RoleName } from '../../identity';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, isUniqueViolation, type Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Hospital } from '../../tenancy';
import type { ConsultInput, InstitutionInput } from '../collaboration.dto';
import { ConsultInstitution } from '../collaboration.entities';
import { collaborationErrors } from '../collaboration.errors';

export interface InstitutionView {
  readonly institution: string;
  readonly code: string;
  readonly name: string;
  readonly agreement: string;
}

export interface Target {
  readonly id: string;
  readonly name: string;
}

const CONSULTANTS = (Object.keys(ROLES) as RoleName[]).filter((role) =>
  (ROLES[role].permissions as readonly string[]).includes('consult.answer'),
);

/**
 * Who may be asked: the county's other hospitals, and institutions outside that the county has registered. One of those is
 * a row among the hospitals, so that its experts sign in like everybody else, and a row here, by which the database
 * lets its people be experts and nothing more.
 */
@Injectable()
export class Institutions {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Throws `institution_code_taken`. */
  async register(ctx: Ctx, { code, name, agreement }: InstitutionInput): Promise<InstitutionView> {
    const id = newId();
    const made = { county_id: ctx.countyId, created_at: this.clock.now() };
    try {
      await this.db.write(ctx, async (tx) => {
        await tx.insert(Hospital, { ...made, id, code, name, external: true });
        await tx.insert(ConsultInstitution, { ...made, hospital_id: id, agreement });
        const subject = { subjectType: 'hospital', subjectId: id };
        await this.audit.record(tx, { action: 'institution.register', ...subject, details: { code } });
      });
    } catch (error) {
      if (isUniqueViolation(error, 'hospital_code_key'))
        throw new DomainError(collaborationErrors.institution_code_taken, { field: 'code', code });
      throw error;
    }
    return { institution: id, code, name, agreement };
  }

  async list(ctx: Ctx): Promise<{ items: InstitutionView[]; nextCursor: null }> {
    const items = await this.db.read(ctx, (tx) =>
      tx.rows<InstitutionView>(
        `SELECT h.id AS institution, h.code, h.name, i.agreement FROM consult_institution i JOIN hospital h ON h.id = i.hospital_id
         WHERE i.county_id = $1 AND h.active ORDER BY h.code`,
        [ctx.countyId],
      ),
    );
    return { items, nextCursor: null };
  }

  /** As it is printed beside an opinion. */
  async nameOf(tx: Tx, hospitalId: string): Promise<string> {
    const row = await tx.row<{ name: string }>('SELECT name FROM hospital WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      hospitalId,
    ]);
    if (!row) throw new Error('a hospital that was asked is there');
    return row.name;
  }

  /**
   * The hospital or institution that is asked. Throws `consult_target_unknown`, and `consult_nobody_there` where nobody
   * could ever answer.
   */
  async target(tx: Tx, to: ConsultInput['to']): Promise<Target> {
    const outside = 'institution' in to;
    const row = await tx.row<Target & { consultants: number }>(
      `SELECT h.id, h.name, (SELECT count(*)::int FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
         WHERE g.county_id = $1 AND g.hospital_id = h.id AND g.revoked_at IS NULL AND g.role = ANY($4)) AS consultants
       FROM hospital h WHERE h.county_id = $1 AND h.id = $2 AND h.active
         AND $3 = EXISTS (SELECT 1 FROM consult_institution i WHERE i.county_id = $1 AND i.hospital_id = h.id)`,
      [tx.ctx.countyId, outside ? to.institution : to.hospitalId, outside, CONSULTANTS],
    );
    if (!row) throw new DomainError(collaborationErrors.consult_target_unknown, { field: 'to' });
    if (row.consultants === 0) throw new DomainError(collaborationErrors.consult_nobody_there, { field: 'to' });
    return { id: row.id, name: row.name };
  }
}
