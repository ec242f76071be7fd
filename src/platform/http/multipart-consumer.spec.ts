import { EventEmitter, once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { LIMITS, type, whole } from './multipart-body.fixture';
import { readMultipartRelated, type IncomingPart } from './multipart-related';

/** How fast, how far and from what a body is read: back pressure, skipped and failed parts, a real connection. */

describe('a consumer', () => {
  /** One part of `megabytes` MiB, counting what is taken from it. */
  function bigBody(megabytes: number): { source: Readable; taken: () => number } {
    let taken = 0;
    const block = Buffer.alloc(64 * 1024, 'x');
    const blocks = (function* () {
      yield Buffer.from('--b\r\n\r\n');
      for (let i = 0; i < megabytes * 16; i++) yield block;
      yield Buffer.from('\r\n--b\r\n\r\nlast\r\n--b--');
    })();
    const source = new Readable({
      read() {
        const { value } = blocks.next() as { value: Buffer | undefined };
        taken += value?.length ?? 0;
        this.push(value ?? null);
      },
    });
    return { source, taken: () => taken };
  }
  const turns = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i++) await new Promise(setImmediate);
  };
  const big = { ...LIMITS, maxPartBytes: 1 << 30, maxTotalBytes: 1 << 30 };

  it('that does not read pauses the source', async () => {
    const { source, taken } = bigBody(32);
    const parts = readMultipartRelated(source, type('b'), big);
    const { value } = (await parts.next()) as { value: IncomingPart };
    await turns(200);
    expect(taken()).toBeLessThan(1 << 20);
    value.body.read(0);
    await turns(200);
    expect(taken()).toBeLessThan(1 << 20);
    expect((await buffer(value.body)).length).toBe(32 << 20);
    await parts.return();
  });

  it('that skips a part gets the next one, and the skipped body is closed', async () => {
    const { source } = bigBody(4);
    const parts = readMultipartRelated(source, type('b'), big);
    const first = (await parts.next()).value as IncomingPart;
    const second = (await parts.next()).value as IncomingPart;
    expect(first.body.destroyed).toBe(true);
    expect((await buffer(second.body)).toString()).toBe('last');
    expect((await parts.next()).done).toBe(true);
  });

  it('that fails on a part (destroys it) can go on with the next one', async () => {
    const { source } = bigBody(4);
    const contents: string[] = [];
    for await (const part of readMultipartRelated(source, type('b'), big)) {
      if (contents.length === 0) {
        part.body.destroy(new Error('no room'));
        contents.push('failed');
      } else contents.push((await buffer(part.body)).toString());
    }
    expect(contents).toEqual(['failed', 'last']);
  });

  it('that reads a part after asking for the next one still gets all of it, if it had arrived', async () => {
    const parts = readMultipartRelated(whole('--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--'), type('b'), LIMITS);
    const first = (await parts.next()).value as IncomingPart;
    await once(first.body, 'readable');
    const second = (await parts.next()).value as IncomingPart;
    expect([await buffer(first.body), await buffer(second.body)].map(String)).toEqual(['one', 'two']);
  });

  it('that stops early leaves the source drained to its end', async () => {
    const { source } = bigBody(4);
    for await (const part of readMultipartRelated(source, type('b'), big)) {
      expect(part.headers).toEqual({});
      break;
    }
    await once(source, 'end');
    expect(source.readableEnded).toBe(true);
  });

  it('that stops early does not read more than the limit for it', async () => {
    const { source, taken } = bigBody(32);
    for await (const part of readMultipartRelated(source, type('b'), { ...big, maxTotalBytes: 1 << 21 })) {
      expect(part.headers).toEqual({});
      break;
    }
    await once(source, 'close');
    expect(source.readableEnded).toBe(false);
    expect(taken()).toBeLessThan(1 << 22);
  });
});

describe('over HTTP', () => {
  /** Serves one request with `handle` and gives back what `send` made of it. */
  async function serve<T>(
    handle: (req: IncomingMessage) => Promise<unknown>,
    send: (port: number) => Promise<T>,
  ): Promise<{ sent: T; handled: unknown }> {
    let handled: Promise<unknown> = Promise.resolve();
    const server = createServer((req, res) => {
      handled = handle(req).finally(() => res.end('done'));
      handled.catch(() => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const sent = await send((server.address() as AddressInfo).port);
      return { sent, handled: await handled };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const post = (port: number) => request({ port, host: '127.0.0.1', method: 'POST', agent: false });

  it('reads a chunked body and answers while the client keeps its connection', async () => {
    const pixels = Buffer.alloc(3 << 20, 'pixel\r\n--');
    const { sent, handled } = await serve(
      async (req) => {
        const sizes: number[] = [];
        for await (const part of readMultipartRelated(req, type('b'), { ...LIMITS, maxPartBytes: 1 << 23 })) {
          sizes.push((await buffer(part.body)).length);
        }
        return sizes;
      },
      async (port) => {
        const req = post(port);
        for (let i = 0; i < 3; i++) {
          req.write('--b\r\nContent-Type: application/dicom\r\n\r\n');
          req.write(pixels);
          req.write('\r\n');
        }
        req.end('--b--\r\n');
        const [res] = (await once(req, 'response')) as [IncomingMessage];
        return (await buffer(res)).toString();
      },
    );
    expect({ sent, handled }).toEqual({ sent: 'done', handled: [3 << 20, 3 << 20, 3 << 20] });
  });

  it('a client that is cut leaves a truncated part', async () => {
    const arrived = new EventEmitter();
    const { handled } = await serve(
      async (req) => {
        const parts = readMultipartRelated(req, type('b'), LIMITS);
        const { value } = (await parts.next()) as { value: IncomingPart };
        arrived.emit('part');
        return buffer(value.body).catch((error: unknown) => error);
      },
      async (port) => {
        const req = post(port);
        req.on('error', () => undefined);
        req.write('--b\r\n\r\nhalf');
        await once(arrived, 'part');
        req.destroy();
      },
    );
    expect(handled).toMatchObject({ code: 'truncated' });
  });
});
