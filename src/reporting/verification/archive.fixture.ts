import { Client } from 'pg';
import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { installationCtx } from '../../platform/context';
import { Desk } from '../desk.fixture';
import { ArchiveCheck } from './archive-check';
import { ReportChain, type ReportChainReport, ReportSealer } from './report-chain';
import type { Verified } from './verification';

/** A system with signed reports, and the hands of whoever owns its database: he can switch its own walls off. */
export class Archive {
  private constructor(
    readonly system: System,
    readonly county: TestCounty,
    readonly desk: Desk,
    readonly owner: Client,
  ) {}

  static async open(): Promise<Archive> {
    // The sweeps run when the specs say so.
    const system = await startSystem({ env: { SWEEP_SECONDS: '3600' } });
    const county = await seedCounty(system);
    const clinic = gateway(system, county.clinics[0]!);
    const reviewer = await signIn(system, county, 'reviewer21');
    const desk = new Desk(clinic, await signIn(system, county, 'writer11'), reviewer, until);
    const owner = new Client({ connectionString: system.databaseUrl });
    await owner.connect();
    await owner.query("SET session_replication_role = 'replica'");
    return new Archive(system, county, desk, owner);
  }

  async close(): Promise<void> {
    await this.owner.end();
    await this.system.stop();
  }

  seal(): Promise<number> {
    return this.system.db.relay(installationCtx('test'), (tx) => this.system.get(ReportSealer).sweep(tx));
  }

  async sealAll(): Promise<void> {
    while ((await this.seal()) > 0);
  }

  chain(): Promise<ReportChainReport> {
    const { countyId } = this.county;
    return this.system.db.relay(installationCtx('test'), (tx) => this.system.get(ReportChain).verify(tx, countyId));
  }

  /** What verification says of a version, without the limit that strangers have. */
  look(code: string, images = false): Promise<Verified> {
    return this.system.get(ArchiveCheck).version(code, { images });
  }

  /** Changes a version's row behind the system's back, and puts it back as it was. */
  async changed(versionId: string, set: string, then: () => Promise<void>): Promise<void> {
    const { rows } = await this.owner.query<{ row: { id: string; verification_code: string } }>(
      'SELECT to_jsonb(v) AS row FROM report_version v WHERE id = $1',
      [versionId],
    );
    const { row } = rows[0]!;
    await this.owner.query(`UPDATE report_version SET ${set} WHERE id = $1`, [versionId]);
    try {
      await then();
    } finally {
      const { id, verification_code } = row;
      await this.owner.query('DELETE FROM report_version WHERE id = $1 OR verification_code = $2', [
        id,
        verification_code,
      ]);
      await this.owner.query(
        'INSERT INTO report_version SELECT * FROM jsonb_populate_record(NULL::report_version, $1)',
        [row],
      );
    }
  }
}
