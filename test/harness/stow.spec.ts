import type { IncomingHttpHeaders } from 'node:http';
import { randomBytes } from 'node:crypto';
import { ConnectionCutError, cutPoints, keepAliveAgent } from './http';
import { bodyOf, TestServer } from './server';
import { stow } from './stow';

const agent = keepAliveAgent(4);
afterAll(() => agent.destroy());
let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  parts: { head: string; bytes: Buffer }[];
}

/** Splits a multipart body by the rules of RFC 2046, trusting neither the parts' lengths nor the client. */
function splitParts(headers: IncomingHttpHeaders, body: Buffer): Received['parts'] {
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const pieces = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`);
  expect(pieces.at(0)).toBe('');
  expect(pieces.at(-1)).toBe('--\r\n');
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf('\r\n\r\n');
    return { head: piece.slice(2, end), bytes: Buffer.from(piece.slice(end + 4), 'latin1') };
  });
}

async function receiver(received: Received[], status = 200, answer: unknown = {}): Promise<TestServer> {
  return TestServer.start((request, response) => {
    void bodyOf(request).then((body) => {
      received.push({ url: request.url ?? '', headers: request.headers, parts: splitParts(request.headers, body) });
      response.writeHead(status, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(answer));
    });
  });
}

describe('STOW client', () => {
  const files = [randomBytes(300_000), randomBytes(2), Buffer.from('\r\n--x--\r\n')];

  it.each(['chunked', 'length'] as const)('%s: every part arrives as it is', async (framing) => {
    const received: Received[] = [];
    server = await receiver(received);
    await stow(server.url, 'key-1', files, { agent, framing });
    const [request] = received;
    expect(request?.url).toBe('/dicomweb/studies');
    expect(request?.headers.authorization).toBe('Bearer key-1');
    expect(request?.headers['content-type']).toMatch(
      /^multipart\/related; type="application\/dicom"; boundary="[0-9a-f-]{73}"$/,
    );
    expect(request?.headers['transfer-encoding']).toBe(framing === 'chunked' ? 'chunked' : undefined);
    expect(Number(request?.headers['content-length'] ?? 0) > 300_000).toBe(framing === 'length');
    expect(request?.parts.map(({ head }) => head)).toEqual(
      files.map(({ length }) => `Content-Type: application/dicom\r\nContent-Length: ${length}`),
    );
    expect(request?.parts.map(({ bytes }, i) => bytes.equals(files[i] as Buffer))).toEqual([true, true, true]);
  });

  it('pulls a lazy study instance by instance, and posts it under its study', async () => {
    const received: Received[] = [];
    server = await receiver(received);
    let made = 0;
    const study = (async function* () {
      for (; made < 20; made++) yield Buffer.alloc(1000, made);
    })();
    await stow(server.url, '', study, { agent, studyInstanceUid: '2.25.7' });
    expect(received[0]?.url).toBe('/dicomweb/studies/2.25.7');
    expect(received[0]?.headers.authorization).toBeUndefined();
    expect(received[0]?.parts.map(({ bytes }) => bytes[999])).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('reads the answer: what was kept, with a warning, and what was not, with the reason', async () => {
    const reference = (uid: string) => ({
      '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00081155': { vr: 'UI', Value: [uid] },
    });
    server = await receiver([], 202, {
      '00081199': {
        vr: 'SQ',
        Value: [
          { ...reference('1.1'), '00081190': { vr: 'UR', Value: ['/dicomweb/studies/1/series/2/instances/1.1'] } },
          { ...reference('1.2'), '00081196': { vr: 'US', Value: [0xb007] } },
        ],
      },
      '00081198': { vr: 'SQ', Value: [{ ...reference('1.3'), '00081197': { vr: 'US', Value: [0xc000] } }] },
    });
    const answer = await stow(server.url, 'k', files, { agent });
    const sopClassUid = '1.2.840.10008.5.1.4.1.1.2';
    expect(answer.status).toBe(202);
    expect(answer.referenced).toEqual([
      { sopClassUid, sopInstanceUid: '1.1', retrieveUrl: '/dicomweb/studies/1/series/2/instances/1.1' },
      { sopClassUid, sopInstanceUid: '1.2', warning: 0xb007 },
    ]);
    expect(answer.failed).toEqual([{ sopClassUid, sopInstanceUid: '1.3', reason: 0xc000 }]);
  });

  it('hands on an answer that is not DICOM JSON', async () => {
    server = await TestServer.start((request, response) => {
      request.resume();
      request.once('end', () => response.writeHead(507, { 'content-type': 'text/plain' }).end('disk full'));
    });
    const answer = await stow(server.url, 'k', files, { agent });
    expect(answer).toMatchObject({ status: 507, text: 'disk full', referenced: [], failed: [] });
    expect(answer.dataSet).toBeUndefined();
  });

  it.each(cutPoints(300_200))('breaks off after %i bytes of the body', async (cutAfterBytes) => {
    let report: (bytes: number) => void;
    const arrived = new Promise<number>((resolve) => (report = resolve));
    server = await TestServer.start((request) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => (bytes += chunk.length));
      request.once('error', () => report(bytes));
    });
    const sent = stow(server.url, 'k', [files[0] as Buffer, files[1] as Buffer], { agent, cutAfterBytes });
    await expect(sent).rejects.toBeInstanceOf(ConnectionCutError);
    expect(await arrived).toBe(cutAfterBytes);
  });
});
