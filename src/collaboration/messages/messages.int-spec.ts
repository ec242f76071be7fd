import { gateway, seedCounty, signIn } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import type { ReadingRoom } from '../../worklist/reading-room.fixture';
import { Shift } from '../../worklist/shift.fixture';

let clock: ManualClock;
let system: System;
let shift: Shift;
let room: ReadingRoom;
const as = (username: string): JsonClient => shift.as(username);

const PEOPLE = ['tech01', 'doctor01', 'tech02', 'writer11', 'writer12', 'writer21', 'reviewer21', 'admin', 'auditor'];

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
  shift = await Shift.begin(system, PEOPLE);
  room = shift.room;
});
afterAll(() => system.stop());

const write = (who: string, examId: string, body: object): Promise<Answer> =>
  as(who).post(`/api/exams/${examId}/messages`, body);
const list = (who: string, examId: string, query = ''): Promise<Answer> =>
  as(who).get(`/api/exams/${examId}/messages${query}`);
const notices = async (who: string): Promise<{ kind: string; examId: string; text: string }[]> =>
  (await as(who).get('/api/notices?open=true&limit=200')).body.items;

const claimed = async (who: string): Promise<string> => (await shift.held(who)).examId;

it('carries a question to the clinic and its answer back, without returning the exam', async () => {
  const examId = await claimed('writer11');
  const asked = await write('writer11', examId, { text: '有无外伤史？\n既往片在哪里？' });
  expect(asked.status).toBe(201);
  expect((await notices('doctor01')).filter((notice) => notice.examId === examId)).toMatchObject([
    { kind: 'collaboration.message', text: expect.stringMatching(/^检查 ACC\d+ 有新的沟通留言$/) },
  ]);
  clock.advance(MINUTE);
  const answered = await write('doctor01', examId, { text: '两天前摔伤', replyTo: asked.body.messageId });
  expect(answered.status).toBe(201);
  expect((await notices('writer11')).some((notice) => notice.examId === examId)).toBe(true);
  expect((await notices('writer21')).some((notice) => notice.examId === examId)).toBe(false);
  const { body } = await list('writer11', examId);
  expect(body).toMatchObject({
    unread: 1,
    nextCursor: null,
    items: [
      {
        side: 'clinic',
        author: { name: '医师1', site: '第1卫生院' },
        replyTo: asked.body.messageId,
        text: '两天前摔伤',
      },
      {
        side: 'reader',
        author: { name: '报告11', site: '云溪县第1医院' },
        text: '有无外伤史？\n既往片在哪里？',
        readBy: [],
      },
    ],
  });
  expect(await room.examState(examId)).toBe('CLAIMED');
  expect((await room.audit(examId)).map((row) => row.action)).toEqual(['exam.claim', 'message.write', 'message.write']);
});

it('remembers who has read what and when, and counts the rest', async () => {
  const examId = await claimed('writer11');
  const first = (await write('writer11', examId, { text: '一' })).body.messageId as string;
  const second = (await write('writer11', examId, { text: '二' })).body.messageId as string;
  expect((await list('tech01', examId)).body.unread).toBe(2);
  const readAt = clock.advance(MINUTE).toISOString();
  expect((await as('tech01').post(`/api/exams/${examId}/messages/read`, { upTo: first })).body).toEqual({ read: 1 });
  clock.advance(MINUTE);
  expect((await as('tech01').post(`/api/exams/${examId}/messages/read`, { upTo: first })).body).toEqual({ read: 0 });
  const mine = (await as('tech01').get('/api/messages/unread')).body;
  expect(mine.items.find((one: { examId: string }) => one.examId === examId)).toMatchObject({ unread: 1 });
  const { items } = (await list('writer11', examId)).body;
  expect(items.map((item: { messageId: string }) => item.messageId)).toEqual([second, first]);
  expect(items[1].readBy).toMatchObject([{ name: '技师1' }]);
  expect(new Date(items[1].readBy[0].at).toISOString()).toBe(readAt);
  expect(items[0].readBy).toEqual([]);
  // The doctor has a count of his own, and one's own side's words are no news.
  expect((await list('doctor01', examId)).body.unread).toBe(2);
  expect((await list('writer12', examId)).body.unread).toBe(0);
});

