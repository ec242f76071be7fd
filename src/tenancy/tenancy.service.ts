import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, isUniqueViolation, type Tx } from '../platform/database';
import { commonErrors, defineErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import type { Agreement, ChangeClinic, ChangeHospital, CreateClinic, CreateHospital } from './tenancy.dto';
import { Clinic, Hospital } from './tenancy.entities';
import { clinicOpened } from './tenancy.events';

export const tenancyErrors = defineErrors({ code_taken: ['conflict', '代码 {code} 已被使用'] });

/** Commands on the sites of the caller's county. */
@Injectable()
export class TenancyService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async createHospital(ctx: Ctx, input: CreateHospital): Promise<{ hospitalId: string }> {
    const id = newId();
    await this.creating(ctx, 'hospital', id, input.code, (tx) =>
      tx.insert(Hospital, {
        id,
        county_id: ctx.countyId,
        code: input.code,
        name: input.name,
        created_at: this.clock.now(),
      }),
    );
    return { hospitalId: id };
  }

  async createClinic(ctx: Ctx, input: CreateClinic): Promise<{ clinicId: string }> {
    const id = newId();
    await this.creating(ctx, 'clinic', id, input.code, async (tx) => {
      await tx.insert(Clinic, {
        id,
        county_id: ctx.countyId,
        code: input.code,
        name: input.name,
        duty_phone: input.dutyPhone ?? '',
        default_charset: input.defaultCharset ?? null,
        created_at: this.clock.now(),
      });
      await this.outbox.emit(tx, clinicOpened(id));
    });
    return { clinicId: id };
  }

  async changeHospital(ctx: Ctx, hospitalId: string, input: ChangeHospital): Promise<void> {
    await this.changing(ctx, 'hospital', hospitalId, Object.keys(input), (tx) =>
      tx.change(
        'UPDATE hospital SET name = coalesce($3, name), active = coalesce($4, active) WHERE county_id = $1 AND id = $2',
        [ctx.countyId, hospitalId, input.name ?? null, input.active ?? null],
      ),
    );
  }

  async changeClinic(ctx: Ctx, clinicId: string, input: ChangeClinic): Promise<void> {
    await this.changing(ctx, 'clinic', clinicId, Object.keys(input), (tx) =>
      tx.change(
        `UPDATE clinic SET name = coalesce($3, name), active = coalesce($4, active), duty_phone = coalesce($5, duty_phone),
           default_charset = CASE WHEN $6 THEN $7 ELSE default_charset END
         WHERE county_id = $1 AND id = $2`,
        [
          ctx.countyId,
          clinicId,
          input.name ?? null,
          input.active ?? null,
          input.dutyPhone ?? null,
          input.defaultCharset !== undefined,
          input.defaultCharset ?? null,
        ],
      ),
    );
  }

  /** Sets who writes for a clinic and modality; exams registered from now on follow it. */
  async agree(ctx: Ctx, clinicId: string, input: Agreement): Promise<void> {
    await this.changing(ctx, 'clinic', clinicId, ['mode', input.modality, input.mode], (tx) =>
      tx.change(
        `INSERT INTO clinic_agreement (id, county_id, clinic_id, modality, mode, created_at)
         SELECT $3, $1, id, $4, $5, $6 FROM clinic WHERE county_id = $1 AND id = $2
         ON CONFLICT (clinic_id, modality) DO UPDATE SET mode = excluded.mode`,
        [ctx.countyId, clinicId, newId(), input.modality, input.mode, this.clock.now()],
      ),
    );
  }

  private async creating(
    ctx: Ctx,
    type: 'hospital' | 'clinic',
    id: string,
    code: string,
    insert: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    try {
      await this.db.write(ctx, async (tx) => {
        await insert(tx);
        await this.audit.record(tx, { action: `${type}.create`, subjectType: type, subjectId: id, details: { code } });
      });
    } catch (error) {
      if (isUniqueViolation(error, `${type}_code_key`))
        throw new DomainError(tenancyErrors.code_taken, { field: 'code', code });
      throw error;
    }
  }

  private async changing(
    ctx: Ctx,
    type: 'hospital' | 'clinic',
    id: string,
    fields: string[],
    update: (tx: Tx) => Promise<number>,
  ): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      if ((await update(tx)) !== 1) throw new DomainError(commonErrors.not_found);
      await this.audit.record(tx, { action: `${type}.change`, subjectType: type, subjectId: id, details: { fields } });
    });
  }
}
