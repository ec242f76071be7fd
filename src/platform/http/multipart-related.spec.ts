import { EventEmitter, once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  type MultipartError,
  readMultipartRelated,
  type IncomingPart,
  type MultipartLimits,
} from './multipart-related';

const LIMITS: MultipartLimits = {
  maxParts: 100,
  maxHeaderBytes: 1024,
  maxPartBytes: 1 << 20,
  maxTotalBytes: 1 << 24,
};
/** 73 characters, as a PACS in the field sends it. */
const LONG_BOUNDARY = `DICOM-DATA-BOUNDARY-${'x'.repeat(53)}`;
const type = (boundary: string): string => `multipart/related; type="application/dicom"; boundary=${boundary}`;

interface ReadPart {
  headers: Record<string, string>;
  content: string;
}

/** Reads everything; `error` is what the iteration ended with. */
async function readAll(
  source: Readable,
  boundary = 'b',
  limits: Partial<MultipartLimits> = {},
): Promise<{ parts: ReadPart[]; error: unknown }> {
  const parts: ReadPart[] = [];
  try {
    for await (const part of readMultipartRelated(source, type(boundary), { ...LIMITS, ...limits })) {
      parts.push({ headers: { ...part.headers }, content: (await buffer(part.body)).toString('latin1') });
    }
    return { parts, error: undefined };
  } catch (error) {
    return { parts, error };
  }
}

const whole = (text: string | Buffer): Readable => chunked([Buffer.from(text as string, 'latin1')]);

/** A source that gives exactly these chunks. */
function chunked(chunks: Buffer[]): Readable {
  // A Readable takes an empty chunk for "not yet".
  const left = chunks.filter((chunk) => chunk.length > 0);
  return new Readable({
    read() {
      this.push(left.shift() ?? null);
    },
  });
}

function split(body: Buffer, at: number[]): Buffer[] {
  const cuts = [0, ...at, body.length];
  return cuts.slice(1).map((end, i) => body.subarray(cuts[i], end));
}

