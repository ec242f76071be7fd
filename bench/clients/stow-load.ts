import { Agent, request } from 'node:http';
import { CtTemplate, freshUid } from '../harness/ct-template';

interface Options {
  readonly url: string;
  readonly path: string;
  readonly headers: Record<string, string>[];
  readonly clients: number;
  readonly studies: number;
  readonly perStudy: number;
  readonly perRequest: number;
  /** An answer's status that counts as stored. */
  readonly ok: number;
}

const BOUNDARY = 'bench-boundary-0123456789';

/** `clients` senders share `studies` studies; each request is sent with its length, on kept connections. */
async function main(o: Options): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: o.clients });
  const queue = Array.from({ length: o.studies }, (_, i) => i);
  const template = CtTemplate.make();
  const templatesOf = Array.from({ length: o.clients }, () =>
    Array.from({ length: o.perRequest }, () => template.copy()),
  );
  let stored = 0;
  let refused = 0;
  const started = performance.now();
  const send = async (client: number): Promise<void> => {
    const templates = templatesOf[client]!;
    for (let study = queue.shift(); study !== undefined; study = queue.shift()) {
      const uids = { study: freshUid(), series: freshUid() };
      for (let done = 0; done < o.perStudy; done += o.perRequest) {
        const count = Math.min(o.perRequest, o.perStudy - done);
        const parts = templates.slice(0, count).map((template) => template.become({ ...uids, sop: freshUid() }));
        const status = await post(o, agent, o.headers[client % o.headers.length]!, parts);
        if (status === o.ok) stored += count;
        else refused += count;
      }
    }
  };
  await Promise.all(Array.from({ length: o.clients }, (_, client) => send(client)));
  const seconds = (performance.now() - started) / 1_000;
  agent.destroy();
  process.stdout.write(`${JSON.stringify({ stored, refused, seconds })}\n`);
}

function post(o: Options, agent: Agent, headers: Record<string, string>, parts: readonly Buffer[]): Promise<number> {
  const head = (part: Buffer): Buffer =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\nContent-Length: ${part.length}\r\n\r\n`);
  const pieces = [
    ...parts.flatMap((part) => [head(part), part, Buffer.from('\r\n')]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ];
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return new Promise((resolve, reject) => {
    const req = request(
      new URL(o.path, o.url),
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
          'content-length': length,
          accept: 'application/dicom+json',
          ...headers,
        },
      },
      (res) => {
        res.resume();
        res.once('end', () => resolve(res.statusCode!));
      },
    );
    req.once('error', reject);
    for (const piece of pieces) req.write(piece);
    req.end();
  });
}

void main(JSON.parse(process.argv[2]!) as Options);
