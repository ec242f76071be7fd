import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import type { SettingsInput } from './critical.dto';
import type { CriticalSetting } from './critical.entities';
import { criticalErrors } from './critical.errors';
import { type FindingSetting, findingsAfter, STANDARD, switchedOff } from './findings';
import type { Step, StoredStep } from './ladder/ladder.rules';

export interface SettingsView {
  /** 0 until the county has changed anything. */
  readonly version: number;
  readonly ladder: readonly Step[];
  /** From the suspicion (疑似) until a radiologist has answered it. */
  readonly suspectedLadder: readonly Step[];
  /** Within this time a person of the clinic must have acknowledged (10 minutes (verify)). */
  readonly breachSeconds: number;
  /** Who has shown a sign of life within this time counts as being at a screen. */
  readonly presentSeconds: number;
  /** 重要异常 / 疑似传染病: receipt and follow-up within so many hours. */
  readonly importantHours: number;
  /** 告知患者: when its delay is told to the head of the clinic, and to the county, then every such time again. */
  readonly patientHeadHours: number;
  readonly patientCountyHours: number;
  readonly findings: readonly FindingSetting[];
}

/** domain.md §2.4. */
export const DEFAULTS: SettingsView = {
  version: 0,
  ladder: [
    { afterSeconds: 120, to: ['ordering_doctor'] },
    { afterSeconds: 300, to: ['clinic_duty'] },
    { afterSeconds: 480, to: ['clinic_head', 'chief'] },
  ],
  suspectedLadder: [
    { afterSeconds: 300, to: ['chief'] },
    { afterSeconds: 600, to: ['chief', 'readers'] },
  ],
  breachSeconds: 600,
  presentSeconds: 300,
  importantHours: 24,
  patientHeadHours: 4,
  patientCountyHours: 24,
  findings: STANDARD,
};

const SELECT = `SELECT version, ladder, breach_seconds, present_seconds, important_hours, patient_head_hours, patient_county_hours, findings
  FROM critical_setting WHERE county_id = $1`;

/** The county's ladder, limits and list of findings. A value that is under way keeps the ladder it began with. */
@Injectable()
export class Settings {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async of(tx: Tx): Promise<SettingsView> {
    const row = await tx.row<CriticalSetting>(SELECT, [tx.ctx.countyId]);
    return row ? view(row) : DEFAULTS;
  }

  read(ctx: Ctx): Promise<SettingsView> {
    return this.db.read(ctx, (tx) => this.of(tx));
  }

  /**
   * Replaces the whole, but for the standard findings: those that `findings` does not name stay as they are. The audit row says
   * which findings fall silent with it. Throws `stale_settings` when somebody else has changed them since
   * `version`.
   */
  async change(ctx: Ctx, { version, ...settings }: SettingsInput): Promise<SettingsView> {
    return this.db.write(ctx, async (tx) => {
      const before = await this.of(tx);
      const changed = await tx.change(UPSERT, [
        ctx.countyId,
        version,
        JSON.stringify(stored(settings)),
        settings.breachSeconds,
        settings.presentSeconds,
        settings.importantHours,
        settings.patientHeadHours,
        settings.patientCountyHours,
        JSON.stringify(findingsAfter(settings.findings, before.findings)),
        ctx.actor.id,
        this.clock.now(),
      ]);
      const present = await this.of(tx);
      if (changed === 0) throw new DomainError(criticalErrors.stale_settings, { version: present.version });
      await this.audit.record(tx, {
        action: 'critical.settings',
        subjectType: 'county',
        subjectId: ctx.countyId,
        details: { ...present, switchedOff: switchedOff(before.findings, present.findings) },
      });
      return present;
    });
  }
}

/** The first change inserts version 1 (made from 0); every later one must name the version it was made from. */
const UPSERT = `
  INSERT INTO critical_setting (county_id, version, ladder, breach_seconds, present_seconds, important_hours, patient_head_hours,
    patient_county_hours, findings, updated_by, updated_at)
  SELECT $1, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11
  WHERE $2 = 0 OR EXISTS (SELECT 1 FROM critical_setting WHERE county_id = $1)
  ON CONFLICT (county_id) DO UPDATE SET version = critical_setting.version + 1, ladder = excluded.ladder,
    breach_seconds = excluded.breach_seconds, present_seconds = excluded.present_seconds, important_hours = excluded.important_hours,
    patient_head_hours = excluded.patient_head_hours, patient_county_hours = excluded.patient_county_hours,
    findings = excluded.findings, updated_by = excluded.updated_by, updated_at = excluded.updated_at
  WHERE critical_setting.version = $2`;

/** Both ladders are one list in the row, each step of a suspicion saying so. */
const stored = ({ ladder, suspectedLadder }: Pick<SettingsView, 'ladder' | 'suspectedLadder'>): StoredStep[] => [
  ...ladder,
  ...suspectedLadder.map((step) => ({ ...step, of: 'suspected' as const })),
];

/** The steps of a suspicion; a county that set its figures before there were any goes by the defaults. */
function suspectedSteps(steps: readonly StoredStep[]): readonly Step[] {
  const own = steps.filter((step) => step.of === 'suspected').map(({ afterSeconds, to }) => ({ afterSeconds, to }));
  return own.length > 0 ? own : DEFAULTS.suspectedLadder;
}

function view(row: CriticalSetting): SettingsView {
  return {
    version: row.version,
    ladder: row.ladder.filter((step) => step.of === undefined),
    suspectedLadder: suspectedSteps(row.ladder),
    breachSeconds: row.breach_seconds,
    presentSeconds: row.present_seconds,
    importantHours: row.important_hours,
    patientHeadHours: row.patient_head_hours,
    patientCountyHours: row.patient_county_hours,
    // A row of an earlier day may lack standard ones that nobody had switched off.
    findings: findingsAfter(row.findings),
  };
}
