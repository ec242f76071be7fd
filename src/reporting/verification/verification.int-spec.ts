import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { gateway, type TestCounty } from '../../../test/harness/county';
import { type Answer, JsonClient } from '../../../test/harness/json-client';
import { manifestOf, signedExam } from '../../../test/harness/signed-exam';
import type { System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { BLOB_STORE } from '../../images';
import { blobKey, type BlobStore } from '../../platform/blob';
import { newId } from '../../platform/ids';
import { Signatures, SoftwareSigner } from '../../signature';
import { type Desk, report } from '../desk.fixture';
import type { ReportKind } from '../report.state';
import { Reports } from '../reports';
import { contentSha256, signedBytes } from '../signing/signed-content.rules';
import { Versions } from '../signing/versions';
import { Archive } from './archive.fixture';
import type { Verified } from './verification';
import { newVerificationCode } from './verification-code.rules';

let archive: Archive;
let system: System;
let county: TestCounty;
let desk: Desk;
let owner: Client;

beforeAll(async () => {
  archive = await Archive.open();
  ({ system, county, desk, owner } = archive);
});
afterAll(() => archive.close());

const look = (code: string, images = false): Promise<Verified> => archive.look(code, images);
const asked = async (code: string): Promise<Answer<Verified>> => new JsonClient(system.url).get(`/api/verify/${code}`);

/** A later version of the same report, as signing makes it: signed, listed, waiting for its seal. */
async function later(versionId: string, number: number, kind: ReportKind): Promise<string> {
  const ctx = system.ctx(county.countyId);
  const version = await system.db.read(ctx, (tx) => system.get(Reports).row(tx, versionId));
  const person = { title: '主治医师', licence_number: '1', licence_valid_until: '2099-01-01' };
  const issued = await system.db.write(ctx, (tx) =>
    system.get(Versions).issue(tx, {
      versionId: newId(),
      kind,
      item: version,
      subject: version.subject,
      text: version,
      submission: { id: null, submitted_at: version.signed_at },
      reason: '侧别有误',
      writer: { ...person, id: version.writer_id, name: version.writer_name, hospital: version.writer_hospital },
      reviewer: {
        ...person,
        id: version.reviewer_id,
        name: version.reviewer_name,
        hospital: version.reviewer_hospital,
      },
      latest: { id: version.id, number: number - 1, kind: version.kind },
      signedAt: version.signed_at,
    }),
  );
  return issued.verificationCode;
}

describe('a signed version', () => {
  it('carries the signature of its content and its images, marked as what the law says of it', async () => {
    const { examId, versionId, images } = await signedExam(system, county);
    const { rows } = await owner.query('SELECT sha256s FROM report_image_list WHERE version_id = $1', [versionId]);
    const hashes = manifestOf(images).map(({ sha256 }) => sha256);
    expect(rows).toEqual([{ sha256s: [...hashes].sort() }]);
    const { versions } = (await gateway(system, county.clinics[0]!).get(report(examId))).body;
    const signature = { algorithm: 'Ed25519', keyId: expect.stringMatching(/^ed25519-/), reliable: false };
    expect(versions[0].signature).toEqual(signature);
    const { status, body } = await asked(versions[0].verificationCode);
    expect([status, body]).toMatchObject([200, { intact: true, verdict: 'unchanged', faults: [], signature }]);
    expect(body.message).toBe('内容与签发时一致，本版正式报告现行有效。');
  });

  it('of form 2, from before technician, handwriting, opinions and key images, still holds', async () => {
    const { versionId, verificationCode } = await desk.signed();
    const row = await system.db.read(system.ctx(county.countyId), (tx) => system.get(Reports).row(tx, versionId));
    const { technician: _, ...subject } = row.subject;
    const early = {
      ...row,
      content_form: 2,
      annexes: null,
      key_images: null,
      subject: subject as typeof row.subject,
    } as const;
    const { signature } = await system.get(Signatures).sign(signedBytes(early));
    const set = `content_form = 2, annexes = NULL, key_images = NULL, subject = subject - 'technician', signature = '${signature}', content_sha256 = '${contentSha256(early)}'`;
    await archive.changed(versionId, set, async () => {
      const { faults } = await look(verificationCode);
      // The sealer may have been here before the row was changed.
      expect(faults.filter((fault) => fault !== 'seal')).toEqual([]);
    });
  });

  it('is not signed at all where the signer fails: nothing is left of the attempt', async () => {
    const { exam, seen } = await desk.underReview();
    const { rows: keys } = await owner.query('SELECT * FROM signing_key WHERE retired_at IS NULL');
    await owner.query(
      "UPDATE signing_key SET sealed_private_key = 'v1.x.y.z', key_id = 'broken' WHERE retired_at IS NULL",
    );
    const refused = await desk.reviewer.post(report(exam, '/sign'), seen);
    await owner.query('UPDATE signing_key SET sealed_private_key = $1, key_id = $2 WHERE key_id = $3', [
      keys[0].sealed_private_key,
      keys[0].key_id,
      'broken',
    ]);
    expect([refused.status, refused.body.code]).toEqual([503, 'signer_unavailable']);
    const { rows } = await owner.query(
      `SELECT e.state, (SELECT count(*)::int FROM report_version v WHERE v.exam_id = e.id) AS versions,
         (SELECT count(*)::int FROM report_submission s WHERE s.exam_id = e.id AND s.outcome IS NULL) AS waiting
       FROM exam e WHERE id = $1`,
      [exam],
    );
    expect(rows).toEqual([{ state: 'REVIEWING', versions: 0, waiting: 1 }]);
    expect((await desk.reviewer.post(report(exam, '/sign'), seen)).status).toBe(200);
  });

  it('is verified by the key of then after a rotation', async () => {
    const { verificationCode } = await desk.signed();
    const before = await look(verificationCode);
    const { retired, active } = await system.get(SoftwareSigner).rotate();
    const after = await desk.signed();
    expect(before.signature?.keyId).toBe(retired);
    expect(await look(verificationCode)).toEqual(before);
    expect((await look(after.verificationCode)).signature?.keyId).toBe(active);
    expect((await look(after.verificationCode)).intact).toBe(true);
  });
});

describe('the answer', () => {
  it('says 已更正 of the old sheet, and names what adds to a version without taking its place', async () => {
    const { versionId, verificationCode } = await desk.signed();
    const corrected = await later(versionId, 2, 'corrected');
    expect((await asked(verificationCode)).body).toMatchObject({
      verdict: 'superseded',
      standing: 'superseded',
      supersededBy: 2,
      supersededByKind: 'corrected',
      message: '本版报告已更正，请以第 2 版（更正报告）为准。',
    });
    expect((await asked(corrected)).body).toMatchObject({ verdict: 'unchanged', number: 2, addenda: [] });
  });

  it('says of a version that was added to that there is more to read', async () => {
    const { versionId, verificationCode } = await desk.signed();
    await later(versionId, 2, 'addendum');
    expect((await asked(verificationCode)).body).toMatchObject({
      verdict: 'unchanged',
      supersededBy: null,
      addenda: [2],
      message: expect.stringContaining('另有补充报告（第 2 版）'),
    });
  });

  it('says 已作废 of both the void and what it voids', async () => {
    const { versionId, verificationCode } = await desk.signed();
    const voided = await later(versionId, 2, 'void');
    for (const code of [verificationCode, voided])
      expect((await asked(code)).body).toMatchObject({
        verdict: 'void',
        intact: true,
        message: expect.stringContaining('已作废'),
      });
  });

  it('lets a version stand whose successor was recalled', async () => {
    const { versionId, verificationCode } = await desk.signed();
    const code = await later(versionId, 2, 'corrected');
    expect((await archive.look(verificationCode)).verdict).toBe('superseded');
    await owner.query(
      `INSERT INTO report_recall (version_id, county_id, exam_id, reason, recalled_by, recalled_by_name, recalled_at)
       SELECT id, county_id, exam_id, '写错', reviewer_id, reviewer_name, now() FROM report_version
       WHERE verification_code = $1`,
      [code],
    );
    expect((await archive.look(code)).verdict).toBe('recalled');
    expect(await archive.look(verificationCode)).toMatchObject({ verdict: 'unchanged', supersededBy: null });
  });

  it('does not call a report good whose patient is in doubt', async () => {
    const { exam, verificationCode } = await desk.signed();
    expect((await desk.writer.post(`/api/exams/${exam}/hold`, { reason: '疑似影像与患者不符' })).status).toBe(200);
    expect((await asked(verificationCode)).body).toMatchObject({
      verdict: 'unchanged',
      inDoubt: true,
      message: expect.stringContaining('正在核对患者身份'),
    });
  });

  it('says 已撤销 of a recalled version', async () => {
    const { exam, verificationCode } = await desk.signed();
    expect((await desk.reviewer.post(report(exam, '/recall'), { reason: '侧别写反' })).status).toBe(200);
    expect((await asked(verificationCode)).body).toMatchObject({ verdict: 'recalled', standing: 'recalled' });
  });

  it('tells nothing that names the patient', async () => {
    const { verificationCode } = await desk.signed({}, { patientName: '欧阳小明', patientLocalId: 'SECRET1' });
    const { body } = await asked(verificationCode);
    expect(body.patientName).toBe('欧***');
    expect(JSON.stringify(body)).not.toMatch(/阳|小明|SECRET1|CT2026/);
  });
});

describe('tampering by whoever owns the database', () => {
  const OTHER = 'gen_random_uuid()';
  /** Every column that stands for what was signed, what is done to it, and what verification then names. */
  const CHANGES: Readonly<Record<string, [to: string, faults: string[]]>> = {
    id: [OTHER, ['content', 'signature', 'image_list', 'seal']],
    county_id: [OTHER, ['content', 'signature', 'image_list', 'seal']],
    clinic_id: [OTHER, ['content', 'signature']],
    exam_id: [OTHER, ['content', 'signature']],
    number: ['number + 1', ['content', 'signature']],
    kind: ["'addendum'", ['content', 'signature']],
    supersedes_id: [OTHER, ['content', 'signature']],
    reason: ["'无'", ['content', 'signature']],
    subject: ['subject || \'{"sex": "F"}\'', ['content', 'signature']],
    technique: ["technique || '。'", ['content', 'signature']],
    findings: ["findings || '。'", ['content', 'signature']],
    impression: ["'未见异常。'", ['content', 'signature']],
    recommendation: ["recommendation || '。'", ['content', 'signature']],
    positive: ['0', ['content', 'signature']],
    submission_id: [OTHER, ['content', 'signature']],
    writer_id: [OTHER, ['content', 'signature']],
    writer_name: ["'某人'", ['content', 'signature']],
    writer_title: ["'院长'", ['content', 'signature']],
    writer_hospital: ["'某院'", ['content', 'signature']],
    written_at: ["written_at - interval '1 ms'", ['content', 'signature']],
    reviewer_id: [OTHER, ['content', 'signature']],
    reviewer_name: ["'某人'", ['content', 'signature']],
    reviewer_title: ["'院长'", ['content', 'signature']],
    reviewer_hospital: ["'某院'", ['content', 'signature']],
    signed_at: ["signed_at + interval '1 ms'", ['content', 'signature']],
    single_sign: ['true', ['content', 'signature']],
    image_set: ['image_set + 1', ['content', 'signature']],
    content_form: [
      '1, annexes = NULL, key_images = NULL, image_count = NULL, images_sha256 = NULL, signature = NULL, signature_algorithm = NULL, signature_key_id = NULL',
      ['content', 'image_list', 'seal'],
    ],
    image_count: ['image_count + 1', ['content', 'signature', 'image_list']],
    images_sha256: ['reverse(images_sha256)', ['content', 'signature', 'image_list']],
    annexes: [`'[{"text": "同意。"}]'`, ['content', 'signature']],
    key_images: [`'[{"frame": 1}]'`, ['content', 'signature', 'image_list']],
    writer_handwriting_sha256: ["repeat('0', 64)", ['content', 'signature']],
    reviewer_handwriting_sha256: ["repeat('0', 64)", ['content', 'signature']],
    content_sha256: ['reverse(content_sha256)', ['content', 'seal']],
    signature: ["overlay(signature placing 'AAAA' from 9)", ['signature', 'seal']],
    signature_algorithm: ["'SM2'", ['signing_key']],
    signature_key_id: ["'ed25519-0000000000000000'", ['signing_key', 'seal']],
    verification_code: ["'0000-0000-0000-0000'", ['seal']],
  };
  let versionId: string;
  let verificationCode: string;

  beforeAll(async () => {
    ({ versionId, verificationCode } = await desk.signed());
    await archive.sealAll();
  });

  it('is looked for in every column but those of the PDF', async () => {
    const { rows } = await owner.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'report_version'",
    );
    const columns = rows.map(({ name }) => name).filter((name) => !name.startsWith('pdf_'));
    expect(columns.sort()).toEqual(Object.keys(CHANGES).sort());
  });

  it.each(Object.entries(CHANGES))('of %s is named', async (column, [to, faults]) => {
    expect((await look(verificationCode)).faults).toEqual([]);
    await archive.changed(versionId, `${column} = ${to}`, async () => {
      const code = column === 'verification_code' ? '0000-0000-0000-0000' : verificationCode;
      expect(await look(code)).toMatchObject({ faults, intact: false, verdict: 'tampered' });
    });
  });

  it('with the content hashed anew still shows: the signature and the chain do not fit', async () => {
    const { rows } = await owner.query(
      'SELECT signature FROM report_version WHERE id <> $1 AND signature IS NOT NULL LIMIT 1',
      [versionId],
    );
    await archive.changed(versionId, `impression = '未见异常。', signature = '${rows[0].signature}'`, async () => {
      const row = await system.db.read(system.ctx(county.countyId), (tx) => system.get(Reports).row(tx, versionId));
      await owner.query('UPDATE report_version SET content_sha256 = $2 WHERE id = $1', [versionId, contentSha256(row)]);
      expect((await look(verificationCode)).faults).toEqual(['signature', 'seal']);
      expect((await archive.chain()).brokenAt).not.toBeNull();
    });
  });

  it('of the list of images is named, and of the files themselves when they are looked at', async () => {
    const exam = await signedExam(system, county);
    const { body } = await gateway(system, county.clinics[0]!).get(report(exam.examId));
    const code = body.versions[0].verificationCode as string;
    const { sha256 } = manifestOf(exam.images)[0]!;
    await until('the sheet is archived', async () => {
      const { rows } = await owner.query('SELECT pdf_sha256 FROM report_version WHERE id = $1', [exam.versionId]);
      return rows[0].pdf_sha256 !== null;
    });
    expect((await look(code, true)).faults).toEqual([]);
    const blobs = system.app.get<BlobStore>(BLOB_STORE, { strict: false });
    const path = blobs.localPath!(blobKey(county.countyId, county.clinics[0]!.id, sha256))!;
    const bytes = await readFile(path);
    await chmod(path, 0o600);
    await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
    expect((await look(code, true)).faults).toEqual(['image_changed']);
    await rm(path);
    expect((await look(code, true)).faults).toEqual(['image_missing']);
    expect((await look(code)).faults).toEqual([]);
    await writeFile(path, bytes);
    await owner.query('UPDATE report_image_list SET sha256s = sha256s[2:] WHERE version_id = $1', [exam.versionId]);
    expect((await look(code)).faults).toEqual(['image_list']);
    await owner.query('UPDATE report_image_list SET sha256s = array_prepend($2, sha256s) WHERE version_id = $1', [
      exam.versionId,
      manifestOf(exam.images)
        .map((one) => one.sha256)
        .sort()[0],
    ]);
    expect((await look(code)).faults).toEqual([]);
  });
});

