import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { report } from '../reporting/desk.fixture';
import { codeOf, type Sheet, SheetDesk } from './sheet-desk.fixture';

let system: System;
let desk: SheetDesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await SheetDesk.open(system);
});
afterAll(() => system.stop());

const draftOf = (client: JsonClient, exam: string, query = ''): Promise<Sheet> =>
  desk.fetched(client, report(exam, `/draft.pdf${query}`));

describe('the draft on paper', () => {
  it('is printed for whoever holds the exam, and kept nowhere', async () => {
    const { exam } = await desk.written();
    const sheet = await draftOf(desk.writer, exam);
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(decodeURIComponent(sheet.headers.get('content-disposition')!)).toContain('_草稿.pdf');
    expect((await draftOf(desk.writer, exam, '?paper=A5')).bytes.toString('latin1')).toContain(
      '/MediaBox [0 0 419.53 595.28]',
    );
    const audited = await desk.rows(
      "SELECT details FROM audit_event WHERE subject_id = $1 AND action = 'report.print-draft'",
      exam,
    );
    expect(audited).toHaveLength(2);
    expect(await desk.rows('SELECT 1 FROM report_version WHERE exam_id = $1', exam)).toEqual([]);
  });

  it('is nobody else’s, and nobody’s while it is in doubt whose images they are', async () => {
    const { exam } = await desk.written();
    const other = await draftOf(desk.reviewer, exam);
    expect([other.status, codeOf(other)]).toEqual([409, 'not_held']);
    expect((await draftOf(desk.clinic, exam)).status).toBe(403);
    const unwritten = await desk.queued();
    await desk.claim(desk.writer, unwritten);
    expect((await draftOf(desk.writer, unwritten)).status).toBe(404);
    await desk.rows('UPDATE exam SET identity_hold_at = now() WHERE id = $1', exam);
    const held = await draftOf(desk.writer, exam);
    expect([held.status, codeOf(held)]).toEqual([409, 'identity_on_hold']);
  });
});
