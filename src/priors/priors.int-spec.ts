import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { ManualClock, DAY, HOUR } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { type Client, Desk, report, TEXT } from '../reporting/desk.fixture';

/** A valid number: a woman born on 1949-12-31. */
const ID_NUMBER = '11010519491231002X';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let clinics: Client[];
let writer: Client;
let chief: Client;
let tech: Client;
let desk: Desk;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock });
  county = await seedCounty(system);
  clinics = county.clinics.map((clinic) => gateway(system, clinic));
  writer = await signIn(system, county, 'writer11');
  chief = await signIn(system, county, 'chief1');
  tech = await signIn(system, county, 'tech02');
  desk = new Desk(clinics[0]!, writer, await signIn(system, county, 'reviewer21'), until);
});
afterAll(() => system.stop());

const refusals = (subject: string) =>
  system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ action: string; details: object }>(
      "SELECT action, details FROM audit_event WHERE subject_id = $1 AND action LIKE '%.refused' ORDER BY at, id",
      [subject],
    ),
  );

let number = 0;
/** Registers an exam at a clinic; every call is another patient unless it says whose it is. */
async function exam(clinic: number, patient: object = {}, daysAgo = 0): Promise<string> {
  number += 1;
  const { status, body } = await clinics[clinic]!.post('/api/exams', {
    accessionNumber: `P${number}`,
    patientLocalId: `L${number}`,
    patientName: '王秀英',
    sex: 'F',
    birthDate: '1949-12-31',
    modality: 'CT',
    itemName: '胸部CT平扫',
    bodyPart: '胸部',
    examStart: new Date(clock.now().getTime() - daysAgo * DAY).toISOString(),
    orderingDoctor: '王小明',
    orderingPhone: '000-1111',
    metadataOnly: true,
    ...patient,
  });
  expect([status, body.code]).toEqual([201, undefined]);
  return body.examId;
}

const priorsOf = async (
  examId: string,
): Promise<{ examId: string; samePatient: boolean; report: object | null; grade: object | null }[]> =>
  (await writer.get(`/api/exams/${examId}/priors`)).body.items;
interface Link {
  readonly linkId: string;
  readonly evidence: { readonly differs: string[] };
  readonly patients: readonly { readonly name: string }[];
}
const links = async (state: string): Promise<Link[]> =>
  (await chief.get(`/api/person-links?state=${state}`)).body.items;
const linked = (examId: string, count: number): Promise<unknown> =>
  until(`${count} priors are known`, async () => (await priorsOf(examId)).length === count);

/** The readers have it on their list. */
const listed = (examId: string): Promise<unknown> =>
  until('the exam is on the list', () =>
    system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.row('SELECT 1 FROM reading_item WHERE exam_id = $1', [examId]),
    ),
  );