/** Mulberry32: the same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const contents = (r: { parts: ReadPart[] }): string[] => r.parts.map((p) => p.content);
const code = (r: { error: unknown }): string | undefined => (r.error as MultipartError | undefined)?.code;

describe('a well-formed body', () => {
  it('gives headers in lower case and content as sent, without preamble and epilogue', async () => {
    const read = await readAll(
      whole(
        'preamble --b\r\n--b\r\nContent-Type: application/dicom\r\nX-Long: a\r\n  b\r\nx-long: c\r\n\r\none\r\n' +
          '--b  \t\r\n\r\ntwo\r\n\r\n--b--\r\nepilogue\r\n--b\r\n\r\nnot a part',
      ),
    );
    expect(read).toEqual({
      error: undefined,
      parts: [
        { headers: { 'content-type': 'application/dicom', 'x-long': 'a b, c' }, content: 'one' },
        { headers: {}, content: 'two\r\n' },
      ],
    });
  });

  it.each([
    ['bare', `multipart/related;boundary=${LONG_BOUNDARY};type=application/dicom`],
    ['quoted', `Multipart/Related; TYPE="application/dicom"; BOUNDARY="${LONG_BOUNDARY}"`],
    ['quoted, with an escape', `multipart/related; start="a;b\\"c"; boundary="\\${LONG_BOUNDARY}"`],
    ['after a parameter without a value', `multipart/related; strange; boundary = ${LONG_BOUNDARY} `],
  ])('takes a boundary of 73 characters, %s', async (_, header) => {
    const body = `--${LONG_BOUNDARY}\r\n\r\nx\r\n--${LONG_BOUNDARY}--`;
    const found: string[] = [];
    for await (const part of readMultipartRelated(whole(body), header, LIMITS)) {
      found.push((await buffer(part.body)).toString());
    }
    expect(found).toEqual(['x']);
  });

  it.each([
    ['no part', '--b--\r\n', []],
    ['an empty part', '--b\r\nA: 1\r\n\r\n\r\n--b--', ['']],
    ['an empty part whose blank line is the delimiter’s line end', '--b\r\nA: 1\r\n\r\n--b--', ['']],
    ['a part that ends within its headers', '--b\r\nA: 1\r\n--b\r\n\r\nx\r\n--b--', ['', 'x']],
    ['a closing delimiter without a last line end', '--b\r\n\r\nx\r\n--b--', ['x']],
    ['LF alone as line end', 'pre\n--b\nA: 1\n\nx\n--b\n\ny\n\n--b--\n', ['x', 'y\n']],
    ['LF alone, content that ends in CR', '--b\n\nx\r\n--b--\n', ['x\r']],
    ['CRLF, but LF before a delimiter', '--b\r\n\r\nx\n--b\r\n\r\ny\r\n--b--', ['x', 'y']],
    ['a delimiter inside a line', '--b\r\n\r\nx--b\r\ny--b--\r\n--b--', ['x--b\r\ny--b--']],
    [
      'a longer boundary inside',
      '--b\r\n\r\nx\r\n--bc\r\n--b-\r\n--b--c\r\n--b\r\n--b--',
      ['x\r\n--bc\r\n--b-\r\n--b--c', ''],
    ],
    ['line ends before a delimiter', '--b\r\n\r\nx\r\r\n\n\r\n--b--', ['x\r\r\n\n']],
    ['a Content-Length that is too short', '--b\r\nContent-Length: 1\r\n\r\nxyz\r\n--b--', ['xyz']],
    ['a Content-Length that is too long', '--b\r\nContent-Length: 99\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--', ['x', 'y']],
  ])('reads %s', async (_, body, expected) => {
    const read = await readAll(whole(body));
    expect(read.error).toBeUndefined();
    expect(contents(read)).toEqual(expected);
  });

  it('does not let a header name reach the prototype', async () => {
    const read = await readAll(whole('--b\r\n__proto__: x\r\nno colon\r\n: no name\r\n\r\n\r\n--b--'));
    expect(Object.keys(read.parts[0]!.headers)).toEqual(['__proto__']);
  });
});

describe('chunk borders', () => {
  it('do not matter: every one of the 65,536 ways to cut a small body', async () => {
    const body = Buffer.from('--b\r\n\r\n\r\n-\r\n--b--');
    for (let cuts = 0; cuts < 1 << (body.length - 1); cuts++) {
      const at = Array.from({ length: body.length - 1 }, (_, i) => i + 1).filter((i) => cuts & (1 << (i - 1)));
      const read = await readAll(chunked(split(body, at)));
      if (read.error || read.parts.length !== 1 || read.parts[0]?.content !== '\r\n-') {
        throw new Error(`cut at ${at.join()}: ${JSON.stringify(read)}`);
      }
    }
  }, 60_000);

  it('do not matter: every pair of cuts of a body with everything in it', async () => {
    const body = Buffer.from('p\r\n--b\r\nA: 1\r\n\r\n\r\n--bx\r\n--b \r\n--b\n\r\n\n--b\r\n\r\nz\r\r\n--b--\r\ne');
    const expected = await readAll(whole(body));
    expect(contents(expected)).toEqual(['\r\n--bx', '', '', 'z\r']);
    for (let first = 0; first <= body.length; first++) {
      for (let second = first; second <= body.length; second++) {
        expect(await readAll(chunked(split(body, [first, second])))).toEqual(expected);
      }
    }
  }, 60_000);

  it('do not matter: 3,000 random bodies made of boundary-like pieces, cut at random', async () => {
    const boundary = 'ab-';
    const pieces = ['\r', '\n', '\r\n', '-', '--', '--ab', '\r\n--ab', '\n--ab-x', '--ab-', ' ', 'x', '\0'];
    const next = random(20_240_229);
    for (let round = 0; round < 3000; round++) {
      const sent = Array.from({ length: next(4) }, () =>
        Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join(''),
      ).filter((content) => !/(^|\n)--ab-(--)?[ \t]*\r?\n/.test(`${content}\r\n`));
      const body = Buffer.from(
        `\r\n${sent.map((content) => `--ab-\r\nA: 1\r\n\r\n${content}\r\n`).join('')}--ab---\r\n`,
      );
      const at = Array.from({ length: next(30) }, () => next(body.length + 1)).sort((a, b) => a - b);
      const read = await readAll(chunked(split(body, at)), boundary);
      expect({ round, error: read.error, contents: contents(read) }).toEqual({
        round,
        error: undefined,
        contents: sent,
      });
    }
  }, 60_000);

  it('passes the socket’s own bytes on: content is a slice, not a copy', async () => {
    const chunk = Buffer.from('--b\r\n\r\nhello\r\n--b--');
    for await (const part of readMultipartRelated(chunked([chunk]), type('b'), LIMITS)) {
      for await (const content of part.body as AsyncIterable<Buffer>) {
        expect(content.buffer).toBe(chunk.buffer);
        expect(content.toString()).toBe('hello');
      }
    }
    expect.assertions(2);
  });
});

describe('a body that cannot be taken as sent', () => {
  it.each([
    ['no boundary', 'multipart/related; type="application/dicom"'],
    ['an empty boundary', 'multipart/related; boundary=""'],
    ['a boundary with a line end', 'multipart/related; boundary="a\r\nb"'],
    ['an endless boundary', `multipart/related; boundary=${'x'.repeat(201)}`],
  ])('boundary_missing: %s', async (_, header) => {
    await expect(readMultipartRelated(whole('--b--'), header, LIMITS).next()).rejects.toMatchObject({
      name: 'MultipartError',
      code: 'boundary_missing',
    });
  });

  it('boundary_missing: the body never shows it', async () => {
    expect(await readAll(whole('--other\r\n\r\nx\r\n--other--'))).toMatchObject({
      parts: [],
      error: { code: 'boundary_missing' },
    });
    expect(code(await readAll(whole('')))).toBe('boundary_missing');
  });

  it('truncated: at whatever byte it ends, no part that was not delimited is complete', async () => {
    const body = '--b\r\nA: 1\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b--';
    const firstEnds = body.indexOf('\r\n--b\r\n\r\nsecond') + '\r\n--b\r\n'.length;
    for (let end = '--b\r\n'.length; end < body.length; end++) {
      const read = await readAll(whole(body.slice(0, end)));
      expect({ end, code: code(read), contents: contents(read) }).toEqual({
        end,
        code: 'truncated',
        contents: end < firstEnds ? [] : ['first'],
      });
    }
  });

  it('truncated: fails the body first and then the iteration, and keeps the cause', async () => {
    const source = new PassThrough();
    const parts = readMultipartRelated(source, type('b'), LIMITS);
    source.write('--b\r\n\r\nhalf of it');
    const { value } = (await parts.next()) as { value: IncomingPart };
    const reading = buffer(value.body);
    const cause = new Error('ECONNRESET');
    source.destroy(cause);
    await expect(reading).rejects.toMatchObject({ code: 'truncated', cause });
    await expect(parts.next()).rejects.toMatchObject({ code: 'truncated' });
    expect(await parts.next()).toEqual({ done: true, value: undefined });
  });

  it('truncated: a part that nobody listens to yet does not end the process', async () => {
    const source = new PassThrough();
    const parts = readMultipartRelated(source, type('b'), LIMITS);
    source.write('--b\r\n\r\nhalf');
    const { value } = (await parts.next()) as { value: IncomingPart };
    value.body.read(0);
    source.destroy();
    await once(source, 'close');
    await expect(buffer(value.body)).rejects.toMatchObject({ code: 'truncated' });
  });

  it('part_headers_too_large: with and without an end in sight', async () => {
    const header = `A: ${'x'.repeat(50)}`;
    expect(code(await readAll(whole(`--b\r\n${header}\r\n\r\nx\r\n--b--`), 'b', { maxHeaderBytes: 40 }))).toBe(
      'part_headers_too_large',
    );
    expect(code(await readAll(whole(`--b\r\n${header}`), 'b', { maxHeaderBytes: 40 }))).toBe('part_headers_too_large');
    expect(
      code(await readAll(whole(`--b\r\n${header}\r\n\r\nx\r\n--b--`), 'b', { maxHeaderBytes: 60 })),
    ).toBeUndefined();
  });

  it('too_many_parts: the parts before are whole', async () => {
    const read = await readAll(whole('--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b\r\n\r\n3\r\n--b--'), 'b', { maxParts: 2 });
    expect([contents(read), code(read)]).toEqual([['1', '2'], 'too_many_parts']);
  });

  it('part_too_large: that part alone fails', async () => {
    const body = '--b\r\n\r\nfour\r\n--b\r\n\r\nfive!\r\n--b\r\n\r\nlast\r\n--b--';
    const outcome: string[] = [];
    for await (const part of readMultipartRelated(whole(body), type('b'), { ...LIMITS, maxPartBytes: 4 })) {
      outcome.push(await buffer(part.body).then(String, (error: MultipartError) => error.code));
    }
    expect(outcome).toEqual(['four', 'part_too_large', 'last']);
  });

  it('body_too_large: counts preamble, delimiters and content', async () => {
    const body = 'preamble\r\n--b\r\n\r\nx\r\n--b--';
    const cuts = split(Buffer.from(body), [body.length - 2]);
    expect(code(await readAll(chunked(cuts), 'b', { maxTotalBytes: body.length }))).toBeUndefined();
    expect(code(await readAll(chunked(cuts), 'b', { maxTotalBytes: body.length - 1 }))).toBe('body_too_large');
  });
});

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
