import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { stow, type StowAnswer } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { bytesOf, ctOrder, filesOf, filmOrder } from './studies.fixture';
import { Studies } from './studies';
import type { DicomStudy, StudyFlag } from './studies.entities';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'all' });
  county = await seedCounty(system, { clinics: 3 });
});
afterAll(() => system.stop());

const send = (files: Buffer[], clinic = 0): Promise<StowAnswer> => stow(system.url, county.clinics[clinic]!.key, files);
const rows = <T>(sql: string, params: unknown[] = []): Promise<T[]> =>
  system.db.read(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const studiesOf = (uid: string): Promise<DicomStudy[]> =>
  rows<DicomStudy>('SELECT * FROM dicom_study WHERE study_uid = $1 ORDER BY id', [uid]);
const studyOf = async (uid: string): Promise<DicomStudy> => (await studiesOf(uid))[0]!;
const flagsOf = (studyId: string): Promise<StudyFlag[]> =>
  rows<StudyFlag>('SELECT * FROM study_flag WHERE study_id = $1 ORDER BY code, subject', [studyId]);
const corrections = (studyId: string, on: boolean): Promise<void> =>
  system.db.write(system.ctx(county.countyId), (tx) => system.get(Studies).allowCorrections(tx, studyId, on));

describe('one SOP Instance UID, two contents', () => {
  it('is refused, and flagged with both hashes; what was there stays', async () => {
    const [file] = filesOf(filmOrder({ seed: 'collision' }));
    await send([file!.bytes]);
    const other = bytesOf(filmOrder({ seed: 'collision', pixelSeed: 'other' }));
    const answer = await send(other);
    expect([answer.status, answer.failed]).toEqual([
      409,
      [{ sopClassUid: file!.sopClassUid, sopInstanceUid: file!.sopInstanceUid, reason: 0x0111 }],
    ]);
    await send(other);
    const study = await studyOf(file!.studyInstanceUid);
    expect(study).toMatchObject({ instance_count: 1, bytes: String(file!.bytes.length) });
    expect(await flagsOf(study.id)).toMatchObject([
      { code: 'sop_collision', subject: file!.sopInstanceUid, occurrences: 2 },
    ]);
  });

  it('within one request: the first one counts', async () => {
    const [file] = filesOf(filmOrder({ seed: 'twice' }));
    const other = bytesOf(filmOrder({ seed: 'twice', pixelSeed: 'other' }))[0]!;
    const answer = await send([file!.bytes, other, file!.bytes]);
    expect([answer.status, answer.referenced.length, answer.failed.length]).toEqual([202, 2, 1]);
    expect((await studyOf(file!.studyInstanceUid)).instance_count).toBe(1);
  });

  it('replaces under an identity hold; the old row and its bytes are kept', async () => {
    const wrong = filmOrder({ seed: 'corrected', slices: 2, patientId: 'WRONG', patientName: '李四' });
    const right = { ...wrong, patientId: 'RIGHT', patientName: '王五', accessionNumber: 'A77' };
    const [first, second] = filesOf(wrong);
    await send([first!.bytes, second!.bytes]);
    const { id } = await studyOf(first!.studyInstanceUid);
    await corrections(id, true);
    const answer = await send(bytesOf(right));
    expect([answer.status, answer.referenced.map((one) => one.warning)]).toEqual([200, [0xb000, 0xb000]]);
    expect(await studyOf(first!.studyInstanceUid)).toMatchObject({
      patient_local_id: 'RIGHT',
      patient_name: '王五',
      name_pinyin: 'wangwu',
      accession_number: 'A77',
      instance_count: 2,
      series_count: 1,
    });
    const kept = await rows<{ superseded: boolean }>(
      'SELECT superseded_at IS NOT NULL AS superseded FROM instance WHERE study_id = $1 AND sop_uid = $2 ORDER BY 1',
      [id, first!.sopInstanceUid],
    );
    expect(kept).toEqual([{ superseded: false }, { superseded: true }]);
    expect(await flagsOf(id)).toMatchObject([{ code: 'corrected', occurrences: 2 }]);

    await corrections(id, false);
    expect((await send([first!.bytes])).status).toBe(409);
  });
});

describe('a study UID that another clinic of the county has', () => {
  it('becomes a record of its own, quarantined, with a warning to the sender, who sees only his own', async () => {
    const order = filmOrder({ seed: 'shared uid' });
    const [file] = filesOf(order);
    expect((await send([file!.bytes], 0)).referenced[0]!.warning).toBeUndefined();
    const answer = await send(bytesOf({ ...order, patientId: 'OTHER', patientName: '赵六' }), 1);
    expect([answer.status, answer.referenced[0]!.warning]).toEqual([200, 0xb000]);
    const studies = await studiesOf(file!.studyInstanceUid);
    expect(studies.map((study) => [study.clinic_id, study.patient_local_id, study.quarantined_at !== null])).toEqual([
      [county.clinics[0]!.id, 'P1', false],
      [county.clinics[1]!.id, 'OTHER', true],
    ]);
    expect(await flagsOf(studies[1]!.id)).toMatchObject([{ code: 'quarantined' }]);
    expect(await flagsOf(studies[0]!.id)).toEqual([]);
    const seen = await gateway(system, county.clinics[1]!).get(
      `/dicomweb/studies?StudyInstanceUID=${file!.studyInstanceUid}`,
    );
    expect(seen.body.map((one: any) => one['00100020'].Value)).toEqual([['OTHER']]);
  });

  it('however closely the two of them send', async () => {
    for (let round = 0; round < 5; round += 1) {
      const order = filmOrder({ seed: `race ${round}` });
      const [file] = filesOf(order);
      await Promise.all([0, 1, 2].map((clinic) => send([file!.bytes], clinic)));
      const studies = await studiesOf(file!.studyInstanceUid);
      expect(studies.map((study) => study.quarantined_at !== null).sort()).toEqual([false, true, true]);
    }
  });

  it('is nothing special when the other clinic belongs to another county', async () => {
    const elsewhere = await seedCounty(system, { code: 'b' });
    const order = filmOrder({ seed: 'two counties' });
    const [file] = filesOf(order);
    await send([file!.bytes], 0);
    const answer = await stow(system.url, elsewhere.clinics[0]!.key, [file!.bytes]);
    expect([answer.status, answer.referenced[0]!.warning]).toEqual([200, undefined]);
  });
});

describe('what the header says against the study', () => {
  it('another Patient ID is flagged and never merged into it', async () => {
    const order = ctOrder({ seed: 'two patients', slices: 2 });
    const [first] = filesOf(order);
    const second = filesOf({ ...order, patientId: 'P2' })[1]!;
    await send([first!.bytes, second.bytes]);
    const study = await studyOf(first!.studyInstanceUid);
    expect([study.patient_local_id, study.instance_count]).toEqual(['P1', 2]);
    expect(await flagsOf(study.id)).toMatchObject([{ code: 'patient_id_mismatch', subject: 'P2' }]);
  });

  it('another name is a flag, another spelling of it is not', async () => {
    const order = ctOrder({ seed: 'names', slices: 3 });
    const [first] = filesOf(order);
    const spelt = filesOf({ ...order, patientName: 'Zhang^San' })[1]!;
    await send([first!.bytes, spelt.bytes]);
    const study = await studyOf(first!.studyInstanceUid);
    expect(await flagsOf(study.id)).toEqual([]);
    await send([filesOf({ ...order, patientName: '李四' })[2]!.bytes]);
    expect(await flagsOf(study.id)).toMatchObject([{ code: 'patient_name_differs', subject: '李四' }]);
  });
});

it('counts right and deadlocks nobody when many requests bring the same studies in any order', async () => {
  const studies = ['x', 'y', 'z'].map((seed) => filesOf(filmOrder({ seed: `shared ${seed}`, slices: 4 })));
  const all = studies.flat();
  const requests = Array.from({ length: 12 }, (_, n) => {
    const turned = [...all.slice(n), ...all.slice(0, n)];
    return send((n % 2 === 0 ? turned : turned.reverse()).map((file) => file.bytes));
  });
  const answers = await Promise.all(requests);
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  for (const files of studies) {
    expect(await studyOf(files[0]!.studyInstanceUid)).toMatchObject({
      instance_count: 4,
      series_count: new Set(files.map((file) => file.seriesInstanceUid)).size,
      bytes: String(files.reduce((sum, file) => sum + file.bytes.length, 0)),
    });
  }
});

it('tells the first image of a burst at once and the rest together', async () => {
  const files = filesOf(ctOrder({ seed: 'burst', slices: 6 }));
  const [first, ...rest] = files;
  await send([first!.bytes]);
  const { id, announced_at } = await studyOf(first!.studyInstanceUid);
  expect(announced_at).not.toBeNull();
  for (const file of rest) await send([file.bytes]);
  await until('the end of the burst to be told', async () => {
    const study = await studyOf(first!.studyInstanceUid);
    return study.announce_due_at === null && study.announced_at!.getTime() > announced_at!.getTime();
  });
  const timers = await rows("SELECT id FROM outbox_message WHERE consumer = 'studies.announce' AND subject_id = $1", [
    id,
  ]);
  expect(timers.length).toBeLessThan(files.length - 1);
});

it('shows a hospital reader the studies of every clinic', async () => {
  const [file] = filesOf(filmOrder({ seed: 'for the reader' }));
  await send([file!.bytes], 1);
  const reader = await signIn(system, county, 'writer11');
  const seen = await reader.get(`/dicomweb/studies?StudyInstanceUID=${file!.studyInstanceUid}`);
  expect([seen.status, seen.body.length]).toEqual([200, 1]);
});
