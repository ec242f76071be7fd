import { seedCounty, signIn } from '../../test/harness/county';
import { type Claim, codeOf, must, RevisionRoom, type Who } from '../reporting/revisions/revisions.fixture';

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

interface Part {
  readonly items: readonly { readonly examId: string }[];
  readonly nextCursor: string | null;
}

const PAGE = '/api/overview/handover';
const page = (who: Who, query = '') => room.people[who].get(`${PAGE}${query}`);
const shown = async (who: Who, query = ''): Promise<Part & { amendments: Part; criticals: Part }> =>
  must(await page(who, query)) as never;
const exams = ({ items }: Part): string[] => items.map(({ examId }) => examId);
const mark = async (who: Who, exam: string, text = '张力性气胸'): Promise<string> => {
  const marked = must(await room.people[who].post(`/api/exams/${exam}/critical`, { text })) as { criticalId: string };
  return marked.criticalId;
};
const amended = async (who: Who): Promise<string> => {
  const { exam } = await room.desk.signed();
  must(await room.post(who, exam, '/amend', { reason: '侧别有误' }));
  return exam;
};

it('shows a shift its readings, its open amendments and its open critical values, and no other hospital’s', async () => {
  const reading = await room.desk.queued();
  await room.desk.claim(room.people.writer12, reading);
  const [mine, theirs] = [await amended('chief1'), await amended('reviewer21')];
  const cancelled = await amended('chief1');
  must(await room.post('chief1', cancelled, '/amend/cancel', { reason: '无须更正' }));
  const marked = await room.desk.queued();
  await room.desk.claim(room.people.reviewer22, marked);
  // Marked by our radiologist, read by theirs: both shifts are told. So is what theirs marks of what ours wrote.
  await mark('reviewer11', marked);
  await mark('reviewer21', mine);
  const elsewhere = await room.desk.queued();
  await room.desk.claim(room.people.reviewer22, elsewhere);
  await mark('reviewer21', elsewhere);
  const dismissed = await mark('reviewer11', reading);
  must(await room.people.reviewer11.post(`/api/critical/${dismissed}/dismiss`, { reason: '误标' }));

  const first = await shown('chief1');
  expect(exams(first)).toContain(reading);
  expect(exams(first.amendments)).toEqual([mine]);
  expect(first.amendments.items[0]).toMatchObject({ kind: 'corrected', amendmentState: 'WRITING', released: null });
  expect(exams(first.criticals)).toEqual([mine, marked]);
  expect(first.criticals.items[1]).toMatchObject({ state: 'CONFIRMED', finding: '张力性气胸' });
  const second = await shown('reviewer21');
  expect(exams(second)).toEqual(expect.arrayContaining([marked, elsewhere]));
  expect(exams(second.amendments)).toEqual([theirs]);
  expect(exams(second.criticals)).toEqual([elsewhere, mine, marked]);
});

it('pages through each part with a cursor of its own', async () => {
  for (let i = 0; i < 3; i += 1) await mark('reviewer11', await amended('chief1'));
  const whole = await shown('chief1');
  for (const [part, cursor] of [
    ['amendments', 'amendmentsCursor'],
    ['criticals', 'criticalsCursor'],
  ] as const) {
    const found: string[] = [];
    let at: string | null = '';
    for (let pages = 0; at !== null; pages += 1) {
      expect(pages).toBeLessThan(20);
      const answer: Part = (await shown('chief1', `?limit=2${at && `&${cursor}=${at}`}`))[part];
      expect(answer.items.length).toBeLessThanOrEqual(2);
      found.push(...exams(answer));
      at = answer.nextCursor;
    }
    expect(found.length).toBeGreaterThan(3);
    expect(found).toEqual(exams(whole[part]));
  }
  expect(codeOf(await page('chief1', '?criticalsCursor=x'))).toEqual([400, 'invalid_input']);
});

it('keeps an amendment that was handed on with the hospital that has it now', async () => {
  const { exam } = await room.desk.signed();
  must(await room.post('reviewer21', exam, '/amend', { reason: '侧别有误' }));
  expect(exams((await shown('reviewer21')).amendments)).toContain(exam);
  const taken = must(await room.post('chief1', exam, '/amend/takeover', { reason: '书写医师病休' })) as Claim;
  expect(taken.amendmentState).toBe('WRITING');
  expect(exams((await shown('reviewer21')).amendments)).not.toContain(exam);
  expect((await shown('chief1')).amendments.items[0]).toMatchObject({ examId: exam, takenOver: { how: 'takeover' } });
});

it('is a hospital’s own, the administrator’s for one that he names, and nobody else’s', async () => {
  const [first, second] = room.county.hospitals;
  expect(codeOf(await page('chief1', `?hospitalId=${second!.id}`))).toEqual([403, 'wrong_hospital']);
  const unnamed = await page('admin');
  expect([...codeOf(unnamed), unnamed.body.message]).toEqual([400, 'hospital_missing', '请选择医院']);
  const asked = await shown('admin', `?hospitalId=${first!.id}`);
  expect(exams(asked.amendments)).toEqual(exams((await shown('chief1')).amendments));
  expect((await page('tech01')).status).toBe(403);
  const other = await seedCounty(room.system, { code: 'h' });
  const stranger = await signIn(room.system, other, 'chief1');
  expect((await stranger.get(`${PAGE}?hospitalId=${first!.id}`)).status).toBe(403);
  const { body } = await stranger.get(PAGE);
  expect([body.items, body.amendments.items, body.criticals.items]).toEqual([[], [], []]);
});
