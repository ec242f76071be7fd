import { Client } from 'pg';
import pino from 'pino';
import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import { Person } from '../../identity/identity.entities';
import type { Tx } from '../database';
import { newId } from '../ids';
import { Logger } from './logger';

const MARKER = '张秘密三';
let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
});
afterAll(() => system.stop());

const person = () => ({
  id: newId(),
  county_id: county.countyId,
  username: `u${newId()}`,
  name: MARKER,
  password_hash: MARKER,
  created_at: new Date(0),
});

const failing = (work: (tx: Tx) => Promise<unknown>): Promise<unknown> =>
  system.db.write(system.ctx(county.countyId), work).then(
    () => Promise.reject(new Error('it was to fail')),
    (error: unknown) => error,
  );

/** What a logger of the product writes while `work` uses it. */
function written(work: (logger: Logger) => void): string {
  const logger = new Logger(system.config.with({ LOG_LEVEL: 'trace' }));
  let text = '';
  Reflect.set(logger.pino, pino.symbols.streamSym, { write: (line: string) => (text += line) });
  work(logger);
  return text;
}

it('says what failed in the database, and nothing of the row', async () => {
  const error = await failing((tx) => tx.insert(Person, { ...person(), username: 'tech01' }));
  expect(Object.keys(error as object)).toEqual(expect.arrayContaining(['parameters', 'detail']));
  const line = written((logger) => logger.failure(error, { requestId: 'r1' }, 'request failed'));
  expect(JSON.parse(line)).toMatchObject({
    requestId: 'r1',
    msg: 'request failed',
    err: {
      type: 'QueryFailedError',
      code: '23505',
      constraint: 'person_username_key',
      table: 'person',
      message: 'duplicate key value violates unique constraint',
      stack: expect.stringMatching(/^QueryFailedError: duplicate key value violates unique constraint\n {4}at /),
    },
  });
  for (const secret of [MARKER, 'tech01', 'INSERT']) expect(line).not.toContain(secret);
});

it('keeps the failing row that Postgres tells in its detail to itself', async () => {
  // As the owner: from whom row-level security walls off, Postgres keeps the row to itself anyway.
  const client = new Client({ connectionString: system.databaseUrl });
  await client.connect();
  const failed = client.query('INSERT INTO person (id, county_id, username, name) VALUES ($1, $2, $3, $4)', [
    newId(),
    county.countyId,
    'somebody',
    MARKER,
  ]);
  const error: unknown = await failed.catch((reason: unknown) => reason).finally(() => client.end());
  expect((error as { detail: string }).detail).toContain(MARKER);
  const line = written((logger) => logger.failure(error, {}, 'failed'));
  expect(line).not.toContain(MARKER);
  expect(JSON.parse(line).err).toMatchObject({ code: '23502', table: 'person', column: 'password_hash' });
});

it.each([
  ['in the message', (error: Error) => error],
  ['in a cause', (cause: Error) => new Error('outer', { cause })],
  ['in one of several', (error: Error) => new AggregateError([error], 'several')],
])('cuts the value out of what Postgres quotes %s', async (_, wrap) => {
  const error = (await failing((tx) => tx.rows('SELECT $1::text::int', [MARKER]))) as Error;
  expect(error.message).toContain(MARKER);
  const line = written((logger) => {
    logger.failure(wrap(error), {}, 'failed');
    logger.error(wrap(error));
    logger.warn(wrap(error));
    logger.debug(error);
  });
  expect(line).not.toContain(MARKER);
  expect(line).toContain('invalid input syntax for type integer');
});
