import { Client } from 'pg';
import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { EventLog, EventStream, type ServerEvent } from '../../../test/harness/http';
import { startSystem, type System } from '../../../test/harness/system';
import { ClaimService } from '../claiming/claim.service';
import { ReadingRoom } from '../reading-room.fixture';

let first: System;
let second: System;
let county: TestCounty;
let room: ReadingRoom;
const open: EventStream[] = [];
/** How long something that must come is waited for, on however slow a machine. */
const COMES_MS = 90_000;

beforeAll(async () => {
  first = await startSystem({ role: 'api' });
  second = await startSystem({ role: 'api', beside: first });
  county = await seedCounty(first);
  room = new ReadingRoom(first, county);
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));
afterAll(async () => {
  await second.stop();
  await first.stop();
});

/**
 * An open list at one of the two processes, past its `ready`. It may begin with what changed shortly before: a transaction
 * that is still running, in another database of the same Postgres too, holds its beginning back.
 */
async function listen(system: System, lastEventId?: string, who = 'writer11'): Promise<EventLog> {
  const { identity } = await signIn(system, county, who);
  const log = new EventLog();
  const options = { url: `${system.url}/api/worklist/stream`, headers: identity, onEvent: log.add };
  open.push(new EventStream(lastEventId === undefined ? options : { ...options, lastEventId }));
  await log.waitFor((event) => event.event === 'ready', COMES_MS);
  return log;
}
const itemOf = (event: ServerEvent): { examId: string; state: string } => JSON.parse(event.data) as never;
const shows = (examId: string, state: string) => (event: ServerEvent) =>
  event.event === 'item' && itemOf(event).examId === examId && itemOf(event).state === state;
const overdue = (examId: string) => (event: ServerEvent) =>
  shows(examId, 'QUEUED')(event) && (JSON.parse(event.data) as { overdue: boolean }).overdue;
const claim = (examId: string): Promise<unknown> =>
  first.get(ClaimService).claim(room.person('writer11', 'writer', 1), examId, {});

it('tells a list at either process what happened at one of them', async () => {
  const examId = await room.queued();
  const [here, there] = [await listen(first), await listen(second)];
  await claim(examId);
  const event = await there.waitFor(shows(examId, 'CLAIMED'), COMES_MS);
  await here.waitFor(shows(examId, 'CLAIMED'), COMES_MS);
  expect(JSON.parse(event.data)).toMatchObject({
    patientName: '张三',
    holder: { name: '报告11' },
    fence: 1,
    studies: expect.any(Array),
  });
});

it('tells of an item that left the list, and says nothing twice', async () => {
  const examId = await room.queued();
  const log = await listen(second);
  await room.changeExam(examId, { state: 'VOID' });
  await room.project(examId);
  await log.waitFor(shows(examId, 'VOID'), COMES_MS);
  const marker = await room.queued();
  await log.waitFor(shows(marker, 'QUEUED'), COMES_MS);
  expect(log.events.filter(shows(examId, 'VOID'))).toHaveLength(1);
});

it('goes on where the client was cut off', async () => {
  const seen = await room.queued();
  const log = await listen(first);
  await claim(seen);
  const { id } = await log.waitFor(shows(seen, 'CLAIMED'), COMES_MS);
  open.splice(0).forEach((stream) => stream.close());
  const missed = [await room.queued(), await room.queued()];
  const again = await listen(second, id);
  for (const examId of missed) await again.waitFor(shows(examId, 'QUEUED'), COMES_MS);
});

it('loses no change that commits after a later one', async () => {
  const [slow, quick] = [await room.queued(), await room.queued()];
  const log = await listen(second);
  const client = new Client({ connectionString: first.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('UPDATE reading_item SET overdue = true WHERE exam_id = $1', [slow]);
    await claim(quick);
    await log.waitFor(shows(quick, 'CLAIMED'), COMES_MS);
    expect(log.events.some(overdue(slow))).toBe(false);
    await client.query('COMMIT');
    // Nobody announced this commit: the stream looks by itself.
    await log.waitFor(overdue(slow), COMES_MS);
  } finally {
    await client.end();
  }
});

it.each([
  ['a cursor that this database never gave out', '999999999999'],
  ['something that is no cursor', 'abc'],
])('asks for a new list after %s', async (_, lastEventId) => {
  const log = await listen(first, lastEventId);
  expect(log.events[0]!.event).toBe('reload');
});

it('asks for a new list instead of sending hundreds of changes', async () => {
  const log = await listen(first);
  const { id } = await log.waitFor((event) => event.event === 'ready', COMES_MS);
  open.splice(0).forEach((stream) => stream.close());
  await first.db.write(first.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, modality, queued_at, updated_at)
       SELECT gen_random_uuid(), $1, $2, 'SIGNED', 1, 1, 'ROUTINE', 1, now(), 'DX', now(), now() FROM generate_series(1, 501)`,
      [county.countyId, county.clinics[0]!.id],
    ),
  );
  const again = await listen(first, id);
  await again.waitFor((event) => event.event === 'reload', COMES_MS);
  expect(again.events.filter((event) => event.event === 'item')).toEqual([]);
});

it('tells nothing of another county, and nothing to people who do not read', async () => {
  const log = await listen(second);
  const foreign = await new ReadingRoom(first, await seedCounty(first, { code: 'b' })).queued();
  const ours = await room.queued();
  await log.waitFor(shows(ours, 'QUEUED'), COMES_MS);
  expect(log.events.some((event) => event.data.includes(foreign))).toBe(false);
  expect((await (await signIn(first, county, 'tech01')).get('/api/worklist/stream')).status).toBe(403);
});
