import { type DataSet, parseDicom } from 'dicom-parser';
import { encoded, fileHead, pixelDataHead, sequence, text, type Written } from './part10-writer';
import { Pseudonyms } from './pseudonyms';
import { rewritten, type StoredImage } from './rewrite.rules';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const PSEUDONYMS = new Pseudonyms('a secret of the installation, 32 long', '018f0000-0000-7000-8000-000000000001');
const us = (tag: string, ...values: number[]): Written => ({
  tag,
  vr: 'US',
  value: Buffer.concat(values.map((value) => Buffer.from([value & 0xff, value >> 8]))),
});

const PLAIN: readonly Written[] = [
  text('x00080016', 'UI', CT),
  text('x00080018', 'UI', '1.2.3.4'),
  text('x00080060', 'CS', 'CT'),
  text('x00100010', 'PN', 'Ouyang^Xiaoming'),
  text('x00100020', 'LO', 'P000123'),
  text('x0020000d', 'UI', '1.2.3'),
  us('x00280010', 2),
  us('x00280011', 2),
  us('x00280100', 16),
  us('x00280103', 0),
];

/** What the exam's record says of the patient. */
const KNOWN = ['张三', 'zhangsan', '138-0000-0000', 'LOC-7788'];

/** A file up to its pixels, whose elements are replaced or joined by `over`. */
function head(
  over: readonly Written[] = [],
  syntax = EXPLICIT,
  length = 8,
  encapsulated = false,
): { bytes: Buffer; stored: StoredImage } {
  const elements = [...new Map([...PLAIN, ...over].map((one) => [one.tag, one])).values()];
  const bytes = Buffer.concat([
    fileHead(CT, '1.2.3.4', syntax),
    encoded(elements),
    pixelDataHead(encapsulated ? null : length),
  ]);
  const stored = { transferSyntaxUid: syntax, encapsulated, offset: bytes.length, length };
  return { bytes, stored: { ...stored, extendedOffsets: false } };
}

function made(...over: Written[]): DataSet {
  const { bytes, stored } = head(over);
  const result = rewritten(bytes, stored, PSEUDONYMS, KNOWN);
  if (result.refusal !== undefined) throw new Error(result.refusal);
  return parseDicom(result.head, { untilTag: 'x7fe00010' });
}

it('says that it is de-identified, and whose image it is now', () => {
  const out = made();
  expect(out.string('x00120062')).toBe('YES');
  expect(out.string('x00120063')).toMatch(/^PS3\.15 E\.1/);
  for (const line of out.string('x00120063')!.split('\\')) expect(line.length).toBeLessThanOrEqual(64);
  expect(out.string('x00280303')).toBe('REMOVED');
  expect([out.string('x00100010'), out.string('x00100020')]).toEqual([PSEUDONYMS.patient(), PSEUDONYMS.patient()]);
  expect([out.string('x00080018'), out.string('x0020000d')]).toEqual([
    PSEUDONYMS.uid('1.2.3.4'),
    PSEUDONYMS.uid('1.2.3'),
  ]);
  // Type 2 of the modules of a study: there, and empty.
  expect([out.elements['x00080020']?.length, out.elements['x00100030']?.length]).toEqual([0, 0]);
  expect(out.string('x00020003')).toBe(out.string('x00080018'));
});

it.each([
  ['045Y', '045Y'],
  ['090Y', '090Y'],
  ['101Y', '090Y'],
  ['006M', '006M'],
  ['Y045', undefined],
])('an age of %s becomes %s', (age, kept) => expect(made(text('x00101010', 'AS', age)).string('x00101010')).toBe(kept));

it.each<[string, Written]>([
  ['a description', text('x0008103e', 'LO', 'Chest of Ouyang')],
  ['a private attribute', text('x00291010', 'LO', 'Ouyang')],
  ['an overlay', us('x60000010', 512)],
  ['a curve', us('x50000005', 2)],
  ['an acquisition time', text('x0008002a', 'DT', '20260302090000')],
  ['the device’s number', text('x00181000', 'LO', 'SN123456')],
  ['a kernel with the name in it', text('x00181210', 'SH', 'B30 OUYANG')],
  ['a body part that is the patient’s number', text('x00180015', 'CS', 'P000123')],
  ['an image number that is the accession number', text('x00200013', 'IS', '2026030201')],
  ['a body part that is the name in the record', text('x00180015', 'CS', 'ZHANGSAN')],
  ['an image number that is the phone number of the record', text('x00200013', 'IS', '13800000000')],
  ['a kernel with the number of the record', text('x00181210', 'SH', 'B30 LOC7788')],
  ['a voltage that is somebody’s number', text('x00180060', 'DS', '13911112222')],
  ['a series number that is somebody’s number', text('x00200011', 'IS', '139111122')],
  ['words in Chinese where there is a list of values', text('x00180015', 'CS', '\xd0\xd8\xb2\xbf')],
  ['words where there is a number', text('x00180050', 'DS', 'five')],
  ['text under the VR of a number', text('x00280002', 'LO', 'Ouyang')],
])('drops %s', (_, element) => {
  expect(made(text('x00080050', 'SH', '2026030201'), element).elements[element.tag]).toBeUndefined();
});

