import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import type { System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import type { Ctx } from '../platform/context';
import { newId } from '../platform/ids';
import { Desk, report, type Seen } from '../reporting/desk.fixture';
import { RenderPdf } from './render-pdf.handler';
import { RENDER_PDF } from './sheets.subscriptions';

/** What was answered where a sheet was asked for. */
export interface Sheet {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

/** Why there is none. */
export const codeOf = ({ bytes }: Sheet): string => (JSON.parse(bytes.toString('utf8')) as { code: string }).code;

/** The desk of a county of its own, from exam to paper. */
export class SheetDesk extends Desk {
  private constructor(
    private readonly system: System,
    readonly county: TestCounty,
    override readonly clinic: JsonClient,
    override readonly writer: JsonClient,
    override readonly reviewer: JsonClient,
  ) {
    super(clinic, writer, reviewer, until);
  }

  static async open(system: System): Promise<SheetDesk> {
    const county = await seedCounty(system);
    const [writer, reviewer] = [await signIn(system, county, 'writer11'), await signIn(system, county, 'reviewer21')];
    return new SheetDesk(system, county, gateway(system, county.clinics[0]!), writer, reviewer);
  }

  get ctx(): Ctx {
    return this.system.ctx(this.county.countyId);
  }

  /** Submits what the writer has before him, and signs it. */
  async finished(exam: string, seen: Seen): Promise<{ versionId: string; verificationCode: string }> {
    const submitted = await this.writer.post(report(exam, '/submit'), seen);
    if (submitted.status !== 200) throw new Error(`submit: ${submitted.status}`);
    const claimed = await this.claim(this.reviewer, exam);
    const signed = await this.reviewer.post<{ versionId: string; verificationCode: string }>(
      report(exam, '/sign'),
      claimed,
    );
    if (signed.status !== 200) throw new Error(`sign: ${signed.status}`);
    return signed.body;
  }

  async fetched(client: JsonClient, path: string): Promise<Sheet> {
    const answer = await fetch(`${this.system.url}${path}`, { headers: client.identity });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Prints the sheet of a version as the queue would. */
  print(versionId: string): Promise<void> {
    return this.system.get(RenderPdf).run(this.ctx, {
      id: newId(),
      consumer: RENDER_PDF,
      event: 'ReportSigned',
      subjectId: versionId,
      payload: {},
    });
  }

  rows<T>(sql: string, ...params: unknown[]): Promise<T[]> {
    return this.system.db.relay(this.ctx, (tx) => tx.rows<T>(sql, params));
  }
}
