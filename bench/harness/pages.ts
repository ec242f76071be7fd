import { median, quantile } from './figures';
import type { Caller } from './http';

const CALLS = 60;

/** p95 of one GET in milliseconds, one call after the other. */
export async function p95(caller: Caller, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < CALLS; i += 1) times.push((await caller.expect(200, 'GET', path, headers)).milliseconds);
  return quantile(times, 0.95);
}

/** Medians over interleaved rounds, so that a noisy minute of the machine hits every case alike. */
export async function interleaved(
  rounds: number,
  cases: ReadonlyMap<string, () => Promise<number>>,
): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>([...cases.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, take] of cases) samples.get(name)!.push(await take());
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}
