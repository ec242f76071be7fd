import { Client as PgClient } from 'pg';
import { gateway, seedCounty, signIn } from '../../test/harness/county';
import { type Answer, JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { BLOB_STORE } from '../images';
import type { BlobStore } from '../platform/blob';
import { newId, sha256 } from '../platform/ids';
import { WakeBus } from '../platform/wake';
import { Reports } from '../reporting';
import { report } from '../reporting/desk.fixture';
import { newVerificationCode } from '../reporting/verification/verification-code.rules';
import type { Heading } from './letterhead.entity';
import { type Paper, renderReportPdf } from './pdf';
import { type Print, printedReport } from './printed-report.rules';
import { codeOf, type Sheet, SheetDesk } from './sheet-desk.fixture';
import { VerificationUrls } from './verification-urls';

let system: System;
let desk: SheetDesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await SheetDesk.open(system);
});
afterAll(() => system.stop());

const change = (sql: string, ...params: unknown[]): Promise<number> =>
  system.db.relay(desk.ctx, (tx) => tx.change(sql, params));

const sheetOf = (client: JsonClient, versionId: string, query = ''): Promise<Sheet> =>
  desk.fetched(client, `/api/reports/${versionId}/pdf${query}`);

/** Signed, and its sheet is printed: a caller waits for that a few seconds and is then asked to come again. */
async function signed(...what: Parameters<SheetDesk['signed']>): ReturnType<SheetDesk['signed']> {
  const report = await desk.signed(...what);
  await until('the sheet is archived', async () => {
    const found = await desk.rows(
      'SELECT 1 FROM report_version WHERE id = $1 AND pdf_sha256 IS NOT NULL',
      report.versionId,
    );
    return found.length === 1;
  });
  return report;
}

/** A later version of the same report, as a correction will make it, whose sheet nobody has been asked to print. */
async function laterVersion(versionId: string): Promise<string> {
  const id = newId();
  const set = { id, number: 2, kind: 'corrected', reason: '侧别有误', supersedes_id: versionId };
  const unprinted = { pdf_sha256: null, pdf_bytes: null, pdf_at: null, verification_code: newVerificationCode() };
  await change(
    'INSERT INTO report_version SELECT (jsonb_populate_record(v, to_jsonb(v) || $2)).* FROM report_version v WHERE id = $1',
    versionId,
    JSON.stringify({ ...set, ...unprinted }),
  );
  return id;
}