it('shows a reader what waits for him, of the exams he has to do with', async () => {
  const mine = await claimed('writer21');
  const others = await claimed('writer11');
  await write('tech01', mine, { text: '请尽快' });
  await write('tech01', others, { text: '请尽快' });
  const { items } = (await as('writer21').get('/api/messages/unread')).body;
  const seen = items.map((one: { examId: string }) => one.examId);
  expect([seen.includes(mine), seen.includes(others)]).toEqual([true, false]);
});

it('pages through a long conversation without a gap', async () => {
  const examId = await claimed('writer11');
  for (let i = 1; i <= 5; i += 1) await write('writer11', examId, { text: `第${i}条` });
  const texts: string[] = [];
  let cursor = '';
  do {
    const { body } = await list('tech01', examId, `?limit=2${cursor && `&cursor=${cursor}`}`);
    texts.push(...body.items.map((item: { text: string }) => item.text));
    cursor = body.nextCursor ?? '';
  } while (cursor);
  expect(texts).toEqual(['第5条', '第4条', '第3条', '第2条', '第1条']);
});

describe('rights', () => {
  it('another clinic, and another county, find nothing', async () => {
    const examId = await claimed('writer11');
    const { messageId } = (await write('writer11', examId, { text: '一' })).body;
    const other = await seedCounty(system, { code: 'other' });
    shift.admit('stranger', await signIn(system, other, 'writer11'));
    for (const who of ['tech02', 'stranger']) {
      expect([who, (await list(who, examId)).status]).toEqual([who, 404]);
      expect([who, (await write(who, examId, { text: '二' })).status]).toEqual([who, 404]);
      const read = await as(who).post(`/api/exams/${examId}/messages/read`, { upTo: messageId });
      expect([who, read.status]).toEqual([who, 404]);
    }
    const unread = (await as('tech02').get('/api/messages/unread')).body;
    expect(unread).toEqual({ items: [], unread: 0 });
  });

  it('administrators and machines hold no conversations', async () => {
    const examId = await claimed('writer11');
    for (const who of ['admin', 'auditor']) {
      expect((await list(who, examId)).status).toBe(403);
      expect((await write(who, examId, { text: '一' })).status).toBe(403);
    }
    expect((await gateway(system, shift.county.clinics[0]!).get(`/api/exams/${examId}/messages`)).status).toBe(403);
  });

  it('readers of a hospital that the exam is not with may look and not speak', async () => {
    const examId = await claimed('writer11');
    const refused = await write('writer21', examId, { text: '一' });
    expect([refused.status, refused.body.code]).toEqual([403, 'not_a_party']);
    expect((await list('writer21', examId)).status).toBe(200);
    expect((await room.audit(examId)).at(-1)).toMatchObject({ action: 'message.write.refused' });
    // An exam of the pool is with nobody yet: whoever looks at it may ask.
    expect((await write('writer21', await room.queued(), { text: '一' })).status).toBe(201);
  });
});

describe('limits', () => {
  it.each([
    ['no text', { text: ' \n ' }],
    ['too much of it', { text: '长'.repeat(1001) }],
    ['half a character', { text: '\ud800' }],
    ['a field of another kind', { text: '一', urgent: true }],
  ])('refuses %s', async (_, body) => {
    const examId = await room.queued();
    expect((await write('tech01', examId, body)).body.code).toBe('invalid_input');
  });

  it('answers only what was said about this exam', async () => {
    const elsewhere = (await write('tech01', await room.queued(), { text: '一' })).body.messageId as string;
    const refused = await write('tech01', await room.queued(), { text: '二', replyTo: elsewhere });
    expect([refused.status, refused.body.code]).toEqual([400, 'reply_unknown']);
  });

  it('slows down who floods, and says for how long', async () => {
    clock.advance(20 * MINUTE);
    const examId = await room.queued();
    for (let i = 0; i < 30; i += 1) expect((await write('tech01', examId, { text: `${i}` })).status).toBe(201);
    clock.advance(4 * MINUTE);
    const refused = await write('tech01', examId, { text: '又' });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      429,
      'messages_too_fast',
      '360',
    ]);
    expect((await write('doctor01', examId, { text: '我还可以' })).status).toBe(201);
    clock.advance(7 * MINUTE);
    expect((await write('tech01', examId, { text: '再' })).status).toBe(201);
  });
});
