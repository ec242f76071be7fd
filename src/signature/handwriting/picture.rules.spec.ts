import { JPEGS, png, type PngParts } from './picture.fixture';
import { judgePicture, PICTURE_LIMITS } from './picture.rules';

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