describe('the sheet of a signed version', () => {
  it('is printed once after signing, stored under the clinic, and handed out as it was stored', async () => {
    const { exam, versionId } = await signed();
    const sheet = await sheetOf(desk.clinic, versionId);
    expect([sheet.status, sheet.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(sheet.headers.get('content-length')).toBe(String(sheet.bytes.length));
    expect(decodeURIComponent(sheet.headers.get('content-disposition')!)).toMatch(
      /^inline; filename="__[\w.-]+"; filename\*=UTF-8''张三_CT\d+_第1版\.pdf$/,
    );
    const version = await system.db.read(desk.ctx, (tx) => system.get(Reports).row(tx, versionId));
    const verificationUrl = system.get(VerificationUrls).of(version);
    const head = { heading: 'centre', recognitionMark: '' } as const;
    const expected = await renderReportPdf(printedReport(version, { verificationUrl, head }));
    expect(sheet.bytes.equals(expected)).toBe(true);
    expect((await desk.clinic.get(report(exam))).body.versions[0].pdf).toEqual({
      bytes: sheet.bytes.length,
      sha256: sha256(sheet.bytes),
    });

    await Promise.all([desk.print(versionId), desk.print(versionId)]);
    const made = await desk.rows(
      'SELECT 1 FROM audit_event WHERE subject_id = $1 AND action = $2',
      versionId,
      'report.pdf',
    );
    expect(made).toHaveLength(1);
    expect((await sheetOf(desk.reviewer, versionId)).bytes.equals(sheet.bytes)).toBe(true);
    const keys: string[] = [];
    const blobs = system.app.get<BlobStore>(BLOB_STORE, { strict: false });
    for await (const key of blobs.list(`${desk.county.countyId}/${desk.county.clinics[0]!.id}`)) keys.push(key);
    expect(keys).toEqual([expect.stringMatching(new RegExp(`/${sha256(sheet.bytes)}$`))]);
  });

  it('is recorded each time it is handed out, with paper and version', async () => {
    const { versionId } = await signed();
    expect((await sheetOf(desk.clinic, versionId)).status).toBe(200);
    const small = await sheetOf(desk.clinic, versionId, '?paper=A5');
    expect(small.bytes.toString('latin1')).toContain('/MediaBox [0 0 419.53 595.28]');
    expect((await sheetOf(desk.clinic, versionId, '?paper=A3')).status).toBe(400);
    const printed = await desk.rows<{ details: object }>(
      "SELECT details FROM audit_event WHERE subject_id = $1 AND action = 'report.print' ORDER BY at, id",
      versionId,
    );
    expect(printed.map(({ details }) => details)).toMatchObject([
      { number: 1, paper: 'A4' },
      { number: 1, paper: 'A5' },
    ]);
  });

  it('is for the clinic that asked and the readers of its county', async () => {
    const { versionId } = await signed();
    const elsewhere = await seedCounty(system, { code: 'b' });
    const strangers = [
      gateway(system, desk.county.clinics[1]!),
      gateway(system, elsewhere.clinics[0]!),
      await signIn(system, elsewhere, 'reviewer11'),
    ];
    for (const stranger of strangers) expect((await sheetOf(stranger, versionId)).status).toBe(404);
    expect((await sheetOf(desk.clinic, newId())).status).toBe(404);
  });

  it('is not handed out while it is in doubt whose images they are', async () => {
    const { exam, versionId } = await signed();
    expect((await sheetOf(desk.clinic, versionId)).status).toBe(200);
    await change('UPDATE exam SET identity_hold_at = now() WHERE id = $1', exam);
    const held = await sheetOf(desk.clinic, versionId);
    expect([held.status, codeOf(held)]).toEqual([409, 'identity_on_hold']);
    const refused = await desk.rows(
      'SELECT 1 FROM audit_event WHERE subject_id = $1 AND action = $2',
      exam,
      'report.print.refused',
    );
    expect(refused).toHaveLength(1);
  });

  it('is not handed out past a doubt that is just being written down', async () => {
    const { exam, versionId } = await signed();
    expect((await sheetOf(desk.clinic, versionId)).status).toBe(200);
    let commit = (): void => undefined;
    const decided = new Promise<void>((resolve) => (commit = resolve));
    let asked: Promise<Sheet> | undefined;
    await system.db.relay(desk.ctx, async (tx) => {
      await tx.change('UPDATE exam SET identity_hold_at = now() WHERE id = $1', [exam]);
      asked = sheetOf(desk.clinic, versionId);
      void until('the sheet waits for the exam', async () => {
        const waiting = await desk.rows('SELECT 1 FROM pg_locks WHERE NOT granted');
        return waiting.length > 0;
      }).finally(commit);
      await decided;
    });
    const held = await asked!;
    expect([held.status, codeOf(held)]).toEqual([409, 'identity_on_hold']);
  });

  it('is waited for while it is being printed, and asked for again later when that takes too long', async () => {
    const { versionId } = await signed();
    const unprinted = await laterVersion(versionId);
    const late = await sheetOf(desk.clinic, unprinted);
    expect([late.status, codeOf(late), late.headers.get('retry-after')]).toEqual([503, 'pdf_not_ready', '2']);
    // From here on nobody comes back from waiting by himself: who gets the sheet has been woken.
    const bus = system.get(WakeBus);
    const next = bus.next.bind(bus);
    const topic = `pdf:${unprinted}`;
    const asked = jest
      .spyOn(bus, 'next')
      .mockImplementation((what, maxMs, signal) => next(what, what === topic ? 2 ** 31 - 1 : maxMs, signal));
    const waiting = sheetOf(desk.clinic, unprinted);
    await until('the caller waits', () => asked.mock.calls.some(([what]) => what === topic));
    await desk.print(unprinted);
    expect((await waiting).status).toBe(200);
    asked.mockRestore();
  });
});

/** The same sheet, set by hand: `standing` and `head` as the service has to find them. */
async function expected(versionId: string, paper: Paper, print: Partial<Print>): Promise<Buffer> {
  const version = await system.db.read(desk.ctx, (tx) => system.get(Reports).row(tx, versionId));
  const verificationUrl = system.get(VerificationUrls).of(version);
  const head = { heading: 'centre', recognitionMark: '' } as const;
  return renderReportPdf(printedReport(version, { verificationUrl, head, ...print }), { paper });
}

describe('a sheet that is printed again', () => {
  it('says by which version it was replaced, while the archived one stays as it was signed', async () => {
    const { versionId } = await signed();
    const archived = await sheetOf(desk.clinic, versionId);
    await laterVersion(versionId);
    for (const paper of ['A4', 'A5'] as const) {
      const again = await sheetOf(desk.clinic, versionId, `?paper=${paper}`);
      expect(again.bytes.equals(await expected(versionId, paper, { standing: { supersededBy: 2 } }))).toBe(true);
    }
    const [stored] = await desk.rows<{ pdf_sha256: string }>(
      'SELECT pdf_sha256 FROM report_version WHERE id = $1',
      versionId,
    );
    expect(stored?.pdf_sha256).toBe(sha256(archived.bytes));
  });

  it('is marked 更正中 as long as a correction of it is open, and stands as it was archived otherwise', async () => {
    const { exam, versionId } = await signed();
    const archived = await sheetOf(desk.clinic, versionId);
    expect((await desk.reviewer.post(report(exam, '/amend'), { reason: '侧别写反' })).status).toBe(200);
    for (const paper of ['A4', 'A5'] as const) {
      const marked = await sheetOf(desk.clinic, versionId, `?paper=${paper}`);
      expect(marked.bytes.equals(await expected(versionId, paper, { standing: 'amending' }))).toBe(true);
    }
    expect((await desk.reviewer.post(report(exam, '/amend/cancel'), { reason: '原报告无误' })).status).toBe(200);
    expect((await sheetOf(desk.clinic, versionId)).bytes.equals(archived.bytes)).toBe(true);
  });

  it('is marked 已撤销 after a recall, for readers alone, and counts as seen by nobody', async () => {
    const { exam, versionId } = await signed();
    expect((await sheetOf(desk.reviewer, versionId)).status).toBe(200);
    expect((await desk.reviewer.post(report(exam, '/recall'), { reason: '侧别写反' })).status).toBe(200);
    const again = await sheetOf(desk.reviewer, versionId);
    expect(again.bytes.equals(await expected(versionId, 'A4', { standing: 'recalled' }))).toBe(true);
    for (const paper of ['A4', 'A5']) {
      const refused = await sheetOf(desk.clinic, versionId, `?paper=${paper}`);
      expect([refused.status, codeOf(refused)]).toEqual([409, 'report_recalled']);
    }
    expect(
      await desk.rows('SELECT how FROM report_sighting WHERE version_id = $1 AND clinic_id IS NOT NULL', versionId),
    ).toEqual([]);
  });

  it('is a sighting of the version: taken by the clinic’s system, or printed by a person', async () => {
    const { exam, versionId } = await signed();
    const doctor = await signIn(system, desk.county, 'doctor01');
    expect((await sheetOf(desk.clinic, versionId)).status).toBe(200);
    expect((await sheetOf(doctor, versionId)).status).toBe(200);
    expect(
      await desk.rows('SELECT how, by_name FROM report_sighting WHERE version_id = $1 ORDER BY at', versionId),
    ).toMatchObject([{ how: 'downloaded' }, { how: 'printed' }]);
    const late = await desk.reviewer.post(report(exam, '/recall'), { reason: '侧别写反' });
    expect(late.status).toBe(409);
  });

  it('of a version from before there were signatures prints without one', async () => {
    const { versionId } = await signed();
    const owner = new PgClient({ connectionString: system.databaseUrl });
    await owner.connect();
    await owner.query("SET session_replication_role = 'replica'");
    await owner.query(
      `UPDATE report_version SET content_form = 1, key_images = NULL, annexes = NULL, image_count = NULL, images_sha256 = NULL, signature = NULL,
         signature_algorithm = NULL, signature_key_id = NULL WHERE id = $1`,
      [versionId],
    );
    await owner.end();
    expect((await sheetOf(desk.clinic, versionId, '?paper=A5')).bytes.equals(await expected(versionId, 'A5', {}))).toBe(
      true,
    );
  });
});

describe('the head of the sheets', () => {
  it('is set for the county and for a clinic by the system administrator, and taken back', async () => {
    const sysadmin = await signIn(system, desk.county, 'sysadmin');
    const clinicId = desk.county.clinics[0]!.id;
    const { versionId } = await signed();
    const head = async (heading: Heading, recognitionMark = ''): Promise<void> => {
      const sheet = await sheetOf(desk.clinic, versionId, '?paper=A5');
      expect(sheet.bytes.equals(await expected(versionId, 'A5', { head: { heading, recognitionMark } }))).toBe(true);
    };
    await head('centre');
    const ofCounty = { heading: 'hospital', recognitionMark: '全省互认' };
    expect((await sysadmin.put('/api/letterheads/county', ofCounty)).status).toBe(204);
    expect((await sysadmin.put('/api/letterheads/county', ofCounty)).status).toBe(204);
    await head('hospital', '全省互认');
    expect((await sysadmin.put(`/api/letterheads/clinics/${clinicId}`, { heading: 'clinic' })).status).toBe(204);
    await head('clinic');
    expect((await sysadmin.get('/api/letterheads')).body.items).toMatchObject([
      { clinicId: null, ...ofCounty },
      { clinicId, heading: 'clinic', recognitionMark: '' },
    ]);
    expect((await sysadmin.request('DELETE', `/api/letterheads/clinics/${clinicId}`)).status).toBe(204);
    await head('hospital', '全省互认');
    expect((await sysadmin.put('/api/letterheads/county', { heading: 'centre' })).status).toBe(204);
    await head('centre');
    const audited = await desk.rows("SELECT details FROM audit_event WHERE action = 'letterhead.set' ORDER BY at, id");
    expect(audited).toHaveLength(5);
  });

  it('is nobody else’s, and of no clinic that is not there', async () => {
    const sysadmin = await signIn(system, desk.county, 'sysadmin');
    expect((await desk.reviewer.put('/api/letterheads/county', { heading: 'clinic' })).status).toBe(403);
    expect((await sysadmin.put(`/api/letterheads/clinics/${newId()}`, { heading: 'clinic' })).status).toBe(404);
    expect((await sysadmin.put('/api/letterheads/county', { heading: 'mine' })).status).toBe(400);
    for (const recognitionMark of ['\ud800x', '全省\n互认', '\u202e全省互认', '互'.repeat(21)]) {
      const refused = await sysadmin.put('/api/letterheads/county', { heading: 'clinic', recognitionMark });
      expect([refused.status, refused.body.params.field]).toEqual([400, 'recognitionMark']);
    }
  });
});

describe('verification by a stranger', () => {
  const ask = (code: string): Promise<Answer> =>
    new JsonClient(system.url).get(`/api/verify/${encodeURIComponent(code)}`);

  it('tells what was signed and when, and of the patient no more than the first character', async () => {
    const { verificationCode } = await signed({}, { patientName: '欧阳小明' });
    const typed = verificationCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
    const { status, body } = await ask(typed);
    expect([status, body]).toMatchObject([
      200,
      { code: verificationCode, kind: 'final', number: 1, standing: 'in_force' },
    ]);
    expect(body).toMatchObject({ patientName: '欧***', intact: true, supersededBy: null });
    expect(body.signedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(Object.keys(body).sort()).toEqual([
      'addenda',
      'amending',
      'centreName',
      'code',
      'faults',
      'inDoubt',
      'intact',
      'kind',
      'kindName',
      'message',
      'number',
      'patientName',
      'sealedAt',
      'signature',
      'signedOn',
      'standing',
      'supersededBy',
      'supersededByKind',
      'verdict',
    ]);
  });

  it('says of an older sheet that a later version has taken its place', async () => {
    const { versionId, verificationCode } = await signed();
    await laterVersion(versionId);
    expect((await ask(verificationCode)).body).toMatchObject({ standing: 'superseded', supersededBy: 2 });
  });

  it('notices when what is stored is no longer what was signed', async () => {
    const { versionId, verificationCode } = await signed();
    const owner = new PgClient({ connectionString: system.databaseUrl });
    await owner.connect();
    // Whoever owns the database can switch its own walls off.
    await owner.query("SET session_replication_role = 'replica'");
    await owner.query("UPDATE report_version SET impression = '未见异常。' WHERE id = $1", [versionId]);
    await owner.end();
    expect((await ask(verificationCode)).body).toMatchObject({ intact: false });
  });

  it('knows nothing of other codes, and does not let anybody try many', async () => {
    const beside = await startSystem({ beside: system, role: 'api' });
    const stranger = new JsonClient(beside.url);
    for (const code of ['0000-0000-0000-0000', 'nonsense', '%00']) {
      const answer = await stranger.get(`/api/verify/${code}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'unknown_code']);
    }
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => stranger.get('/api/verify/ZZZZ-ZZZZ-ZZZZ-ZZZZ')),
    );
    await beside.stop();
    const limited = answers.filter(({ status }) => status === 429);
    // With the three before: ten are looked up, not one more, be they asked at the same moment.
    expect(answers.filter(({ body }) => body.code === 'unknown_code')).toHaveLength(7);
    expect(limited).toHaveLength(33);
    expect(limited[0]!.headers.get('retry-after')).toBe('60');
  });
});
