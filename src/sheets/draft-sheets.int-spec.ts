import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { Desk } from '../reporting/desk.fixture';

let system: System;
let county: TestCounty;
let desk: Desk;
let clinic: JsonClient;
let writer: JsonClient;
let reviewer: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  desk = new Desk(clinic, writer, reviewer, until);
});
afterAll(() => system.stop());

const rows = (sql: string, ...params: unknown[]): Promise<unknown[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows(sql, params));

interface Sheet {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

async function draftOf(client: JsonClient, exam: string, query = ''): Promise<Sheet> {
  const answer = await fetch(`${system.url}/api/exams/${exam}/report/draft.pdf${query}`, { headers: client.identity });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const codeOf = ({ bytes }: Sheet): string => (JSON.parse(bytes.toString('utf8')) as { code: string }).code;

describe('the draft on paper', () => {
  it('is printed for whoever holds the exam, and kept nowhere', async () => {
    const { exam } = await desk.written();
    const sheet = await draftOf(writer, exam);
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(decodeURIComponent(sheet.headers.get('content-disposition')!)).toContain('_草稿.pdf');
    expect((await draftOf(writer, exam, '?paper=A5')).bytes.toString('latin1')).toContain(
      '/MediaBox [0 0 419.53 595.28]',
    );
    const audited = await rows(
      "SELECT details FROM audit_event WHERE subject_id = $1 AND action = 'report.print-draft'",
      exam,
    );
    expect(audited).toHaveLength(2);
    expect(await rows('SELECT 1 FROM report_version WHERE exam_id = $1', exam)).toEqual([]);
  });

  it('is nobody else’s, and nobody’s while it is in doubt whose images they are', async () => {
    const { exam } = await desk.written();
    const other = await draftOf(reviewer, exam);
    expect([other.status, codeOf(other)]).toEqual([409, 'not_held']);
    expect((await draftOf(clinic, exam)).status).toBe(403);
    const unwritten = await desk.queued();
    await desk.claim(writer, unwritten);
    expect((await draftOf(writer, unwritten)).status).toBe(404);
    await rows('UPDATE exam SET identity_hold_at = now() WHERE id = $1', exam);
    const held = await draftOf(writer, exam);
    expect([held.status, codeOf(held)]).toEqual([409, 'identity_on_hold']);
  });
});
