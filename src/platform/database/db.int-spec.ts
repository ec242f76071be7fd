import { seedCounty, type TestCounty } from '../../../test/harness/county';
import { startSystem, type System } from '../../../test/harness/system';
import type { Ctx } from '../context';
import { prepared } from './connection';
import type { Tx } from './tx';

let system: System;
let county: TestCounty;
let ctx: Ctx;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  ctx = system.ctx(county.countyId);
});
afterAll(() => system.stop());

const rename = (tx: Tx, name: string): Promise<number> =>
  tx.change('UPDATE county SET name = $2 WHERE id = $1', [county.countyId, name]);
const nameNow = (): Promise<string | undefined> =>
  system.db
    .relayRow<{ name: string }>('SELECT name FROM county WHERE id = $1', [county.countyId])
    .then((row) => row?.name);

it('fails with the error of a statement that nobody waited for, and keeps nothing', async () => {
  const before = await nameNow();
  let told = false;
  const work = system.db.relay(ctx, async (tx) => {
    tx.afterCommit(() => (told = true));
    await rename(tx, '改名');
    await tx.send('SELECT 1 / $1::int', [0]);
  });
  await expect(work).rejects.toThrow('division by zero');
  expect([await nameNow(), told]).toEqual([before, false]);
});

it('says which statement failed first, not that the transaction is aborted', async () => {
  const work = system.db.relay(ctx, async (tx) => {
    await tx.send('SELECT 1 / $1::int', [0]);
    await rename(tx, '改名');
  });
  await expect(work).rejects.toThrow('division by zero');
});

it('does not report a commit when a failure was swallowed', async () => {
  const before = await nameNow();
  const work = system.db.relay(ctx, async (tx) => {
    await rename(tx, '改名');
    await tx.rows('SELECT 1 / $1::int', [0]).catch(() => undefined);
  });
  await expect(work).rejects.toThrow('had failed');
  expect(await nameNow()).toBe(before);
});

it('takes no statement after its end, where it would run in the next transaction', async () => {
  let late: Tx | undefined;
  await system.db.write(ctx, (tx) => Promise.resolve((late = tx)));
  await expect(late!.rows('SELECT 1')).rejects.toThrow('has ended');
  await expect(late!.insert('county', {})).rejects.toThrow('has ended');
});

it('answers statements sent together each with its own rows, prepared or not', async () => {
  const twice = prepared('SELECT 2 * $1::int AS n');
  const answers = await system.db.read(ctx, (tx) =>
    Promise.all([1, 2, 3].flatMap((n) => [tx.row(twice, [n]), tx.row('SELECT $1::int AS n', [n])])),
  );
  expect(answers).toEqual([2, 1, 4, 2, 6, 3].map((n) => ({ n })));
});
