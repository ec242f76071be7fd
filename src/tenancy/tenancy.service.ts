import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { type Ctx, systemCtx } from '../platform/context';
import { Db, isUniqueViolation, type Tx } from '../platform/database';
import { commonErrors, defineErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import type { Agreement, ChangeClinic, ChangeHospital, CreateClinic, CreateHospital } from './tenancy.dto';
import { Clinic, Hospital } from './tenancy.entities';
import { clinicOpened } from './tenancy.events';

export const tenancyErrors = defineErrors({ code_taken: ['conflict', '代码 {code} 已被使用'] });

export interface OpenCounty {
  readonly code: string;
  readonly name: string;
  /** Printed at the head of every report. */
  readonly centreName: string;
}

export interface OpenedCounty {
  readonly countyId: string;
  readonly openedAt: Date;
}

/** Counties are opened by the installation's operator; the rest are commands on the sites of the caller's county. */
@Injectable()
export class TenancyService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a county, or finds the one that has this code: its names stay as they are. For the operator's own programs, from
   * outside of any county's administration; `operator` is what the audit row will say.
   */
  async openCounty(operator: string, { code, name, centreName }: OpenCounty): Promise<OpenedCounty> {
    const id = newId();
    return this.db.relay(systemCtx(operator, id, newId()), async (tx) => {
      const opened = await tx.row<OpenedCounty>(
        `INSERT INTO county (id, code, name, centre_name, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code) DO NOTHING RETURNING id AS "countyId", created_at AS "openedAt"`,
        [id, code, name, centreName, this.clock.now()],
      );
      if (!opened) return (await findCounty(tx, code))!;
      await this.audit.record(tx, { action: 'county.open', subjectType: 'county', subjectId: id, details: { code } });
      return opened;
    });
  }

  /** The county of this code, if the installation has it. For the operator's own programs, like {@link openCounty}. */
  async findCounty(operator: string, code: string): Promise<OpenedCounty | undefined> {
    const id = newId();
    return this.db.relay(systemCtx(operator, id, id), (tx) => findCounty(tx, code));
  }

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

function findCounty(tx: Tx, code: string): Promise<OpenedCounty | undefined> {
  return tx.row<OpenedCounty>('SELECT id AS "countyId", created_at AS "openedAt" FROM county WHERE code = $1', [code]);
}
