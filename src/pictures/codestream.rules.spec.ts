import { asRgbJpeg, j2kShape, j2kStream, jpegShape } from './codestream.rules';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('jpegShape', () => {
  it.each([
    ['baseline', 'c0', 8],
    ['extended', 'c1', 12],
    ['lossless', 'c3', 16],
    ['JPEG-LS', 'f7', 10],
  ])('reads the frame header of %s behind other segments and fill bytes', (_, marker, bits) => {
    const depth = bits.toString(16).padStart(2, '0');
    const stream = hex(`ffd8 ffe0 0004 0000 ffff ff${marker} 000b ${depth} 0200 0100 01 011100`);
    expect(jpegShape(stream)).toEqual({ bits, height: 512, width: 256, components: 1, signed: false });
  });

  it.each([
    ['no stream', ''],
    ['another format', '89504e47 0d0a1a0a'],
    ['no frame header before the scan', 'ffd8 ffda 0008 0101 0000 0000'],
    ['a frame header that is cut', 'ffd8 ffc0 000b 08 0200'],
    ['a segment of an impossible length', 'ffd8 ffe0 0000 ffc0 000b 08 0200 0100 01 011100'],
  ])('finds none in %s', (_, bytes) => expect(jpegShape(hex(bytes))).toBeNull());
});

/** SIZ with Xsiz, Ysiz, XOsiz, YOsiz, one tile, and the components' bytes. */
const siz = (xSize: number, ySize: number, xOffset: number, components: string[]): Buffer => {
  const words = [xSize, ySize, xOffset, 0, xSize, ySize, 0, 0].map((word) => word.toString(16).padStart(8, '0'));
  const count = components.length.toString(16).padStart(4, '0');
  return hex(`ff4f ff51 0029 0000 ${words.join('')} ${count} ${components.join('')}`);
};

describe('j2kShape', () => {
  it('counts from the image offset, and knows depth and sign', () => {
    expect(j2kShape(siz(522, 300, 10, ['8d0101']))).toEqual({
      width: 512,
      height: 300,
      components: 1,
      bits: 14,
      signed: true,
    });
    expect(j2kShape(siz(4, 3, 0, ['070101', '070101', '070101']))).toMatchObject({
      components: 3,
      bits: 8,
      signed: false,
    });
  });

  it('refuses sub-sampled components, and what is cut', () => {
    expect(j2kShape(siz(4, 3, 0, ['070101', '070202', '070202']))).toBeNull();
    expect(j2kShape(siz(4, 3, 0, ['070101']).subarray(0, 43))).toBeNull();
    expect(j2kShape(hex('ffd8ffe0'))).toBeNull();
  });

  it('finds the stream in a JP2 file', () => {
    const stream = siz(4, 3, 0, ['070101']);
    const jp2 = Buffer.concat([hex('0000000c6a5020200d0a870a'), Buffer.alloc(70), stream]);
    expect(j2kStream(jp2).equals(stream)).toBe(true);
    expect(j2kStream(stream)).toBe(stream);
  });
});

describe('asRgbJpeg', () => {
  it('says RGB for a stream that does not say anything', () => {
    expect(asRgbJpeg(hex('ffd8 ffc0 0011')).toString('latin1')).toContain('Adobe');
    expect(jpegShape(asRgbJpeg(hex('ffd8 ffc0 000b 08 0200 0100 01 011100')))).toMatchObject({ width: 256 });
  });

  it.each(['JFIF', 'Adobe'])('leaves a stream with %s as it is', (mark) => {
    const stream = Buffer.concat([hex('ffd8 ffe0 0010'), Buffer.from(mark)]);
    expect(asRgbJpeg(stream)).toBe(stream);
  });
});
