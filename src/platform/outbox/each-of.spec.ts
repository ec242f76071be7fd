import { eachOf } from './each-of';

it('works on every item in turn and throws all failures together', async () => {
  const done: number[] = [];
  const work = async (item: number): Promise<void> => {
    await Promise.resolve();
    if (item % 2 === 1) throw new Error(`odd ${item}`);
    done.push(item);
  };
  const failure = await eachOf([1, 2, 3, 4], work).catch((error: unknown) => error);
  expect(done).toEqual([2, 4]);
  expect(failure).toBeInstanceOf(AggregateError);
  expect((failure as AggregateError).errors.map((error: Error) => error.message)).toEqual(['odd 1', 'odd 3']);
  expect((failure as AggregateError).message).toBe('2 of 4 failed');
});

it('counts what throws before its first await, too', async () => {
  const seen: string[] = [];
  const work = (item: string): Promise<void> => {
    seen.push(item);
    throw new Error(item);
  };
  await expect(eachOf(['a', 'b'], work)).rejects.toThrow('2 of 2 failed');
  expect(seen).toEqual(['a', 'b']);
});

it('is content with nothing to do', async () => {
  await expect(eachOf([], () => Promise.reject(new Error('never')))).resolves.toBeUndefined();
});
