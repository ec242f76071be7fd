import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { EventLog, EventStream, type ServerEvent } from '../../test/harness/http';
import type { JsonClient } from '../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { newId } from '../platform/ids';
import { Notices, type Telling } from './notices';
import type { NoticeView } from './notices.queries';
import type { Receiver } from './receivers';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let admin: JsonClient;
const open: EventStream[] = [];

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  admin = await signIn(system, county, 'admin');
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));
afterAll(() => system.stop());

const person = (name: string): Receiver => ({ personId: county.people.get(name)!.id });
const ofClinic = (n: number, permission: string): Receiver => ({ clinicId: county.clinics[n - 1]!.id, permission });

const tell = (text: string, to: Receiver[], more: Partial<Telling> = {}): Promise<string> =>
  system.db.write(system.ctx(county.countyId), (tx) =>
    system.get(Notices).tellAndKeep(tx, { kind: 'test.happened', text, to, ...more }),
  );

/** Names of all who were told, in order. */
async function toldTo(noticeId: string): Promise<string[]> {
  const rows = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ username: string }>(
      `SELECT p.username FROM notice_receipt r JOIN person p ON p.id = r.person_id WHERE r.notice_id = $1 ORDER BY p.username`,
      [noticeId],
    ),
  );
  return rows.map((row) => row.username);
}

const list = async (client: JsonClient, query = ''): Promise<{ items: NoticeView[]; nextCursor: string | null }> =>
  (await client.get(`/api/notices${query}`)).body;

describe('whom a notice reaches', () => {
  it.each<[string, () => Receiver[], string[]]>([
    ['one person', () => [person('writer11')], ['writer11']],
    ['who may do this at the clinic', () => [ofClinic(1, 'inbox.ack')], ['tech01']],
    ['everybody of a clinic, and of no other', () => [ofClinic(2, 'exam.read')], ['doctor02', 'tech02']],
    [
      'the reviewers of a hospital',
      () => [{ hospitalId: county.hospitals[0]!.id, permission: 'report.sign' }],
      ['chief1', 'reviewer11', 'reviewer12'],
    ],
    [
      'the county itself, not everybody in it who may do the same',
      () => [{ county: true, permission: 'exam.void' }],
      ['admin'],
    ],
    [
      'a person once, however often he is meant',
      () => [person('tech01'), ofClinic(1, 'exam.read'), ofClinic(1, 'inbox.ack')],
      ['doctor01', 'tech01'],
    ],
  ])('%s', async (_, to, names) => {
    expect(await toldTo(await tell('有新情况', to()))).toEqual(names);
  });

  it('leaves out who has gone, and keeps what was addressed to nobody', async () => {
    await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change('UPDATE person SET active = false WHERE id = $1', [county.people.get('doctor02')!.id]),
    );
    expect(await toldTo(await tell('有新情况', [ofClinic(2, 'exam.read')]))).toEqual(['tech02']);
    const noticeId = await tell('有新情况', [{ clinicId: newId(), permission: 'exam.read' }]);
    expect(await toldTo(noticeId)).toEqual([]);
  });

  it('says so at once when no role gives the permission', async () => {
    await expect(tell('有新情况', [ofClinic(1, 'no.such')])).rejects.toThrow('no role gives');
  });
});

it('is told once per key, however many say it at the same moment', async () => {
  const key = newId();
  const ids = await Promise.all(Array.from({ length: 10 }, () => tell('同一件事', [person('chief1')], { key })));
  expect(new Set(ids).size).toBe(1);
  const { items } = await list(await signIn(system, county, 'chief1'));
  expect(items.filter((item) => item.text === '同一件事')).toHaveLength(1);
});

