import { until } from '../../test/harness/wait';
import { Gathering, type GatheringOptions } from './gathering';

/** Work that waits to be told to go on, and remembers what it was given together. */
function held(o: Partial<GatheringOptions> = {}) {
  const batches: string[][] = [];
  const go: (() => void)[] = [];
  const gathering = new Gathering<string, string>(
    async (items) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => go.push(resolve));
      if (items.includes('bad')) throw new Error(`bad among ${items.length}`);
      return items.map((item) => item.toUpperCase());
    },
    { limit: 3, lingerMs: 0, patienceMs: 5, abreast: 1, ...o },
  );
  const step = async (): Promise<void> => {
    for (const resume of go.splice(0)) resume();
    await new Promise(setImmediate);
  };
  return { batches, gathering, step };
}

it('does at once what comes alone, and together what comes meanwhile, each kind by itself', async () => {
  const { batches, gathering, step } = held();
  const first = gathering.add('k', 'a');
  const rest = ['b', 'c', 'd', 'e'].map((item) => gathering.add('k', item));
  const other = gathering.add('other', 'x');
  expect(batches).toEqual([['a'], ['x']]);
  await step();
  expect([await first, await other]).toEqual(['A', 'X']);
  expect(batches.slice(2)).toEqual([['b', 'c', 'd']]);
  await step();
  await step();
  expect(await Promise.all(rest)).toEqual(['B', 'C', 'D', 'E']);
  expect(batches.slice(3)).toEqual([['e']]);
});

it('does not wait for long behind a batch that is held up, and begins only so many beside it', async () => {
  const { batches, gathering, step } = held({ abreast: 2 });
  const results = ['a', 'b', 'c'].map((item) => gathering.add('k', item));
  await until('a second batch', () => batches.length === 2);
  results.push(gathering.add('k', 'd'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(batches).toEqual([['a'], ['b', 'c']]);
  await step();
  await step();
  expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D']);
});

it('waits a moment for more before a batch that follows another', async () => {
  const { batches, gathering, step } = held({ lingerMs: 30 });
  const results = [gathering.add('k', 'a'), gathering.add('k', 'b')];
  await step();
  results.push(gathering.add('k', 'c'));
  await until('the second batch', () => batches.length === 2);
  expect(batches).toEqual([['a'], ['b', 'c']]);
  await step();
  expect(await Promise.all(results)).toEqual(['A', 'B', 'C']);
});

it('tries each by itself when work on several fails', async () => {
  const { gathering, step } = held();
  const results = ['a', 'b', 'bad', 'c'].map((item) => gathering.add('k', item));
  const outcomes = Promise.allSettled(results);
  for (let i = 0; i < 5; i += 1) await step();
  expect((await outcomes).map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
    'A',
    'B',
    'Error: bad among 1',
    'C',
  ]);
});

it('goes on after a failure', async () => {
  const { gathering, step } = held();
  const bad = gathering.add('k', 'bad');
  const failed = expect(bad).rejects.toThrow('bad among 1');
  await step();
  await failed;
  const good = gathering.add('k', 'good');
  await step();
  expect(await good).toBe('GOOD');
});
