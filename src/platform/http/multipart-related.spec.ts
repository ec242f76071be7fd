import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { chunked, LIMITS, type, whole } from './multipart-body.fixture';
import {
  type MultipartError,
  readMultipartRelated,
  type IncomingPart,
  type MultipartLimits,
} from './multipart-related';

/** 73 characters, as a PACS in the field sends it. */
const LONG_BOUNDARY = `DICOM-DATA-BOUNDARY-${'x'.repeat(53)}`;

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
