import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { multipartRelatedWriter, readMultipartRelated, type OutgoingPart } from './multipart-related';

const text = async (body: AsyncIterable<Buffer>): Promise<string> => (await buffer(body)).toString('latin1');
const LIMITS = { maxParts: 10, maxHeaderBytes: 1000, maxPartBytes: 1000, maxTotalBytes: 10_000 };

describe('multipartRelatedWriter', () => {
  it('writes parts whose total length is known beforehand', async () => {
    const answer = multipartRelatedWriter(
      [
        { headers: { 'Content-Type': 'application/dicom' }, body: Buffer.from('one') },
        { headers: {}, body: () => Promise.resolve(Readable.from([Buffer.from('t'), Buffer.from('wo')])), bytes: 3 },
        { headers: {}, body: Buffer.alloc(0) },
      ],
      { type: 'application/dicom', boundary: 'b' },
    );
    const body = await text(answer.body);
    expect(answer.contentType).toBe('multipart/related; type="application/dicom"; boundary=b');
    expect(body).toBe(
      '--b\r\nContent-Type: application/dicom\r\nContent-Length: 3\r\n\r\none\r\n' +
        '--b\r\nContent-Length: 3\r\n\r\ntwo\r\n--b\r\nContent-Length: 0\r\n\r\n\r\n--b--\r\n',
    );
    expect(answer.contentLength).toBe(body.length);
  });

  it('has no total length when a part has none, or when the parts come from a generator', () => {
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([]));
    async function* parts(): AsyncGenerator<OutgoingPart> {
      yield { headers: {}, body: Buffer.from('x') };
    }
    expect(multipartRelatedWriter([{ headers: {}, body: open }], { type: 'a/b' }).contentLength).toBeUndefined();
    expect(multipartRelatedWriter(parts(), { type: 'a/b' }).contentLength).toBeUndefined();
  });

  it('is read back by the reader, with its random boundary', async () => {
    const contents = ['', '\r\n', '--', 'x\r\n--'];
    const answer = multipartRelatedWriter(
      contents.map((content) => ({ headers: { 'X-A': '1' }, body: Buffer.from(content) })),
      { type: 'application/octet-stream' },
    );
    const found: string[] = [];
    for await (const part of readMultipartRelated(Readable.from(answer.body), answer.contentType, LIMITS)) {
      found.push(await text(part.body));
      expect(part.headers['x-a']).toBe('1');
    }
    expect(found).toEqual(contents);
  });

  it.each([
    ['longer', 2],
    ['shorter', 4],
  ])('fails when a part is %s than announced', async (_, bytes) => {
    const open = (): Promise<Readable> => Promise.resolve(Readable.from([Buffer.from('one')]));
    const answer = multipartRelatedWriter([{ headers: {}, body: open, bytes }], { type: 'a/b', boundary: 'b' });
    const sent: Buffer[] = [];
    const sending = async (): Promise<void> => {
      for await (const chunk of answer.body) sent.push(chunk);
    };
    await expect(sending()).rejects.toThrow(`announced with ${bytes} bytes`);
    // Not a byte beyond the announced length, and no delimiter that would make the part look whole.
    expect(Buffer.concat(sent).toString()).toBe(`--b\r\nContent-Length: ${bytes}\r\n\r\n${bytes < 3 ? '' : 'one'}`);
  });

  it('opens a part only when its turn comes and closes it when the reader goes away', async () => {
    const streams: Readable[] = [];
    const open = (): Promise<Readable> => {
      streams.push(Readable.from([Buffer.from('a'), Buffer.from('b')]));
      return Promise.resolve(streams.at(-1)!);
    };
    const { body } = multipartRelatedWriter(
      [open, open].map((b) => ({ headers: {}, body: b })),
      { type: 'a/b' },
    );
    await body.next();
    expect(streams).toHaveLength(0);
    await body.next();
    await body.return();
    expect(streams.map((s) => s.destroyed)).toEqual([true]);
  });

  it('refuses a header that would forge another one', async () => {
    const answer = multipartRelatedWriter(
      [{ headers: { A: 'x\r\n\r\nevil' }, body: () => Promise.resolve(Readable.from([])) }],
      {
        type: 'a/b',
      },
    );
    await expect(text(answer.body)).rejects.toThrow('not one line');
  });
});
