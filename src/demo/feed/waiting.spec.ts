import { eachOf, NotInTimeError, until } from './waiting';

const patience = { what: 'rain', timeoutMs: 30, everyMs: 1, signal: new AbortController().signal };

describe('until', () => {
  it('asks again until there is an answer', async () => {
    let asked = 0;
    expect(await until(patience, () => (++asked === 3 ? 'wet' : undefined))).toBe('wet');
    expect(asked).toBe(3);
  });

  it('gives up with the name of what did not come', async () => {
    await expect(until(patience, () => undefined)).rejects.toThrow(NotInTimeError);
    await expect(until(patience, () => undefined)).rejects.toThrow(/rain/);
  });

  it('stops waiting when it is told to, with the reason given', async () => {
    const ending = new AbortController();
    const waiting = until({ ...patience, everyMs: 60_000, signal: ending.signal }, () => undefined);
    ending.abort(new Error('evening'));
    await expect(waiting).rejects.toThrow();
    await expect(until({ ...patience, signal: ending.signal }, () => 'late')).rejects.toThrow('evening');
  });

  it('passes on what asking throws', async () => {
    await expect(until(patience, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});

describe('eachOf', () => {
  it('does everything, never more than so many at a time', async () => {
    const done: number[] = [];
    const now = { busy: 0, most: 0 };
    await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      now.most = Math.max(now.most, ++now.busy);
      await new Promise((resolve) => setImmediate(resolve));
      now.busy -= 1;
      done.push(n);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(now.most).toBe(3);
  });

  it('begins nothing more after a failure, and waits for what is under way', async () => {
    const [begun, ended]: number[][] = [[], []];
    const work = eachOf([1, 2, 3, 4, 5, 6], 2, async (n) => {
      begun!.push(n);
      if (n === 1) throw new Error('one');
      await new Promise((resolve) => setImmediate(resolve));
      ended!.push(n);
    });
    await expect(work).rejects.toThrow('one');
    expect(ended).toEqual([2]);
    expect(begun).toEqual([1, 2]);
  });
});
