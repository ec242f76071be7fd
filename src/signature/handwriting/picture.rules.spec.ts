import { deflateSync } from 'node:zlib';
import { chunk, END, header, JPEGS, png, pngOf, type PngParts, twoHeaders } from './picture.fixture';
import { judgePicture, PICTURE_LIMITS, plainPicture } from './picture.rules';

describe('a PNG', () => {
  it.each<[string, PngParts]>([
    ['grey', {}],
    ['black and white', { depth: 1 }],
    ['colour', { colour: 2 }],
    ['a palette', { colour: 3, depth: 4 }],
    ['grey with alpha', { colour: 4 }],
    ['colour with alpha', { colour: 6 }],
  ])('of %s is taken', (_, parts) => {
    expect(judgePicture(png(parts))).toEqual({ type: 'image/png', width: 120, height: 40 });
  });

  it.each<[string, PngParts]>([
    ['interlaced', { interlace: 1 }],
    ['of 16 bits', { depth: 16 }],
    ['of a colour type that there is not', { colour: 5 }],
  ])('that is %s cannot be printed', (_, parts) => {
    expect(judgePicture(png(parts))).toEqual({ fault: 'form' });
  });

  it.each<[string, Buffer]>([
    ['with too few lines', png({ lines: Buffer.alloc(121 * 39) })],
    ['with more than its header says', png({ lines: Buffer.alloc(121 * 41) })],
    ['with a filter that there is not', png({ lines: Buffer.alloc(121 * 40, 5) })],
    ['with a palette type and no palette', png({ colour: 3, palette: false })],
    ['that is cut', png().subarray(0, -6)],
    ['with something behind it', Buffer.concat([png(), Buffer.from('<script>')])],
    ['of a signature alone', png().subarray(0, 8)],
  ])('%s is damaged', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'damaged' });
  });

  it('is damaged wherever a byte of it was changed', () => {
    const whole = png();
    for (let at = 8; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x10;
      expect(judgePicture(changed)).toHaveProperty('fault');
    }
  });

  const packed = deflateSync(Buffer.alloc(121 * 40));
  const [samples, palette] = [chunk('IDAT', packed), chunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255]))];
  const note = chunk('tEXt', Buffer.from('Comment\0x'));
  const indexed = header({ colour: 3 });
  const alphas = (count: number): Buffer => chunk('tRNS', Buffer.alloc(count));

  it.each<[string, Buffer]>([
    ['two headers of which the last is huge', twoHeaders()],
    ['a second header behind its samples', pngOf(header(), samples, header({ width: 33_000 }), END)],
    ['something before its header', pngOf(note, header(), samples, END)],
    ['two palettes', pngOf(indexed, palette, palette, samples, END)],
    ['a palette behind its samples', pngOf(indexed, samples, palette, END)],
    ['half a colour', pngOf(indexed, chunk('PLTE', Buffer.alloc(4)), samples, END)],
    ['more colours than it can name', pngOf(indexed, chunk('PLTE', Buffer.alloc(257 * 3)), samples, END)],
    ['transparency before its palette', pngOf(indexed, alphas(1), palette, samples, END)],
    ['transparency twice', pngOf(indexed, palette, alphas(1), alphas(1), samples, END)],
    ['transparency of more colours than there are', pngOf(indexed, palette, alphas(3), samples, END)],
    [
      'samples in two runs',
      pngOf(header(), chunk('IDAT', packed.subarray(0, 9)), note, chunk('IDAT', packed.subarray(9)), END),
    ],
    ['no samples', pngOf(header(), END)],
    ['two ends', pngOf(header(), samples, END, END)],
  ])('with %s is damaged', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'damaged' });
  });

  it.each<[string, Buffer]>([
    ['a part that every reader must know', pngOf(header(), chunk('CgBI', Buffer.alloc(4)), samples, END)],
    ['one transparent grey', pngOf(header(), alphas(2), samples, END)],
  ])('with %s cannot be printed', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'form' });
  });

  it('is kept without what is not printed', () => {
    const size = chunk('pHYs', Buffer.alloc(9));
    const trailed = chunk('IDAT', Buffer.concat([packed.subarray(9), Buffer.from('behind the stream')]));
    const wordy = pngOf(header(), size, note, chunk('IDAT', packed.subarray(0, 9)), trailed, note, END);
    expect(judgePicture(wordy)).toEqual({ type: 'image/png', width: 120, height: 40 });
    expect(plainPicture(wordy)).toEqual(png());
    expect(plainPicture(png())).toEqual(png());
    const suggested = pngOf(header({ colour: 2 }), palette, chunk('IDAT', deflateSync(Buffer.alloc(361 * 40))), END);
    expect(judgePicture(suggested)).toHaveProperty('type');
    expect(plainPicture(suggested)).toEqual(png({ colour: 2 }));
    const transparent = pngOf(indexed, palette, alphas(2), samples, END);
    expect(judgePicture(transparent)).toHaveProperty('type');
    expect(plainPicture(transparent)).toEqual(transparent);
  });

  it('that says it is huge is refused before it is unpacked', () => {
    const started = performance.now();
    expect(judgePicture(png({ width: 60_000, height: 60_000, lines: Buffer.alloc(10_000_000) }))).toEqual({
      fault: 'size',
    });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('a JPEG', () => {
  it.each([
    ['grey', JPEGS.grey],
    ['colour', JPEGS.colour],
  ])('in %s is taken', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ type: 'image/jpeg', width: 80, height: 32 });
  });

  it.each([
    ['progressive', JPEGS.progressive],
    ['CMYK', JPEGS.cmyk],
  ])('that is %s cannot be printed', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'form' });
  });

  it.each(['grey', 'colour'] as const)('in %s is damaged wherever it is cut', (kind) => {
    const whole = JPEGS[kind];
    for (let end = 3; end < whole.length; end += 1)
      expect([end, judgePicture(whole.subarray(0, end))]).toEqual([end, { fault: 'damaged' }]);
  });

  const { grey } = JPEGS;
  const frameAt = grey.indexOf(Buffer.from([0xff, 0xc0]));
  const tableAt = grey.indexOf(Buffer.from([0xff, 0xc4]));
  const scanAt = grey.indexOf(Buffer.from([0xff, 0xda]));
  const frame = grey.subarray(frameAt, frameAt + 2 + grey.readUInt16BE(frameAt + 2));
  const huge = Buffer.from(frame);
  huge.set([0x80, 0xe8, 0x80, 0xe8], 5);
  const withPart = (at: number, ...bytes: (number | Buffer)[]): Buffer =>
    Buffer.concat([
      grey.subarray(0, at),
      ...bytes.map((one) => (typeof one === 'number' ? Buffer.from([one]) : one)),
      grey.subarray(at),
    ]);

  it.each<[string, Buffer]>([
    ['its frame twice', withPart(tableAt, frame)],
    ['a second frame of another size', withPart(scanAt, huge)],
    ['a second frame behind its scan', withPart(grey.length - 2, huge)],
  ])('with %s is damaged', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'damaged' });
  });

  it.each<[string, Buffer]>([
    ['a reserved frame that PDFKit would take', withPart(frameAt, Buffer.from([0xff, 0xc8]), huge.subarray(2))],
    ['arithmetic coding', withPart(frameAt, Buffer.from([0xff, 0xcc, 0, 4, 0, 0]))],
    ['its height told later', withPart(grey.length - 2, Buffer.from([0xff, 0xdc, 0, 4, 0x80, 0xe8]))],
    ['a restart outside of a scan', withPart(frameAt, Buffer.from([0xff, 0xd0, 0, 2]))],
    ['filling before its frame', withPart(frameAt, 0xff)],
  ])('with %s cannot be printed', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'form' });
  });

  it('is kept as it came', () => {
    expect(plainPicture(grey)).toEqual(grey);
  });

  it('is damaged with coefficients missing, a table missing, or something behind it', () => {
    const whole = JPEGS.grey;
    const withoutSome = Buffer.concat([whole.subarray(0, -40), whole.subarray(-2)]);
    const table = whole.indexOf(Buffer.from([0xff, 0xc4]));
    const withoutTable = Buffer.concat([
      whole.subarray(0, table),
      whole.subarray(table + 2 + whole.readUInt16BE(table + 2)),
    ]);
    for (const bytes of [withoutSome, withoutTable, Buffer.concat([whole, Buffer.from('x')])])
      expect(judgePicture(bytes)).toEqual({ fault: 'damaged' });
  });
});

describe('anything else', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a GIF', Buffer.from('GIF89a')],
    ['a page', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PDF', Buffer.from('%PDF-1.7')],
  ])('%s is no picture, whatever its name says', (_, bytes) => {
    expect(judgePicture(bytes)).toEqual({ fault: 'type' });
  });

  const { minWidth, minHeight, maxWidth, maxHeight } = PICTURE_LIMITS;
  it.each([
    [minWidth, minHeight, true],
    [maxWidth, maxHeight, true],
    [minWidth - 1, minHeight, false],
    [minWidth, minHeight - 1, false],
    [maxWidth + 1, minHeight, false],
    [minWidth, maxHeight + 1, false],
  ])('%i × %i pixels: %p', (width, height, fits) => {
    const judged = judgePicture(png({ width, height }));
    expect(judged).toEqual(fits ? { type: 'image/png', width, height } : { fault: 'size' });
  });
});
