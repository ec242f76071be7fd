import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../test/harness/wait';
import { ThreadBusy } from '../platform/threads';
import type { PaintOrder } from './paint';
import { PictureThread } from './picture-thread';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cic-paint-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An order for these bytes as a MONOCHROME2 frame. */
function order(bytes: Buffer, image: Partial<PaintOrder['subject']['image']>, transferSyntaxUid: string): PaintOrder {
  const path = join(folder, 'frame');
  writeFileSync(path, bytes);
  const range = { offset: 0, length: bytes.length };
  const encapsulated = transferSyntaxUid !== EXPLICIT;
  return {
    path,
    subject: {
      transferSyntaxUid,
      image: {
        frames: 1,
        rows: 2,
        columns: 2,
        samplesPerPixel: 1,
        bitsAllocated: 8,
        bitsStored: 8,
        pixelRepresentation: 0,
        planarConfiguration: null,
        photometricInterpretation: 'MONOCHROME2',
        ...image,
      },
      pixelData: {
        ...range,
        tag: '7FE00010',
        encapsulated,
        deflated: false,
        extendedOffsets: null,
        extendedLengths: null,
      },
    },
    attributesJson: '{}',
    places: [],
    frame: 1,
    ranges: [range],
    bitOffset: 0,
    window: null,
  };
}
const EXPLICIT = '1.2.840.10008.1.2.1';
const RLE = '1.2.840.10008.1.2.5';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const small = (): PaintOrder => order(Buffer.from([0, 50, 150, 200]), {}, EXPLICIT);

it('paints one frame after the other', async () => {
  const thread = new PictureThread();
  const both = await Promise.all([thread.paint(small()), thread.paint(small())]);
  expect(both.map((one) => typeof one !== 'string' && [...one.pixels])).toEqual([
    [0, 64, 191, 255],
    [0, 64, 191, 255],
  ]);
  await thread.close();
});

it('ends the thread that has nothing to do, and starts it again', async () => {
  const thread = new PictureThread({ idleMs: 1 });
  for (let round = 0; round < 2; round += 1) {
    expect(await thread.paint(small())).toMatchObject({ columns: 2, rows: 2 });
    expect(thread.started).toBe(true);
    await until('the thread is ended', () => !thread.started);
  }
  await thread.close();
});

it('gives up a frame that takes too long, and paints the next', async () => {
  const thread = new PictureThread({ timeLimitMs: 400 });
  await thread.paint(small());
  const side = 8000;
  const slow = order(
    Buffer.alloc(side * side),
    { rows: side, columns: side, bitsAllocated: 1, bitsStored: 1 },
    EXPLICIT,
  );
  // No bound of the file: on a quieter machine it may be painted.
  expect(await thread.paint(slow)).toBe('slow');
  expect(await thread.paint(small())).toMatchObject({ columns: 2, rows: 2 });
  await thread.close();
});

it('takes no more frames than may wait, and takes more when those are painted', async () => {
  const thread = new PictureThread({ queueLimit: 2 });
  const taken = [thread.paint(small()), thread.paint(small()), thread.paint(small())];
  await expect(thread.paint(small())).rejects.toThrow(ThreadBusy);
  expect(await Promise.all(taken)).toMatchObject([{ columns: 2 }, { columns: 2 }, { columns: 2 }]);
  // A frame that fails leaves its place as well.
  await expect(thread.paint({ ...small(), path: join(folder, 'gone') })).rejects.toThrow('ENOENT');
  expect(await Promise.all([thread.paint(small()), thread.paint(small()), thread.paint(small())])).toHaveLength(3);
  await thread.close();
});

it('unpacks no RLE into cells of a size that nobody writes', async () => {
  const thread = new PictureThread();
  // Unpacked it would be found to be nonsense.
  const planes = order(Buffer.from('nothing'), { bitsAllocated: 120, bitsStored: 120 }, RLE);
  expect(await thread.paint(planes)).toBe('unsupported');
  await thread.close();
});

it('believes neither a stream of another size nor one of nonsense', async () => {
  const thread = new PictureThread();
  // A SIZ of 60,000 × 60,000 where the header says 2 × 2, and one that fits with nothing behind it.
  const siz = (side: string): Buffer =>
    Buffer.from(`ff4fff5100290000${side}${side}0000000000000000${side}${side}00000000000000000001070101`, 'hex');
  expect(await thread.paint(order(siz('0000ea60'), {}, JPEG_2000))).toBe('damaged');
  expect(await thread.paint(order(siz('00000002'), {}, JPEG_2000))).toBe('damaged');
  expect(await thread.paint(order(Buffer.from('nothing'), {}, '1.2.840.10008.1.2.4.50'))).toBe('damaged');
  expect(await thread.paint(small())).toMatchObject({ columns: 2 });
  await thread.close();
});

it('throws for a file that is not there: that is nobody’s content', async () => {
  const thread = new PictureThread();
  await expect(thread.paint({ ...small(), path: join(folder, 'gone') })).rejects.toThrow('ENOENT');
  await thread.close();
});
