import { Readable } from 'node:stream';
import type { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { BLOB_STORE } from '../images';
import type { BlobStore } from '../platform/blob';
import type { PersonActor } from '../platform/context';
import { newId, sha256 } from '../platform/ids';
import { Logger } from '../platform/logging';
import { Annexes, ArchiveCheck, Reports, type VersionRow } from '../reporting';
import { report } from '../reporting/desk.fixture';
import { handwritingKey } from '../signature/handwriting/handwriting';
import { JPEGS, png, twoHeaders } from '../signature/handwriting/picture.fixture';
import { renderReportPdf } from './pdf';
import { type PrintedHandwriting, printedReport } from './printed-report.rules';
import { SheetDesk } from './sheet-desk.fixture';
import { VerificationUrls } from './verification-urls';

/** What a sheet carries beside its text: technician, handwriting, 会诊意见. */
let system: System;
let desk: SheetDesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await SheetDesk.open(system);
});
afterAll(() => system.stop());

const idOf = (name: string): string => desk.county.people.get(name)!.id;
const rowOf = (versionId: string): Promise<VersionRow> =>
  system.db.read(desk.ctx, (tx) => system.get(Reports).row(tx, versionId));

async function sign(client: JsonClient, name: string, bytes: Buffer): Promise<void> {
  const answer = await fetch(`${system.url}/api/people/${idOf(name)}/signature-image`, {
    method: 'PUT',
    headers: { ...client.identity, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  expect(answer.status).toBe(200);
}

async function sheetOf(versionId: string, query = ''): Promise<Buffer> {
  const answer = await until('the sheet is there', async () => {
    const tried = await fetch(`${system.url}/api/reports/${versionId}/pdf${query}`, { headers: desk.clinic.identity });
    return tried.status === 200 ? tried : undefined;
  });
  return Buffer.from(await answer.arrayBuffer());
}

/** The same sheet, set by hand. */
async function expected(
  versionId: string,
  handwriting: PrintedHandwriting,
  paper: 'A4' | 'A5' = 'A4',
): Promise<Buffer> {
  const version = await rowOf(versionId);
  const head = { heading: 'centre', recognitionMark: '' } as const;
  const print = { verificationUrl: system.get(VerificationUrls).of(version), head, handwriting };
  return renderReportPdf(printedReport(version, print), { paper });
}

/** Takes an opinion over, as the slice of consultations does in the name of the writer. */
async function takeOver(exam: string, text: string): Promise<string> {
  const actor: PersonActor = {
    kind: 'person',
    id: idOf('writer11'),
    name: '报告11',
    permissions: new Set(),
    clinicIds: [],
    hospitalIds: [desk.county.hospitals[0]!.id],
    countyWide: false,
  };
  const sourceId = newId();
  const whose = { institution: '省立医院', doctor: '周明', title: '主任医师' };
  await system.db.write({ ...desk.ctx, actor }, (tx) =>
    system.get(Annexes).join(tx, exam, { sourceId, ...whose, text, givenAt: new Date('2026-03-02T02:00:00Z') }),
  );
  return sourceId;
}

const check = (code: string) => system.get(ArchiveCheck).version(code, { images: true });

describe('handwriting on the sheet', () => {
  const [ofWriter, ofReviewer] = [png(), JPEGS.grey];

  it('is the one that each had when it was signed, whatever they put in later', async () => {
    await sign(desk.writer, 'writer11', ofWriter);
    await sign(desk.reviewer, 'reviewer21', ofReviewer);
    const { versionId, verificationCode } = await desk.signed();
    expect(await rowOf(versionId)).toMatchObject({
      content_form: 4,
      writer_handwriting_sha256: sha256(ofWriter),
      reviewer_handwriting_sha256: sha256(ofReviewer),
    });
    const both = { writer: ofWriter, reviewer: ofReviewer };
    expect((await sheetOf(versionId)).equals(await expected(versionId, both))).toBe(true);
    await sign(desk.writer, 'writer11', png({ width: 222 }));
    expect((await desk.reviewer.request('DELETE', `/api/people/${idOf('reviewer21')}/signature-image`)).status).toBe(
      204,
    );
    expect((await sheetOf(versionId, '?paper=A5')).equals(await expected(versionId, both, 'A5'))).toBe(true);
    expect((await check(verificationCode)).faults).toEqual([]);
    const next = await desk.signed();
    expect(await rowOf(next.versionId)).toMatchObject({
      writer_handwriting_sha256: sha256(png({ width: 222 })),
      reviewer_handwriting_sha256: null,
    });
  });

  it('leaves the printed name where the store has lost it, and verification says so', async () => {
    const lost = png({ width: 333 });
    await sign(desk.writer, 'writer11', lost);
    const { versionId, verificationCode } = await desk.signed();
    await sheetOf(versionId);
    const blobs = system.app.get<BlobStore>(BLOB_STORE, { strict: false });
    await blobs.delete(handwritingKey(desk.county.countyId, idOf('writer11'), sha256(lost)));
    const bare = await expected(versionId, { writer: null, reviewer: null }, 'A5');
    expect((await sheetOf(versionId, '?paper=A5')).equals(bare)).toBe(true);
    expect((await check(verificationCode)).faults).toEqual(['handwriting_missing']);
    // The same picture put in again is the one that was signed: the store has it once more.
    await sign(desk.writer, 'writer11', lost);
    expect((await check(verificationCode)).faults).toEqual([]);
  });
});

describe('an opinion that was taken over', () => {
  it('is signed with the report, printed on its sheet and told to the clinic', async () => {
    const { exam, seen } = await desk.written({}, { technician: '赵六' });
    await takeOver(exam, '同意右肺上叶结节的判断。');
    const told = { institution: '省立医院', doctor: '周明', title: '主任医师', text: '同意右肺上叶结节的判断。' };
    expect((await desk.writer.get(report(exam))).body.annexes).toMatchObject([told]);
    expect((await desk.clinic.get(report(exam))).body.annexes).toEqual([]);
    const { versionId, verificationCode } = await desk.finished(exam, seen);
    const bySign = { writer: png({ width: 333 }), reviewer: null };
    expect((await sheetOf(versionId)).equals(await expected(versionId, bySign))).toBe(true);
    expect(await rowOf(versionId)).toMatchObject({ annexes: [told], subject: { technician: '赵六' } });
    const { body } = await desk.clinic.get(report(exam));
    expect([body.annexes, body.versions[0].annexes]).toMatchObject([[], [told]]);
    const entry = await until('the inbox entry', async () => {
      const { items } = (await desk.clinic.get('/api/inbox?after=0&limit=200')).body;
      return items.find(({ examId }: { examId: string }) => examId === exam);
    });
    expect(entry.report).toMatchObject({ annexes: [told], exam: { technician: '赵六' } });
    expect((await check(verificationCode)).faults).toEqual([]);
  });

  it('joins the correction when it comes after the signature, and none where it was taken back', async () => {
    const { exam, versionId } = await desk.signed();
    const kept = await takeOver(exam, '建议穿刺活检。');
    const dropped = await takeOver(exam, '此条撤回。');
    const actor = { ...desk.ctx.actor, kind: 'person', id: idOf('writer11') } as PersonActor;
    await system.db.write({ ...desk.ctx, actor }, (tx) => system.get(Annexes).withdraw(tx, dropped));
    expect((await rowOf(versionId)).annexes).toEqual([]);
    const { annexes } = (await desk.writer.get(report(exam))).body;
    expect(annexes.map(({ sourceId }: { sourceId: string }) => sourceId)).toEqual([kept]);
  });
});

describe('a picture that cannot be printed', () => {
  /** Puts bytes in force that no check has seen. */
  async function store(name: string, bytes: Buffer): Promise<void> {
    const [personId, hash] = [idOf(name), sha256(bytes)];
    const blobs = system.app.get<BlobStore>(BLOB_STORE, { strict: false });
    const received = await blobs.receive(Readable.from([bytes]), { maxBytes: bytes.length });
    await blobs.commit(received, handwritingKey(desk.county.countyId, personId, hash));
    await system.db.relay(desk.ctx, async (tx) => {
      await tx.rows(
        'UPDATE person_handwriting SET ended_at = added_at, ended_by = $1 WHERE person_id = $1 AND ended_at IS NULL',
        [personId],
      );
      await tx.rows(
        `INSERT INTO person_handwriting (id, county_id, person_id, media_type, sha256, bytes, width, height, added_at, added_by)
         VALUES ($1, $2, $3, 'image/png', $4, $5, 120, 40, '2026-03-01', $3)`,
        [newId(), desk.county.countyId, personId, hash, bytes.length],
      );
    });
  }

  it('is left off and told of in the log, on A4 and A5; the other signature and the names are printed', async () => {
    const sound = png({ width: 210 });
    await sign(desk.reviewer, 'reviewer21', sound);
    await store('writer11', twoHeaders());
    const warned = jest.spyOn(system.get(Logger), 'warn');
    const { versionId } = await desk.signed();
    const hash = sha256(twoHeaders());
    expect(await rowOf(versionId)).toMatchObject({ writer_handwriting_sha256: hash });
    const rest = { writer: null, reviewer: sound };
    for (const paper of ['A4', 'A5'] as const)
      expect((await sheetOf(versionId, `?paper=${paper}`)).equals(await expected(versionId, rest, paper))).toBe(true);
    const said = 'a handwritten signature cannot be printed';
    expect(warned.mock.calls).toContainEqual([{ versionId, sha256: hash, fault: 'damaged' }, said]);
    warned.mockRestore();
    expect(await check((await rowOf(versionId)).verification_code)).toMatchObject({ faults: [] });
  });
});
