import { MessageChannel } from 'node:worker_threads';
import { whenLate } from './late';

/** This thread does nothing for a while, as on a machine that stands still. */
const standStill = (milliseconds: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

it('hears an answer that came during a standstill before it calls it late', async () => {
  const { port1, port2 } = new MessageChannel();
  const heard = await new Promise<string>((resolve) => {
    // The next thing that an event loop looks at after an immediate are its timers.
    setImmediate(() => {
      const inTime = whenLate(5, () => resolve('late'));
      port2.once('message', () => {
        inTime();
        resolve('in time');
      });
      port1.postMessage('answer');
      standStill(50);
    });
  });
  port1.close();
  expect(heard).toBe('in time');
});

it('calls late what does not come, and not what was called off', async () => {
  const called: string[] = [];
  const off = whenLate(1, () => called.push('called off'));
  await new Promise<void>((resolve) => {
    whenLate(5, () => {
      called.push('late');
      resolve();
    });
    off();
  });
  expect(called).toEqual(['late']);
});