describe('versions signed before there were signatures', () => {
  it('are verified by their hash alone', async () => {
    const { versionId } = await desk.signed();
    const code = newVerificationCode();
    const id = newId();
    await owner.query(
      `INSERT INTO report_version (id, county_id, clinic_id, exam_id, number, kind, subject, technique, findings, impression,
         recommendation, positive, writer_id, writer_name, writer_title, writer_hospital, written_at, reviewer_id, reviewer_name,
         reviewer_title, reviewer_hospital, signed_at, image_set, content_sha256, verification_code)
       SELECT $2, county_id, clinic_id, $2, 1, 'final', subject, technique, findings, impression, recommendation, positive,
         writer_id, writer_name, writer_title, writer_hospital, written_at, reviewer_id, reviewer_name, reviewer_title,
         reviewer_hospital, signed_at, image_set, '', $3 FROM report_version WHERE id = $1`,
      [versionId, id, code],
    );
    await owner.query('INSERT INTO report_seal (county_id, version_id) VALUES ($1, $2)', [county.countyId, id]);
    const row = await system.db.read(system.ctx(county.countyId), (tx) => system.get(Reports).row(tx, id));
    await owner.query('UPDATE report_version SET content_sha256 = $2 WHERE id = $1', [id, contentSha256(row)]);
    expect((await asked(code)).body).toMatchObject({ intact: true, verdict: 'unchanged', signature: null });
    await archive.seal();
    expect((await look(code)).sealedAt).not.toBeNull();
    await archive.changed(id, "impression = '未见异常。'", async () => {
      expect((await look(code)).faults).toEqual(['content']);
    });
  });
});
