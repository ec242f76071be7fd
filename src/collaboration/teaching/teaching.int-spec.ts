import { must, RevisionRoom, seenOf, type Claim } from '../../reporting/revisions/revisions.fixture';
import type { TeachingCase } from './teaching.service';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

/** A signed exam on the list of those who learn. */
async function marked(): Promise<string> {
  const { exam } = await room.desk.signed();
  must(await room.people.writer11.put(`/api/exams/${exam}/teaching-mark`, { topic: '孤立性肺结节' }));
  return exam;
}

async function onList(exam: string): Promise<TeachingCase | undefined> {
  const { items } = must(await room.people.writer12.get('/api/teaching-cases?limit=200')) as { items: TeachingCase[] };
  return items.find(({ examId }) => examId === exam);
}

const impression = async (exam: string): Promise<string | null | undefined> => (await onList(exam))?.impression;

it('says what the report in force says: the correction, not what it corrected', async () => {
  const exam = await marked();
  expect(await impression(exam)).toBe('右肺上叶结节。');
  await room.corrected(exam, { impression: '左肺上叶结节。' });
  expect(await impression(exam)).toBe('左肺上叶结节。');
});

it.each([
  ['describes more', { findings: '另见肝囊肿。' }, '右肺上叶结节。'],
  ['concludes more', { impression: '另见肝囊肿。' }, '右肺上叶结节。\n另见肝囊肿。'],
])('keeps what the report concludes beside an addendum that only %s', async (_, text, concluded) => {
  const exam = await marked();
  const added = must(await room.post('writer11', exam, '/addendum', { reason: '补充描述', ...text })) as Claim;
  must(await room.post('reviewer22', exam, '/sign', seenOf(added)));
  expect(await impression(exam)).toBe(concluded);
});

it('shows nothing of a report that was called back', async () => {
  const exam = await marked();
  must(await room.post('reviewer21', exam, '/recall', { reason: '漏看左肺' }));
  expect(await onList(exam)).toMatchObject({ topic: '孤立性肺结节', impression: null });
});

it('leaves out an exam while it is in doubt whose images they are', async () => {
  const exam = await marked();
  must(await room.people.tech01.post(`/api/exams/${exam}/hold`, { reason: '姓名不符' }));
  expect(await onList(exam)).toBeUndefined();
  must(await room.people.tech01.post(`/api/exams/${exam}/release`, { reason: '已核对' }));
  expect(await impression(exam)).toBe('右肺上叶结节。');
});

it('leaves out an exam that is void', async () => {
  const exam = await marked();
  must(await room.people.admin.post(`/api/exams/${exam}/void`, { reason: '患者有误' }));
  expect(await onList(exam)).toBeUndefined();
});
