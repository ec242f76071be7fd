import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import type { Response } from 'express';
import type { CicRequest, StillAllowed } from './access.decorator';
import { SseStream } from './sse';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A stream to a listener about whom `stillAllowed` is asked, and all that this listener gets until its end. */
async function listen(stillAllowed: StillAllowed): Promise<{ stream: SseStream; told: Promise<string> }> {
  const opened = new Promise<SseStream>((resolve) => {
    server = createServer((req, res) => {
      (req as unknown as CicRequest).stillAllowed = stillAllowed;
      resolve(new SseStream(res as unknown as Response));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server!.address() as AddressInfo;
  const told = fetch(`http://127.0.0.1:${port}`).then((answer) => answer.text());
  return { stream: await opened, told };
}

it('asks once for a burst of events', async () => {
  let asked = 0;
  const { stream, told } = await listen(async () => {
    asked += 1;
    return true;
  });
  for (let i = 0; i < 500; i += 1) await stream.send('report', { i });
  stream.end();
  expect((await told).match(/^event: report$/gm)).toHaveLength(500);
  expect(asked).toBeLessThanOrEqual(2);
});

it('ends, with nothing of the event, when the listener may not listen any more', async () => {
  const { stream, told } = await listen(async () => false);
  expect(await stream.send('report', { patientName: '张三' })).toBe(false);
  expect(stream.closed.aborted).toBe(true);
  expect(await stream.send('report', { patientName: '李四' })).toBe(false);
  expect((await told).split('\n').filter(Boolean)).toEqual([': connected', ': the right to listen has ended']);
});

it('sends nothing without an answer', async () => {
  const { stream, told } = await listen(() => Promise.reject(new Error('the database is away')));
  await expect(stream.send('report', { patientName: '张三' })).rejects.toThrow('the database is away');
  stream.end();
  expect(await told).not.toContain('event:');
});