it.each<[string, Written]>([
  ['a voltage', text('x00180060', 'DS', '120')],
  ['a series number', text('x00200011', 'IS', '99999')],
])('keeps %s', (_, element) => {
  expect(made(element).elements[element.tag]).toBeDefined();
});

it.each([
  ['as many pixels as the size says', head(), undefined],
  ['fewer', head([], EXPLICIT, 6), undefined],
  ['a byte of padding', head([us('x00280100', 8), us('x00280010', 1), us('x00280011', 7)]), undefined],
  ['several frames', head([text('x00280008', 'IS', '3')], EXPLICIT, 24), undefined],
  ['three samples', head([us('x00280002', 3)], EXPLICIT, 24), undefined],
  ['single bits', head([us('x00280100', 1), us('x00280011', 32)]), undefined],
  ['a tail', head([], EXPLICIT, 10), 'pixels_beyond'],
  ['a frame more than it says', head([text('x00280008', 'IS', '3')], EXPLICIT, 32), 'pixels_beyond'],
  ['no size', head([us('x00280011')]), 'pixels_beyond'],
  ['compressed ones, whose length says nothing', head([], '1.2.840.10008.1.2.4.90', 400, true), undefined],
])('of native pixels looks at the length: %s', (_, { bytes, stored }, refusal) => {
  expect(rewritten(bytes, stored, PSEUDONYMS, KNOWN).refusal).toBe(refusal);
});

it('keeps the modality of a patient of that name', () => {
  expect(made(text('x00100010', 'PN', 'CT^Axial')).string('x00080060')).toBe('CT');
});

it('goes into sequences with the same list, and keeps the places of their items', () => {
  const item = [text('x00281050', 'DS', '40'), text('x00281055', 'LO', 'for Ouyang')];
  const out = made(sequence('x52009230', [[sequence('x00289132', [item])], [text('x0008103e', 'LO', 'Ouyang')]]));
  const [first, second] = out.elements['x52009230']!.items!;
  const [window] = first!.dataSet!.elements['x00289132']!.items!;
  expect(Object.keys(window!.dataSet!.elements)).toEqual(['x00281050']);
  expect(Object.keys(second!.dataSet!.elements)).toEqual([]);
  expect(made(sequence('x52009230', [[text('x0008103e', 'LO', 'Ouyang')]])).elements['x52009230']).toBeUndefined();
});

it('carries a look-up table of 65,536 values, whose length US cannot say', () => {
  const table = { tag: 'x00283006', vr: 'OW', value: Buffer.alloc(131_072, 7) };
  const out = made(sequence('x00283010', [[us('x00283002', 0, 0, 16), table]]));
  const [item] = out.elements['x00283010']!.items!;
  expect(item!.dataSet!.elements['x00283006']).toMatchObject({ vr: 'OW', length: 131_072 });
});

it.each<[string, ReturnType<typeof head>, string]>([
  ['text in the pixels', head([text('x00280301', 'CS', 'YES')]), 'burned_in'],
  ['an overlay in the pixels', head([us('x60000100', 16), us('x60000102', 12)]), 'overlay_in_pixels'],
  ['another class', head([text('x00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7')]), 'kind_unsure'],
  ['big endian', head([], '1.2.840.10008.1.2.2'), 'encoding'],
  ['no DICOM', { ...head(), bytes: Buffer.alloc(400) }, 'unreadable'],
  ['nothing', { ...head(), bytes: Buffer.alloc(0) }, 'unreadable'],
  ['a head that is cut off', { ...head(), bytes: head().bytes.subarray(0, 300) }, 'unreadable'],
  [
    'pixels that are elsewhere than was found',
    { ...head(), stored: { ...head().stored, offset: head().stored.offset + 2 } },
    'unreadable',
  ],
])('refuses %s', (_, { bytes, stored }, refusal) => {
  expect(rewritten(bytes, stored, PSEUDONYMS, KNOWN)).toEqual({ refusal });
});

it('never throws, whatever the bytes are', () => {
  const { bytes, stored } = head([sequence('x00289132', [[text('x00281050', 'DS', '40')]])]);
  for (let at = 132; at < bytes.length; at += 1)
    for (const value of [0x00, 0xff, 0xfe]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = value;
      const result = rewritten(damaged, stored, PSEUDONYMS, KNOWN);
      expect(result.refusal !== undefined || result.head.length > 132).toBe(true);
    }
});
