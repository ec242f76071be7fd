import { Client } from 'pg';
import { EventStream } from '../src/demo/http-client';
import { newId } from '../src/platform/ids';
import { examBody } from './harness/exam-body';
import { type Bench, type Figures, figure, note, quantile, table } from './harness/figures';
import { Caller, openLoop, personHeaders } from './harness/http';
import { type Installation, onInstallation } from './harness/installation';

const CONNECTIONS = 8;
const SECONDS = 6;
const ROUNDS = 3;
const VISIBLE_PER_SECOND = 50;
const VISIBLE_COUNT = 1_000;
/** A worker that has just been started compiles what it runs; it lives for weeks. */
const WARM_UP_COUNT = 250;
/** A table that one request writes; its rows are copied by plain SQL for the floor. */
type Table = 'patient' | 'exam' | 'audit_event' | 'outbox_message';

async function run(): Promise<Figures> {
  return onInstallation(async (installation) => {
    const county = await installation.seed(2);
    const api = await installation.start('api');
    const key = { authorization: `Bearer ${county.clinics[0]!.key}` };
    const caller = new Caller(api.url);
    const ratios: number[] = [];
    const register = (): Promise<void> =>
      caller.expect(201, 'POST', '/api/exams', key, examBody()).then(() => undefined);
    note('warming up …');
    await inParallel(register);
    for (let round = 0; round < ROUNDS; round += 1) {
      const product = await inParallel(register);
      const floor = await sqlFloor(installation);
      note(`product ${product.toFixed(0)}/s, SQL ${floor.toFixed(0)}/s`);
      ratios.push(product / floor);
    }
    const worker = await installation.start('worker');
    await drained(installation);
    const reader = await personHeaders(caller, 'reviewer11', county.password);
    note('warming up …');
    await visibility(caller, key, reader, WARM_UP_COUNT);
    const visible = await visibility(caller, key, reader, VISIBLE_COUNT);
    caller.close();
    await Promise.all([api.stop(), worker.stop()]);
    const ratio = quantile(ratios, 0.5);
    table('intake: requests that become exams', [
      ['rows against SQL', `visible at ${VISIBLE_PER_SECOND}/s p50 (ms)`, 'p99 (ms)'],
      [ratio.toFixed(2), quantile(visible, 0.5).toFixed(0), quantile(visible, 0.99).toFixed(0)],
    ]);
    return {
      rows_vs_sql: figure(ratio),
      visible_p50: figure(quantile(visible, 0.5)),
      visible_p99: figure(quantile(visible, 0.99)),
    };
  });
}

/** Runs `task` over and over on 8 lanes for some seconds; answers how often a second it ended. */
async function inParallel(task: (lane: number) => Promise<void>): Promise<number> {
  const end = performance.now() + SECONDS * 1_000;
  let done = 0;
  const lane = async (_: unknown, i: number): Promise<void> => {
    while (performance.now() < end) {
      await task(i);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  return done / SECONDS;
}

/** The rows that one request left, written again by bare SQL: one durable transaction per exam, 8 connections. */
async function sqlFloor(installation: Installation): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new Client({ connectionString: installation.config.databaseUrl });
      await client.connect();
      return client;
    }),
  );
  const rows = await sample(clients[0]!);
  const rate = await inParallel((lane) => copyExam(clients[lane]!, rows));
  await Promise.all(clients.map((client) => client.end()));
  return rate;
}

interface Sample {
  table: Table;
  row: Record<string, unknown>;
}

async function sample(client: Client): Promise<Sample[]> {
  const exam = (await client.query<Record<string, string>>('SELECT id, patient_id FROM exam ORDER BY id DESC LIMIT 1'))
    .rows[0]!;
  const found: Sample[] = [];
  for (const [name, column, id] of [
    ['patient', 'id', exam['patient_id']],
    ['exam', 'id', exam['id']],
    ['audit_event', 'subject_id', exam['id']],
    ['outbox_message', 'subject_id', exam['id']],
  ] as const) {
    const { rows } = await client.query<Record<string, unknown>>(`SELECT * FROM ${name} WHERE ${column} = $1`, [id]);
    if (rows.length === 0) throw new Error(`a request left no row in ${name}`);
    found.push(...rows.map((row) => ({ table: name, row })));
  }
  return found;
}

async function copyExam(client: Client, samples: readonly Sample[]): Promise<void> {
  const ids = { patient: newId(), exam: newId() };
  await client.query('BEGIN');
  for (const { table: name, row } of samples) {
    const own: Record<string, unknown> = {
      ...row,
      id: name === 'patient' ? ids.patient : name === 'exam' ? ids.exam : newId(),
    };
    if (name === 'patient') own['local_id'] = ids.patient;
    if (name === 'exam')
      Object.assign(own, { accession_number: ids.exam, patient_id: ids.patient, patient_local_id: ids.patient });
    if ('subject_id' in own) own['subject_id'] = ids.exam;
    const columns = Object.keys(own);
    await client.query({
      name: `copy-${name}`,
      text: `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
      values: Object.values(own),
    });
  }
  await client.query('COMMIT');
}

/** Waits until the worker has worked off what the first part left behind: it would stand in front of what is measured. */
async function drained(installation: Installation): Promise<void> {
  const client = new Client({ connectionString: installation.config.databaseUrl });
  await client.connect();
  try {
    // The floor's copies are the floor's alone: nobody may count their reading.
    await client.query('DELETE FROM outbox_message WHERE handled_at IS NULL');
    const end = performance.now() + 120_000;
    while ((await client.query('SELECT 1 FROM audit_event WHERE seal_number IS NULL LIMIT 1')).rowCount !== 0) {
      if (performance.now() > end) throw new Error('the audit rows of the first part are not sealed in time');
      await new Promise((next) => setTimeout(next, 200));
    }
    for (const name of ['outbox_message', 'audit_event', 'exam', 'patient'])
      await client.query(`VACUUM (ANALYZE) ${name}`);
  } finally {
    await client.end();
  }
}

/** From sending the request to the event on a radiologist's worklist stream, which re-reads the list's table. */
async function visibility(
  caller: Caller,
  key: Record<string, string>,
  reader: Record<string, string>,
  count: number,
): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const took: number[] = [];
  const stream = new EventStream({
    url: `${caller.base}/api/worklist/stream`,
    headers: reader,
    onEvent: ({ data }) => {
      const now = performance.now();
      for (const number of data.matchAll(/"accessionNumber":"([^"]+)"/g)) {
        const sent = sentAt.get(number[1]!);
        if (sent === undefined) continue;
        sentAt.delete(number[1]!);
        took.push(now - sent);
      }
    },
  });
  await stream.opened;
  await openLoop(VISIBLE_PER_SECOND, count, async () => {
    const body = examBody() as { accessionNumber: string };
    sentAt.set(body.accessionNumber, performance.now());
    await caller.expect(201, 'POST', '/api/exams', key, body);
  });
  const end = performance.now() + 10_000;
  while (sentAt.size > 0 && performance.now() < end) await new Promise((next) => setTimeout(next, 50));
  stream.close();
  if (sentAt.size > 0) throw new Error(`${sentAt.size} exams never came to the worklist`);
  return took;
}

export const intake: Bench = { name: 'intake', run };
