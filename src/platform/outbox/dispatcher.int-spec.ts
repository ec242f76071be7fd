import { Client } from 'pg';
import { seedCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { newId } from '../ids';
import { Dispatcher } from './dispatcher';

let system: System;
let countyId: string;
let clinicId: string;
let owner: Client;

beforeAll(async () => {
  // Messages of the test are marked as sent just now, so relay and sweeper leave them alone.
  system = await startSystem({ env: { REPUBLISH_SECONDS: '3600' } });
  const county = await seedCounty(system);
  countyId = county.countyId;
  clinicId = county.clinics[0]!.id;
  owner = new Client({ connectionString: system.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await system.stop();
});

async function message(rev: number, examId = newId()): Promise<{ id: string; examId: string }> {
  const id = newId();
  const facts = {
    rev,
    state: 'QUEUED',
    clinicId,
    modality: 'CT',
    priority: 'STAT',
    source: null,
    returnedSeconds: 0,
    t0: null,
    t1: null,
    t2: null,
    t3: null,
  };
  await system.db.relay(system.ctx(countyId), (tx) =>
    tx.change(
      `INSERT INTO outbox_message (id, county_id, event, consumer, subject_id, payload, request_id, created_at, sent_at)
       VALUES ($1, $2, 'ExamChanged', 'turnaround.exam', $3, $4, 'test', now(), now())`,
      [id, countyId, examId, JSON.stringify(facts)],
    ),
  );
  return { id, examId };
}

const dispatch = (id: string): Promise<void> =>
  system.get(Dispatcher).dispatch('turnaround.exam', { messageId: id, countyId, requestId: 'test' });

/** Only the database can tell that somebody waits for a lock, and it tells the owner alone. */
async function someoneWaits(): Promise<boolean> {
  const { rowCount } = await owner.query(
    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
  );
  return rowCount !== 0;
}

async function handledAt(id: string): Promise<Date | null> {
  const row = await system.db.relay(system.ctx(countyId), (tx) =>
    tx.row<{ handled_at: Date | null }>('SELECT handled_at FROM outbox_message WHERE id = $1', [id]),
  );
  return row!.handled_at;
}

it('waits for the relay that has published a message and not yet committed', async () => {
  const { id } = await message(1);
  let job: Promise<void> | undefined;
  await system.db.relay(system.ctx(countyId), async (tx) => {
    await tx.rows('SELECT 1 FROM outbox_message WHERE id = $1 FOR UPDATE', [id]);
    job = dispatch(id);
    await until('the job to wait for the row', someoneWaits);
  });
  await job;
  expect(await handledAt(id)).not.toBeNull();
});

it('does the work of one message once, however many jobs carry it', async () => {
  const { id, examId } = await message(1);
  await Promise.all(Array.from({ length: 20 }, () => dispatch(id)));
  const first = await handledAt(id);
  await dispatch(id);
  expect(await handledAt(id)).toEqual(first);
  const clocks = await system.db.read(system.ctx(countyId), (tx) =>
    tx.rows('SELECT 1 FROM exam_clock WHERE exam_id = $1', [examId]),
  );
  expect(clocks).toHaveLength(1);
});

it('leaves a message unhandled when its work fails, with the reason beside it', async () => {
  const { id } = await message(1, newId());
  await system.db.relay(system.ctx(countyId), (tx) =>
    tx.change(`UPDATE outbox_message SET payload = '{"rev": "no number"}' WHERE id = $1`, [id]),
  );
  await expect(dispatch(id)).rejects.toThrow();
  const row = await system.db.relay(system.ctx(countyId), (tx) =>
    tx.row<{ handled_at: Date | null; attempts: number; last_error: string }>(
      'SELECT handled_at, attempts, last_error FROM outbox_message WHERE id = $1',
      [id],
    ),
  );
  expect(row).toMatchObject({
    handled_at: null,
    attempts: 1,
    last_error: expect.stringContaining('invalid input syntax'),
  });
});