describe('one person at two clinics', () => {
  it('shows the reader what was made there, newest first, with the report in force', async () => {
    const { exam: reported } = await desk.signed(
      {},
      {
        patientLocalId: 'A1',
        idNumber: ID_NUMBER,
        patientName: '王秀英',
        sex: 'F',
        birthDate: '1949-12-31',
        examStart: '2026-02-20T08:30:00+08:00',
      },
    );
    const graded = { imageSet: 0, grade: '2', deficiencies: ['Q10'] };
    await (await signIn(system, county, 'reviewer21')).put(`/api/exams/${reported}/image-quality`, graded);
    const there = await exam(1, { idNumber: ID_NUMBER, patientName: 'WANG XIUYING' }, 1);
    const now = await exam(0, { patientLocalId: 'A1', idNumber: ID_NUMBER });
    await linked(now, 2);
    const priors = await priorsOf(now);
    expect(priors.map(({ examId }) => examId)).toEqual([there, reported]);
    expect(priors).toMatchObject([
      { samePatient: false, clinicName: '第2卫生院', report: null, grade: null },
      {
        samePatient: true,
        report: { number: 1, kind: 'final', impression: '右肺上叶结节。' },
        grade: { scheme: 'sectional', grade: '2', gradeName: '2级', deficiencies: [{ code: 'Q10' }] },
      },
    ]);
    expect((await clinics[0]!.get(`/api/exams/${now}/priors`)).status).toBe(403);
    const first = await writer.get(`/api/exams/${now}/priors?limit=1`);
    const second = await writer.get(`/api/exams/${now}/priors?limit=1&cursor=${first.body.nextCursor}`);
    expect([first, second].map(({ body }) => body.items[0].examId)).toEqual([there, reported]);
    expect(second.body.nextCursor).toBeNull();
  });

  it('lets a reader take over what was written of him there, as long as he is held for the same person', async () => {
    const idNumber = '110101196002060029';
    const patient = { idNumber, patientName: '刘桂兰', sex: 'F', birthDate: '1960-02-06' };
    const { exam: earlier, versionId } = await desk.signed({}, patient);
    const other = await signIn(system, county, 'writer12');
    const now = await exam(1, patient);
    await linked(now, 1);
    await listed(now);
    const { fence, version } = await desk.claim(other, now);
    const copied = { ...TEXT, fence, copiedFrom: versionId };
    const save = (at: number) => other.put(report(now, '/draft'), { ...copied, version: at });
    expect((await save(version)).status).toBe(200);
    const linkOf = (await links('linked')).find(({ patients }) => patients.every(({ name }) => name === '刘桂兰'))!;
    const undo = await chief.post(`/api/person-links/${linkOf.linkId}/undo`, { reason: '持他人身份证' });
    expect(undo.status).toBe(200);
    const refused = await save(version + 1);
    expect([refused.status, refused.body.code]).toEqual([403, 'copied_from_another']);
    expect((await priorsOf(earlier)).length).toBe(0);
  });

  it('asks a person when something differs, and does as he says', async () => {
    const idNumber = '110101198001010117';
    const a = await exam(0, { idNumber, patientName: '李强', sex: 'M', birthDate: '1980-01-01' });
    const b = await exam(1, { idNumber, patientName: '赵刚', sex: 'M', birthDate: '1980-01-01' });
    const [link] = await until('the pair waits for review', async () => {
      const waiting = await links('review');
      return waiting.length === 1 && waiting;
    });
    expect(link!.evidence.differs).toEqual(['name']);
    expect(await priorsOf(a)).toEqual([]);
    const notices = (await (await signIn(system, county, 'admin')).get('/api/notices?open=true')).body.items;
    expect(notices).toMatchObject([{ kind: 'person-link.review', params: { linkId: link!.linkId } }]);
    const act = async (deed: string): Promise<number> =>
      (await chief.post(`/api/person-links/${link!.linkId}/${deed}`, { reason: '电话核对' })).status;
    expect(await act('undo')).toBe(409);
    expect(await act('confirm')).toBe(200);
    expect((await priorsOf(b)).map(({ examId }) => examId)).toEqual([a]);
    expect(await act('confirm')).toBe(409);
    expect(await act('undo')).toBe(200);
    expect(await priorsOf(b)).toEqual([]);
    // The number is sent again: what a person has decided stays decided.
    await exam(1, { idNumber, patientName: '赵刚', sex: 'M', birthDate: '1980-01-01' });
    await until('the new pair is known', async () => (await links('review')).length === 1);
    expect(await priorsOf(a)).toEqual([]);
  });

  it('is linked by hand too, by exams that people know', async () => {
    const [a, b] = [await exam(0), await exam(1)];
    const same = await chief.post('/api/person-links', { examId: a, otherExamId: a, reason: '误' });
    expect([same.status, same.body.code]).toEqual([400, 'same_patient']);
    expect((await writer.post('/api/person-links', { examId: a, otherExamId: b, reason: '同村' })).status).toBe(403);
    expect((await chief.post('/api/person-links', { examId: a, otherExamId: b, reason: '持同一医保卡' })).status).toBe(
      201,
    );
    expect((await priorsOf(a)).map(({ examId }) => examId)).toEqual([b]);
  });
});

