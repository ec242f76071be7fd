import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { WakeBus } from './wake-bus';

let one: System;
let two: System;

beforeAll(async () => {
  one = await startSystem({ role: 'api' });
  two = await startSystem({ role: 'api', beside: one });
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

it('wakes listeners of another process that happens to have the same process id, once per announcement', async () => {
  const heard: string[] = [];
  const off = ['inbox:x', 'inbox:y'].map((topic) => two.get(WakeBus).on(topic, () => heard.push(topic)));
  one.get(WakeBus).announce('inbox:x');
  await until('the wake-up', () => heard.length > 0);
  // They come in their order: a second one of the first would be here before this.
  one.get(WakeBus).announce('inbox:y');
  await until('the next wake-up', () => heard.includes('inbox:y'));
  for (const end of off) end();
  expect(heard).toEqual(['inbox:x', 'inbox:y']);
});

it('ends waiting on news, on time and on abort', async () => {
  const bus = one.get(WakeBus);
  const news = bus.next('topic', 60_000);
  bus.announce('topic');
  await news;
  await bus.next('nothing', 5);
  const stop = new AbortController();
  const waiting = bus.next('nothing', 60_000, stop.signal);
  stop.abort();
  await waiting;
});
