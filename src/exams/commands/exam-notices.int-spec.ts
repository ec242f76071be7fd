import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { type System, startSystem } from '../../../test/harness/system';
import { ClinicExams } from '../exams.fixture';

/** What others than the clinic do to its exam, the clinic's people are told, without anybody's own words. */
const clock = new ManualClock();
let system: System;
let county: TestCounty;
let exams: ClinicExams;
const clients = new Map<string, JsonClient>();

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  exams = new ClinicExams(system, county, clock, gateway(system, county.clinics[0]!));
  for (const name of ['tech01', 'tech02', 'doctor01', 'writer11', 'chief1', 'admin'])
    clients.set(name, await signIn(system, county, name));
});
afterAll(() => system?.stop());

const as = (name: string): JsonClient => clients.get(name)!;

interface Told {
  readonly kind: string;
  readonly examId: string;
  readonly text: string;
  readonly params: object;
  readonly urgent: boolean;
}

const toldOf = async (name: string, exam: string): Promise<Pick<Told, 'kind' | 'text'>[]> => {
  const { items } = (await as(name).get<{ items: Told[] }>('/api/notices?limit=200')).body;
  return items.filter(({ examId }) => examId === exam).map(({ kind, text }) => ({ kind, text }));
};

const REASON = { reason: '张三与李四的影像弄反了' };
const post = async (name: string, exam: string, verb: string, body: object = REASON): Promise<void> => {
  const { status } = await as(name).post(`/api/exams/${exam}/${verb}`, body);
  expect(status).toBe(200);
};

it('身份存疑 by a reader, and its end', async () => {
  const { id, accession } = await exams.with(1);
  await post('writer11', id, 'hold');
  const held = {
    kind: 'exam.held',
    text: `检查 ${accession} 被标记身份存疑，审签和打印已暂停，请核对患者与影像；原因见检查页面`,
  };
  for (const name of ['tech01', 'doctor01']) expect(await toldOf(name, id)).toEqual([held]);
  await post('chief1', id, 'release');
  const released = { kind: 'exam.hold-released', text: `检查 ${accession} 的身份存疑已解除` };
  expect(await toldOf('tech01', id)).toEqual([released, held]);
  expect(await toldOf('tech02', id)).toEqual([]);
});

it('the end of a doubt at once to whoever had it, if it was somebody else', async () => {
  const { id, accession } = await exams.with(1);
  await post('writer11', id, 'hold');
  await post('tech01', id, 'release', { reason: '已与患者核对' });
  const { items } = (await as('writer11').get<{ items: Told[] }>('/api/notices?limit=200')).body;
  const [{ name: releasedBy } = { name: '' }] = await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ name: string }>('SELECT name FROM person WHERE county_id = $1 AND username = $2', [
      county.countyId,
      `tech01${county.suffix}`,
    ]),
  );
  expect(items.filter(({ examId }) => examId === id)).toMatchObject([
    {
      kind: 'exam.doubt-answered',
      urgent: true,
      text: `检查 ${accession} 您标记的身份存疑已由${releasedBy}解除，请核对；仍有疑问的请重新标记，理由见检查页面`,
      params: { releasedBy, reason: '已与患者核对' },
    },
  ]);
  await post('writer11', id, 'hold');
  await post('writer11', id, 'release');
  expect(await toldOf('writer11', id)).toHaveLength(1);
});

it('the return of an exam that others took the images from', async () => {
  const [wrong, right] = [await exams.with(1), await exams.with(0, 'REGISTERED')];
  await post('chief1', wrong.id, 'rebind', { studyInstanceUid: wrong.uids[0], toExamId: right.id, ...REASON });
  expect(await toldOf('tech01', wrong.id)).toEqual([
    {
      kind: 'exam.images-gone',
      text: `检查 ${wrong.accession} 的影像已移到其他检查，本检查被退回：P01 患者信息不符，需重拍；说明见检查页面`,
    },
  ]);
});

it('作废 before there is a report', async () => {
  const { id, accession } = await exams.with(1);
  await post('admin', id, 'void');
  expect(await toldOf('doctor01', id)).toEqual([
    { kind: 'exam.voided', text: `检查 ${accession} 已作废，原因见检查页面` },
  ]);
});

it.each([
  ['QUEUED', false],
  ['PRELIM_ISSUED', true],
  ['SIGNED', true],
  ['AMENDING', true],
] as const)('身份存疑 by the clinic’s own, and its end, of an exam that is %s', async (state, urgent) => {
  const { id, accession } = await exams.with(1, state);
  await post('tech01', id, 'hold');
  await post('doctor01', id, 'release');
  const toldWith = async (name: string): Promise<object[]> => {
    const { items } = (await as(name).get<{ items: Told[] }>('/api/notices?limit=200')).body;
    return items
      .filter(({ examId }) => examId === id)
      .map(({ kind, text, urgent: how }) => ({ kind, text, urgent: how }));
  };
  const text = `检查 ${accession} 被标记身份存疑，审签和打印已暂停，请核对患者与影像；原因见检查页面`;
  // Whoever did it himself is not told of it.
  expect(await toldWith('doctor01')).toEqual([{ kind: 'exam.held', text, urgent }]);
  const released = `检查 ${accession} 的身份存疑已解除`;
  expect(await toldWith('tech01')).toEqual([
    { kind: 'exam.doubt-answered', text: expect.stringContaining('您标记的身份存疑已由'), urgent: true },
    { kind: 'exam.hold-released', text: released, urgent },
  ]);
  expect(await toldOf('tech02', id)).toEqual([]);
});

it('nothing else of what the clinic does itself', async () => {
  const [wrong, right] = [await exams.with(1), await exams.with(0, 'REGISTERED')];
  await post('tech01', wrong.id, 'rebind', { studyInstanceUid: wrong.uids[0], toExamId: right.id, ...REASON });
  expect(await toldOf('doctor01', wrong.id)).toEqual([]);
});