describe('互认', () => {
  const idNumber = '110101197001010112';
  const lookUp = (over: object = {}) =>
    tech.post('/api/recognition/lookups', {
      idNumber,
      patientName: '陈明',
      modality: 'CT',
      itemName: '胸部CT平扫',
      bodyPart: 'CHEST',
      ...over,
    });

  it('finds the same item in the window and keeps what was decided', async () => {
    const patient = { idNumber, patientLocalId: 'R1', patientName: '陈明', sex: 'M', birthDate: '1970-01-01' };
    await exam(0, patient, 1);
    const { exam: made } = await desk.signed({}, { ...patient, examStart: '2026-02-27T00:30:00Z' });
    const { status, body } = await lookUp();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      windowDays: 30,
      items: [
        {
          examId: made,
          clinicName: '第1卫生院',
          daysAgo: 3,
          imagesHere: false,
          grade: null,
          substitute: false,
          unusableBecause: '影像不在中心，无法调阅',
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('impression');
    const decision = `/api/recognition/lookups/${body.lookupId}/decision`;
    expect((await tech.post(decision, { decision: 'repeated' })).status).toBe(400);
    expect((await tech.post(decision, { decision: 'repeated', reason: 'other' })).body.code).toBe('reason_missing');
    expect((await tech.post(decision, { decision: 'recognised', examId: body.lookupId })).body.code).toBe(
      'not_offered',
    );
    expect((await tech.post(decision, { decision: 'repeated', reason: 'condition_changed' })).status).toBe(200);
    const late = await tech.post(decision, { decision: 'recognised', examId: made });
    expect([late.status, late.body.code]).toEqual([409, 'decided_already']);
    expect(await refusals(body.lookupId)).toMatchObject([
      { action: 'recognition.decide.refused', details: { code: 'decided_already', decision: 'repeated' } },
    ]);
  });

  it('shows by a number alone nothing, and under another name nobody’s', async () => {
    const unnamed = await lookUp({ patientName: undefined });
    expect([unnamed.status, unnamed.body.code, unnamed.body.params.field]).toEqual([
      400,
      'name_missing',
      'patientName',
    ]);
    for (const patientName of ['陈明', 'CHEN MING', '陈 明'])
      expect((await lookUp({ patientName })).body).toMatchObject({ items: [{ daysAgo: 3 }], warnings: [] });
    for (const patientName of ['陈敏', '程明', 'Chen']) {
      const { status, body } = await lookUp({ patientName });
      expect([status, body.items]).toEqual([201, []]);
      expect(body.warnings).toEqual([{ code: 'id_number_other_name', text: expect.stringContaining('另一姓名') }]);
      expect(JSON.stringify(body)).not.toContain('陈明');
    }
    // Nobody carries this one: nothing to check against.
    const unknown = await lookUp({ idNumber: '110101197001010139' });
    expect([unknown.body.items, unknown.body.warnings]).toEqual([[], []]);
  });

  it('recognises images that are not at the centre only where somebody says how they were seen', async () => {
    const { body } = await lookUp();
    const decision = `/api/recognition/lookups/${body.lookupId}/decision`;
    const recognised = { decision: 'recognised', examId: body.items[0].examId };
    const unseen = await tech.post(decision, recognised);
    expect([unseen.status, unseen.body.code, unseen.body.params.field]).toEqual([409, 'images_elsewhere', 'note']);
    expect(await refusals(body.lookupId)).toMatchObject([{ details: { code: 'images_elsewhere' } }]);
    const note = '患者带来原片，已阅';
    expect((await tech.post(decision, { ...recognised, note })).status).toBe(200);
  });

  it('does not recognise what has become doubtful since the look-up', async () => {
    const { body } = await lookUp();
    const { examId } = body.items[0];
    const hold = { reason: '疑为他人影像' };
    expect((await chief.post(`/api/exams/${examId}/hold`, hold)).status).toBe(200);
    const decision = `/api/recognition/lookups/${body.lookupId}/decision`;
    const note = '患者带来原片，已阅';
    const doubtful = await tech.post(decision, { decision: 'recognised', examId, note });
    expect([doubtful.status, doubtful.body.code]).toEqual([409, 'no_longer_offered']);
    expect((await chief.post(`/api/exams/${examId}/release`, { reason: '已核对' })).status).toBe(200);
    expect((await tech.post(decision, { decision: 'recognised', examId, note })).status).toBe(200);
  });

  it('offers nothing of another item, of another person, or from before the window', async () => {
    expect((await lookUp({ modality: 'DX' })).body.items).toEqual([]);
    expect((await lookUp({ bodyPart: 'HEAD', itemName: '颅脑CT平扫' })).body.items).toEqual([]);
    expect((await lookUp({ idNumber: ID_NUMBER, patientName: '王秀英', modality: 'MR' })).body.items).toEqual([]);
    expect((await lookUp({ idNumber: '110101197001010113' })).body.code).toBe('id_number_invalid');
    expect((await lookUp({ idNumber: undefined })).body.code).toBe('patient_missing');
    // 李强 and 赵刚 carry one number: whose it is, somebody has yet to say.
    const doubted = await lookUp({ idNumber: '110101198001010117', patientName: '李强' });
    expect(doubted.body).toMatchObject({ items: [], warnings: [] });
    const admin = await signIn(system, county, 'admin');
    expect((await admin.put('/api/recognition/setting', { windowDays: 2 })).status).toBe(200);
    expect((await lookUp()).body).toMatchObject({ windowDays: 2, items: [] });
    await admin.put('/api/recognition/setting', { windowDays: 30 });
  });

  it('opens the images to who looked them up, for a day, and to nobody else', async () => {
    const { body } = await lookUp();
    const images = `/api/recognition/lookups/${body.lookupId}/exams/${body.items[0].examId}/instances`;
    expect(await tech.get(images)).toMatchObject({ status: 200, body: { items: [] } });
    expect((await (await signIn(system, county, 'tech01')).get(images)).status).toBe(404);
    clock.advance(25 * HOUR);
    const late = await (await signIn(system, county, 'tech02')).get(images);
    expect([late.status, late.body.code]).toEqual([409, 'lookup_expired']);
  });
});