it('is gone with the transaction that told it', async () => {
  const client = await signIn(system, county, 'chief2');
  const failed = system.db.write(system.ctx(county.countyId), async (tx) => {
    await system.get(Notices).tell(tx, { kind: 'test.happened', text: '未发生', to: [person('chief2')] });
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect((await list(client)).items).toEqual([]);
});

describe('the list', () => {
  it('runs newest first, page by page, through notices of one moment, and leaves none out', async () => {
    const client = await signIn(system, county, 'writer12');
    for (const text of ['一', '二', '三', '四', '五']) {
      if (text !== '三') clock.advance(MINUTE);
      await tell(text, [person('writer12')]);
    }
    const texts: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(client, `?limit=2${cursor && `&cursor=${cursor}`}`);
      texts.push(...page.items.map((item) => item.text));
      cursor = page.nextCursor;
    }
    expect([texts[0], texts.slice(1, 2), texts.at(-1)]).toEqual(['五', ['四'], '一']);
    expect([...texts].sort()).toEqual(['一', '二', '三', '四', '五'].sort());
  });

  it('of what is open loses what was read; reading twice keeps the first time and one trace', async () => {
    const client = await signIn(system, county, 'reviewer12');
    const noticeId = await tell('请处理', [person('reviewer12')], { urgent: true, params: { n: 1 } });
    expect((await list(client, '?open=true')).items[0]).toMatchObject({
      noticeId,
      kind: 'test.happened',
      urgent: true,
      params: { n: 1 },
      readAt: null,
    });
    const readAt = clock.advance(MINUTE).toISOString();
    expect((await client.post(`/api/notices/${noticeId}/read`)).body).toEqual({ noticeId, readAt });
    clock.advance(MINUTE);
    expect((await client.post(`/api/notices/${noticeId}/read`)).body).toEqual({ noticeId, readAt });
    expect((await list(client, '?open')).items.map((item) => item.noticeId)).not.toContain(noticeId);
    expect((await list(client)).items.find((item) => item.noticeId === noticeId)).toMatchObject({ readAt });
    const traces = await system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows("SELECT 1 FROM audit_event WHERE action = 'notice.read' AND subject_id = $1", [noticeId]),
    );
    expect(traces).toHaveLength(1);
  });

  it('is everybody’s own: no other reads it, no machine has one', async () => {
    const noticeId = await tell('给写片医师', [person('writer21')]);
    expect((await admin.post(`/api/notices/${noticeId}/read`)).status).toBe(404);
    expect((await list(admin)).items.map((item) => item.noticeId)).not.toContain(noticeId);
    expect(await list(gateway(system, county.clinics[0]!))).toEqual({ items: [], nextCursor: null });
  });
});

describe('the stream', () => {
  async function listen(name: string): Promise<EventLog> {
    const { identity } = await signIn(system, county, name);
    const log = new EventLog();
    open.push(new EventStream({ url: `${system.url}/api/notices/stream`, headers: identity, onEvent: log.add }));
    return log;
  }
  const says = (text: string) => (event: ServerEvent) =>
    event.event === 'notice' && (JSON.parse(event.data) as NoticeView).text === text;

  it('shows what is unread and what is new, once', async () => {
    await tell('早先', [person('reviewer22')]);
    const log = await listen('reviewer22');
    await log.waitFor(says('早先'), 60_000);
    await tell('新到', [person('reviewer22')]);
    await log.waitFor(says('新到'), 60_000);
    await tell('再到', [person('reviewer22')]);
    await log.waitFor(says('再到'), 60_000);
    expect(log.events.filter(says('早先'))).toHaveLength(1);
    expect(log.events.filter(says('新到'))).toHaveLength(1);
  });

  it('and any request show that somebody is there; hours without either, that nobody is', async () => {
    const there = (to: Receiver, minutes: number): Promise<number> =>
      system.db.read(system.ctx(county.countyId), (tx) =>
        system.get(Notices).present(tx, [to], new Date(clock.now().getTime() - minutes * MINUTE)),
      );
    clock.advance(5 * HOUR);
    expect(await there(ofClinic(1, 'exam.read'), 5)).toBe(0);
    await tell('有人吗', [person('doctor01')]);
    await (await listen('doctor01')).waitFor(says('有人吗'), 60_000);
    await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.change('UPDATE session SET ended_at = $1', [clock.now()]),
    );
    // The session is over; the screen that listened a moment ago still counts.
    expect(await there(ofClinic(1, 'exam.read'), 5)).toBe(1);
    clock.advance(6 * MINUTE);
    expect(await there(ofClinic(1, 'exam.read'), 5)).toBe(0);
    await signIn(system, county, 'tech01');
    expect(await there(ofClinic(1, 'exam.read'), 5)).toBe(1);
    expect(await there(ofClinic(2, 'exam.read'), 5)).toBe(0);
  });
});
