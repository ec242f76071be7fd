import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectionCutError, cutPoints, keepAliveAgent, send } from '../../test/harness/http';
import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { multipart, stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { element } from '../demo/synthetic';
import type { DicomStudy } from '../studies';
import { bytesOf, ctOrder, filesOf, filmOrder } from '../studies/studies.fixture';
import { MAX_STREAMS_PER_CALLER } from './admission';

let system: System;
let county: TestCounty;
const key = (n = 0): string => county.clinics[n]!.key;

beforeAll(async () => {
  system = await startSystem({ role: 'api', env: { MAX_REQUEST_INSTANCES: '20', MAX_INSTANCE_BYTES: '2000000' } });
  county = await seedCounty(system);
});
afterAll(() => system.stop());

const rows = <T>(sql: string, params: unknown[] = []): Promise<T[]> =>
  system.db.read(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const studyOf = async (uid: string, clinic = 0): Promise<DicomStudy> =>
  (
    await rows<DicomStudy>('SELECT * FROM dicom_study WHERE study_uid = $1 AND clinic_id = $2', [
      uid,
      county.clinics[clinic]!.id,
    ])
  )[0]!;
const comments = (dataSet: any): string[] =>
  (dataSet['00081198']?.Value ?? []).map((item: any) => item['00000902'].Value[0]);

const MULTIPART = 'multipart/related; type="application/dicom"; boundary=b';
/** Sends these very bytes; `stow` knows only how to send them well. */
const post = (headers: Record<string, string>, body: string | Buffer = '') =>
  send({ method: 'POST', url: `${system.url}/dicomweb/studies`, headers, body });
const postParts = (body: Buffer) => post({ authorization: `Bearer ${key()}`, 'content-type': MULTIPART }, body);

it('stores a study: columns from the header, bytes as sent, one audit row', async () => {
  const files = filesOf(ctOrder({ seed: 'whole', slices: 3, birthDate: '1980-05-06', age: '045Y' }));
  const answer = await stow(
    system.url,
    key(),
    files.map((file) => file.bytes),
  );
  expect(answer.status).toBe(200);
  expect(answer.referenced.map((one) => one.sopInstanceUid)).toEqual(files.map((file) => file.sopInstanceUid));
  const [first] = files;
  expect(answer.referenced[0]!.retrieveUrl).toBe(
    `${system.url}/dicomweb/studies/${first!.studyInstanceUid}/series/${first!.seriesInstanceUid}/instances/${first!.sopInstanceUid}`,
  );
  expect(await studyOf(first!.studyInstanceUid)).toMatchObject({
    accession_number: 'A1',
    patient_local_id: 'P1',
    patient_name: '张三',
    name_pinyin: 'zhangsan',
    name_initials: 'zs',
    patient_sex: 'M',
    birth_date: '19800506',
    patient_age: '045Y',
    study_date: '20260302',
    study_time: '090000',
    modalities: ['CT'],
    series_count: 1,
    instance_count: 3,
    bytes: String(files.reduce((sum, file) => sum + file.bytes.length, 0)),
    charset: 'GB18030',
    quarantined_at: null,
  });
  const [audit] = await rows<{ actor_kind: string; details: object }>(
    "SELECT * FROM audit_event WHERE action = 'images.receive' AND subject_id = $1",
    [(await studyOf(first!.studyInstanceUid)).id],
  );
  expect(audit).toMatchObject({ actor_kind: 'gateway', details: { stored: 3, duplicates: 0, collisions: 0 } });
});

it('takes the same bytes again as done, without a trace', async () => {
  const files = bytesOf(ctOrder({ seed: 'again' }));
  const [study] = filesOf(ctOrder({ seed: 'again' }));
  await stow(system.url, key(), files);
  const before = await studyOf(study!.studyInstanceUid);
  const audits = await rows("SELECT id FROM audit_event WHERE action = 'images.receive'");
  const answer = await stow(system.url, key(), files);
  expect([answer.status, answer.referenced.length]).toEqual([200, 2]);
  expect(await studyOf(study!.studyInstanceUid)).toEqual(before);
  expect(await rows("SELECT id FROM audit_event WHERE action = 'images.receive'")).toHaveLength(audits.length);
});

it('keeps the good parts of a mixed request and lists each bad one with its reason', async () => {
  const [good, other] = bytesOf(ctOrder({ seed: 'mixed' }));
  const withoutUid = bytesOf(filmOrder({ seed: 'no uid', extra: [element('SOPInstanceUID', '')] }))[0]!;
  const answer = await stow(system.url, key(), [Buffer.from('not dicom at all'), good!, withoutUid, other!]);
  expect(answer.status).toBe(202);
  expect(answer.referenced).toHaveLength(2);
  expect(answer.failed.map((one) => one.reason)).toEqual([0xc000, 0xc000]);
  expect(comments(answer.dataSet)).toEqual([
    expect.stringContaining('not_dicom: #1 '),
    expect.stringContaining('uid_missing: #3 '),
  ]);
});

it('answers 409 when nothing was kept, and 0xA900 for another study than the one of the path', async () => {
  const [file] = filesOf(filmOrder({ seed: 'path' }));
  const wrong = await stow(system.url, key(), [file!.bytes], { studyInstanceUid: '1.2.3' });
  expect([wrong.status, wrong.failed]).toEqual([
    409,
    [{ sopClassUid: file!.sopClassUid, sopInstanceUid: file!.sopInstanceUid, reason: 0xa900 }],
  ]);
  const right = await stow(system.url, key(), [file!.bytes], { studyInstanceUid: file!.studyInstanceUid });
  expect(right.status).toBe(200);
});

it('says with 200 and a warning that it has read a mislabelled character set by what the bytes are', async () => {
  const gbk = filmOrder({ seed: 'mislabelled', charset: 'GBK_AS_LATIN1' as never });
  const [file] = filesOf({ ...gbk, charset: 'GB18030', extra: [element('SpecificCharacterSet', 'ISO_IR 100')] });
  const answer = await stow(system.url, key(), [file!.bytes]);
  expect([answer.status, answer.referenced[0]!.warning]).toEqual([200, 0xb000]);
  const study = await studyOf(file!.studyInstanceUid);
  expect(study).toMatchObject({ patient_name: '张三', charset_how: 'mislabelled-latin1-gbk' });
  expect(await rows('SELECT code FROM study_flag WHERE study_id = $1', [study.id])).toEqual([
    { code: 'charset_repaired' },
  ]);
});

it.each([
  ['quoted type, chunked', {}],
  ['with its length', { framing: 'length' as const }],
  [
    'unquoted type',
    { headers: { 'content-type': 'multipart/related; type=application/dicom; boundary=b' }, boundary: 'b' },
  ],
  ['no type', { headers: { 'content-type': 'multipart/related; boundary=b' }, boundary: 'b' }],
])('understands a request %s', async (name, options) => {
  const answer = await stow(system.url, key(), bytesOf(filmOrder({ seed: name })), options);
  expect(answer.status).toBe(200);
});

it('takes a single instance without multipart around it', async () => {
  const [file] = filesOf(filmOrder({ seed: 'single' }));
  const answer = await post({ authorization: `Bearer ${key()}`, 'content-type': 'application/dicom' }, file!.bytes);
  expect(answer.status).toBe(200);
  expect((await studyOf(file!.studyInstanceUid)).instance_count).toBe(1);
});

describe('a request that is wrong as a whole', () => {
  const errorOf = async (headers: Record<string, string>, body: string | Buffer = ''): Promise<[number, string]> => {
    const answer = await post({ authorization: `Bearer ${key()}`, ...headers }, body);
    return [answer.status, JSON.parse(answer.body.toString()).code as string];
  };

  it('without a key', async () => {
    expect((await post({ 'content-type': MULTIPART }, '')).status).toBe(401);
  });

  it('of another type', async () => {
    expect(await errorOf({ 'content-type': 'application/octet-stream' }, 'x')).toEqual([415, 'dicom_expected']);
    expect(await errorOf({ 'content-type': 'multipart/related; type="application/dicom+json"; boundary=b' })).toEqual([
      415,
      'dicom_expected',
    ]);
    expect(await errorOf({})).toEqual([415, 'dicom_expected']);
  });

  it('without a usable boundary, without a part, or breaking off in the first one', async () => {
    const type = 'multipart/related; type="application/dicom"';
    expect(await errorOf({ 'content-type': type }, 'x')).toEqual([400, 'multipart_invalid']);
    expect(await errorOf({ 'content-type': MULTIPART }, 'nothing of the kind')).toEqual([400, 'multipart_invalid']);
    expect(await errorOf({ 'content-type': MULTIPART }, '--b--\r\n')).toEqual([400, 'multipart_invalid']);
    expect(await errorOf({ 'content-type': MULTIPART }, '--b\r\n\r\nDICM')).toEqual([400, 'multipart_invalid']);
  });

  it('that wants XML back', async () => {
    expect(await errorOf({ 'content-type': MULTIPART, accept: 'application/dicom+xml' })).toEqual([
      406,
      'not_acceptable',
    ]);
  });

  it('that announces more than a request may have', async () => {
    const agent = keepAliveAgent();
    const answer = await send({
      method: 'POST',
      url: `${system.url}/dicomweb/studies`,
      headers: { authorization: `Bearer ${key()}`, 'content-type': MULTIPART, 'content-length': '17000000' },
      body: 'the rest never comes',
      agent,
    });
    agent.destroy();
    expect(answer.status).toBe(413);
  });

  it('names an unknown query field', async () => {
    const answer = await send({
      method: 'POST',
      url: `${system.url}/dicomweb/studies?hospital=1`,
      headers: { authorization: `Bearer ${key()}`, 'content-type': MULTIPART },
    });
    expect([answer.status, JSON.parse(answer.body.toString()).params.field]).toEqual([400, 'hospital']);
  });
});

it('lists a part that is too large, one of another type, and those beyond the number allowed', async () => {
  const small = bytesOf(filmOrder({ seed: 'limits', slices: 2 }));
  const large = bytesOf(filmOrder({ seed: 'too large', width: 1_100 }))[0]!;
  const answer = await stow(system.url, key(), [large, small[0]!]);
  expect([answer.status, answer.failed[0]!.reason]).toEqual([202, 0xa700]);
  const many = await stow(
    system.url,
    key(),
    Array.from({ length: 21 }, () => small[1]!),
  );
  expect([many.status, many.referenced.length, comments(many.dataSet)]).toEqual([
    202,
    20,
    [expect.stringContaining('too_many_instances: #21')],
  ]);
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/dicom\r\n\r\n'),
    small[0]!,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const typed = await postParts(body);
  expect(typed.status).toBe(202);
  expect(comments(JSON.parse(typed.body.toString()))).toEqual([expect.stringContaining('not_dicom_part: #1')]);
});

it('lets one caller keep only so many requests open at once, and tells the next one when to come again', async () => {
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  async function* slowly(file: Buffer): AsyncGenerator<Uint8Array> {
    yield file;
    await held;
  }
  const [file] = bytesOf(filmOrder({ seed: 'slow line', width: 64 }));
  const agent = keepAliveAgent(64);
  const running = Array.from({ length: MAX_STREAMS_PER_CALLER }, () =>
    stow(system.url, key(), slowly(file!), { agent }),
  );
  const streams = () => gateway(system, county.clinics[0]!).get<string>('/metrics');
  await until('all of them to be received', async () => (await streams()).body.includes('cic_upload_streams 32'));
  const tooMany = await stow(system.url, key(), [file!]);
  expect([tooMany.status, JSON.parse(tooMany.text).code]).toEqual([429, 'uploads_running']);
  expect(Number(tooMany.headers['retry-after'])).toBeGreaterThan(0);
  expect((await stow(system.url, key(1), [file!])).status).toBe(200);
  goOn();
  expect((await Promise.all(running)).map((answer) => answer.status)).toEqual(running.map(() => 200));
  expect((await stow(system.url, key(), [file!])).status).toBe(200);
  agent.destroy();
});

it('lets a technician of one clinic upload, and asks one of several which clinic it is for', async () => {
  const [file] = filesOf(filmOrder({ seed: 'by person' }));
  const tech = await signIn(system, county, 'tech01');
  const answer = await stow(system.url, '', [file!.bytes], { headers: tech.identity });
  expect(answer.status).toBe(200);
  expect((await studyOf(file!.studyInstanceUid)).clinic_id).toBe(county.clinics[0]!.id);
  const doctor = await signIn(system, county, 'doctor01');
  expect((await stow(system.url, '', [file!.bytes], { headers: doctor.identity })).status).toBe(403);

  const secadmin = await signIn(system, county, 'secadmin');
  await secadmin.post('/api/people', {
    username: 'two-clinics',
    password: county.password,
    name: '双岗',
    grants: county.clinics.map((clinic) => ({ role: 'technician', clinicId: clinic.id })),
  });
  const both = await signIn(system, county, 'two-clinics');
  const unclear = await stow(system.url, '', [file!.bytes], { headers: both.identity });
  expect([unclear.status, JSON.parse(unclear.text).code]).toEqual([400, 'clinic_required']);
});

it('keeps what was complete when the client is cut, and nothing of the part that was cut', async () => {
  const order = ctOrder({ seed: 'cut', slices: 2 });
  const files = filesOf(order);
  const parts: Uint8Array[] = [];
  for await (const piece of multipart(
    files.map((file) => file.bytes),
    'x'.repeat(73),
  ))
    parts.push(piece);
  const total = parts.reduce((sum, piece) => sum + piece.length, 0);
  for (const point of cutPoints(total)) {
    await expect(
      stow(
        system.url,
        key(),
        files.map((file) => file.bytes),
        { boundary: 'x'.repeat(73), cutAfterBytes: point },
      ),
    ).rejects.toBeInstanceOf(ConnectionCutError);
  }
  const incoming = join(system.config.blobDir, '.incoming');
  await until('the cut parts to be removed', () => readdirSync(incoming).length === 0);
  const whole = await stow(
    system.url,
    key(),
    files.map((file) => file.bytes),
  );
  expect([whole.status, whole.referenced.length]).toEqual([200, 2]);
  expect((await studyOf(files[0]!.studyInstanceUid)).instance_count).toBe(2);
});

it('keeps what was complete when the body ends without its closing delimiter, and says so', async () => {
  const files = filesOf(filmOrder({ seed: 'unclosed', slices: 2 }));
  const body = Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'),
      file.bytes,
      Buffer.from('\r\n'),
    ]),
  ]);
  const answer = await postParts(body);
  expect(answer.status).toBe(202);
  expect(comments(JSON.parse(answer.body.toString()))).toEqual([expect.stringContaining('part_cut: #2')]);
  expect((await studyOf(files[0]!.studyInstanceUid)).instance_count).toBe(1);
});

it('gives another clinic of the county nothing to see', async () => {
  const [file] = filesOf(filmOrder({ seed: 'private' }));
  await stow(system.url, key(0), [file!.bytes]);
  const path = `/dicomweb/studies?StudyInstanceUID=${file!.studyInstanceUid}`;
  const seen = (clinic: number) => gateway(system, county.clinics[clinic]!).get(path);
  expect((await seen(0)).body).toHaveLength(1);
  expect((await seen(1)).body ?? []).toHaveLength(0);
});
