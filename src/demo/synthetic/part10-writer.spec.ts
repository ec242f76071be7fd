import type { DataSet } from 'dicom-parser';
import { parseDicom } from 'dicom-parser';
import type { DicomElement } from './dictionary';
import { element } from './dictionary';
import type { Part10File } from './part10-writer';
import { IMPLEMENTATION_CLASS_UID, writePart10 } from './part10-writer';

const file = (elements: readonly DicomElement[], o: Partial<Part10File> = {}): Buffer =>
  writePart10({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: '2.25.1',
    charset: 'ISO_IR 192',
    elements,
    ...o,
  });

const SAMPLE = [
  element('PatientName', 'Zhang^San=张^三'),
  element('Rows', 3),
  element('PixelIntensityRelationshipSign', -1),
  element('CTDIvol', 7.6),
  element('AnatomicRegionSequence', [
    [element('CodeValue', '816094009'), element('CodingSchemeDesignator', 'SCT'), element('CodeMeaning', '胸部')],
  ]),
  element('AcquisitionContextSequence', []),
  element('ImagePositionPatient', [-189.62890625, 0, 1]),
  element('PixelData', Buffer.from([1, 2, 3, 4, 5, 6])),
];

function everyLengthIsEven(dataSet: DataSet): boolean {
  return Object.values(dataSet.elements).every(
    (e) => e.length % 2 === 0 && (e.items ?? []).every((item) => !item.dataSet || everyLengthIsEven(item.dataSet)),
  );
}

describe('Part 10 writer', () => {
  it.each(['explicit-le', 'implicit-le'] as const)('%s is read back by dicom-parser', (transferSyntax) => {
    const bytes = file(SAMPLE, { transferSyntax });
    const dataSet = parseDicom(bytes);
    expect(dataSet.warnings).toEqual([]);
    expect(dataSet.string('x00020010')).toBe(`1.2.840.10008.1.2${transferSyntax === 'explicit-le' ? '.1' : ''}`);
    expect(dataSet.uint16('x00280010')).toBe(3);
    expect(dataSet.int16('x00281041')).toBe(-1);
    expect(dataSet.double('x00189345')).toBe(7.6);
    expect(dataSet.floatString('x00200032', 0)).toBe(-189.62890625);
    const pixels = dataSet.elements['x7fe00010'];
    expect([...bytes.subarray(pixels?.dataOffset)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(everyLengthIsEven(dataSet)).toBe(true);
  });

  it('starts with preamble, DICM and a meta header whose group length is right', () => {
    const bytes = file(SAMPLE);
    expect(bytes.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(bytes.toString('latin1', 128, 132)).toBe('DICM');
    const { elements, ...dataSet } = parseDicom(bytes);
    const afterGroupLength = (elements['x00020000']?.dataOffset ?? 0) + 4;
    const metaLength = bytes.readUInt32LE(afterGroupLength - 4);
    // The first element behind the meta header is SOP Class or charset of group 0008.
    expect(bytes.readUInt16LE(afterGroupLength + metaLength)).toBe(0x0008);
    expect(dataSet.warnings).toEqual([]);
    expect(parseDicom(bytes).string('x00020012')).toBe(IMPLEMENTATION_CLASS_UID);
    expect(parseDicom(bytes).string('x00020003')).toBe('2.25.1');
  });

  it('brings the elements in ascending order', () => {
    const elements = Object.values(parseDicom(file([...SAMPLE].reverse())).elements);
    const tags = elements.sort((a, b) => a.dataOffset - b.dataOffset).map((e) => e.tag);
    expect(tags).toHaveLength(SAMPLE.length + 3 + 7);
    expect(tags).toEqual([...tags].sort());
  });

  it('pads text with a space, UIDs and bytes with NUL', () => {
    const bytes = file([
      element('PatientID', 'P01'),
      element('StudyInstanceUID', '2.25.33'),
      element('PixelData', Buffer.from([7])),
    ]);
    const { elements } = parseDicom(bytes);
    const last = (tag: string): number | undefined => {
      const e = elements[tag];
      return e && bytes[e.dataOffset + e.length - 1];
    };
    expect(last('x00100020')).toBe(0x20);
    expect(last('x0020000d')).toBe(0x00);
    expect(last('x7fe00010')).toBe(0x00);
  });

  it('nests items, with text in the same charset', () => {
    const bytes = file(SAMPLE, { charset: 'GB18030' });
    const { elements } = parseDicom(bytes);
    const item = elements['x00082218']?.items?.[0]?.dataSet;
    const meaning = item?.elements['x00080104'];
    expect(item?.string('x00080100')).toBe('816094009');
    expect(bytes.toString('hex', meaning?.dataOffset, (meaning?.dataOffset ?? 0) + 4)).toBe('d0d8b2bf');
    expect(elements['x00400555']?.items).toEqual([]);
  });

  it('separates values by a backslash and keeps a decimal within 16 characters', () => {
    const dataSet = parseDicom(
      file([element('ImageType', ['ORIGINAL', 'PRIMARY', '']), element('PixelSpacing', [0.1 + 0.2, 1 / 3])]),
    );
    expect(dataSet.string('x00080008')).toBe('ORIGINAL\\PRIMARY\\');
    expect(dataSet.string('x00280030')).toBe('0.3\\0.33333333');
  });

  it('leaves the charset out of an unlabelled file, and lets an element of the caller stand', () => {
    expect(
      parseDicom(file([element('PatientName', '张三')], { charset: 'GBK unlabelled' })).elements['x00080005'],
    ).toBeUndefined();
    const odd = file([
      element('SpecificCharacterSet', 'ISO_IR 192'),
      element('PatientName', Buffer.from([0xd5, 0xc5])),
    ]);
    expect(parseDicom(odd).string('x00080005')).toBe('ISO_IR 192');
    expect(parseDicom(odd).string('x00100010')).toBe('\xd5\xc5');
  });

  it.each<[string, () => Buffer, string]>([
    ['a doubled tag', () => file([element('PatientID', '1'), element('PatientID', '2')]), '(0010,0020) is given twice'],
    ['a tag of the meta header', () => file([{ tag: 0x00020010, vr: 'UI', value: '1' }]), '(0002,0010)'],
    ['a UID of 65 characters', () => file([element('StudyInstanceUID', `2.25.${'1'.repeat(60)}`)]), 'UID of 65'],
    ['a text beyond its length field', () => file([element('StudyDescription', 'x'.repeat(65_535))]), '16-bit'],
    ['a fraction in an integer', () => file([element('InstanceNumber', 1.5)]), 'whole numbers'],
  ])('refuses %s', (_, write, message) => {
    expect(write).toThrow(message);
  });
});
