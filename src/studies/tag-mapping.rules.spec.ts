import { BRIEF_TAGS, type DicomHeader, type DicomJson } from '../images';
import { factsOf, soundOf } from './tag-mapping.rules';

const attributes = (values: Record<string, [vr: string, value: unknown]>): DicomJson =>
  Object.fromEntries(Object.entries(values).map(([tag, [vr, value]]) => [tag, { vr, Value: [value as never] }]));

const header = (values: Record<string, [string, unknown]> = {}, changes: Partial<DicomHeader> = {}): DicomHeader => ({
  transferSyntaxUid: '1.2.840.10008.1.2.1',
  transferSyntaxAssumed: false,
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '1.2.3.4',
  studyInstanceUid: '1.2',
  seriesInstanceUid: '1.2.3',
  charset: { declared: [], used: 'GB18030', repaired: false, how: 'declared' },
  image: {
    frames: 1,
    rows: 512,
    columns: 512,
    samplesPerPixel: 1,
    bitsAllocated: 16,
    bitsStored: 16,
    pixelRepresentation: 0,
    planarConfiguration: null,
    photometricInterpretation: 'MONOCHROME2',
  },
  pixelData: null,
  bulk: [],
  headerComplete: true,
  warnings: [],
  attributesJson: '{}',
  attributes: attributes(values),
  ...changes,
});
const facts = (values: Record<string, [string, unknown]>, changes?: Partial<DicomHeader>) =>
  factsOf(header(values, changes), '+08:00');

it('takes what readers ask for from the header of a Chinese console', () => {
  const { study, series, ...instance } = facts({
    '00080020': ['DA', '20260302'],
    '00080030': ['TM', '090005'],
    '00080050': ['SH', ' A100 '],
    '00080060': ['CS', 'CT'],
    '00080070': ['LO', '东方'],
    '00080080': ['LO', '第1卫生院'],
    '00080090': ['PN', { Alphabetic: '王五' }],
    '00081010': ['SH', 'CT01'],
    '00081030': ['LO', 'CT胸部平扫'],
    '0008103E': ['LO', '肺窗'],
    '00081090': ['LO', 'X-64'],
    '00100010': ['PN', { Alphabetic: 'Zhang^San', Ideographic: '张^三' }],
    '00100020': ['LO', 'P1'],
    '00100030': ['DA', '19800506'],
    '00100040': ['CS', '男'],
    '00101010': ['AS', '045Y'],
    '00180015': ['CS', 'CHEST'],
    '00200010': ['SH', 'S1'],
    '00200011': ['IS', 2],
    '00200013': ['IS', 17],
    '00200060': ['CS', 'R'],
  });
  expect(study).toEqual({
    studyUid: '1.2',
    accessionNumber: 'A100',
    patientLocalId: 'P1',
    patientNameDicom: 'Zhang^San=张^三',
    patientName: '张三',
    sex: 'M',
    birthDate: '19800506',
    age: '045Y',
    studyDate: '20260302',
    studyTime: '090005',
    studyIdText: 'S1',
    description: 'CT胸部平扫',
    referringPhysician: '王五',
    charset: 'GB18030',
    charsetHow: 'declared',
  });
  expect(series).toMatchObject({
    seriesUid: '1.2.3',
    modality: 'CT',
    seriesNumber: 2,
    description: '肺窗',
    bodyPart: 'CHEST',
    laterality: 'R',
    stationName: 'CT01',
    device: '东方 X-64',
    institution: '第1卫生院',
  });
  expect(instance).toMatchObject({ sopInstanceUid: '1.2.3.4', instanceNumber: 17, frames: 1, rows: 512, columns: 512 });
  expect(soundOf(study)).toEqual({ pinyin: 'zhangsan', initials: 'zs' });
});

describe('who took the pictures', () => {
  it.each<[string, { Alphabetic?: string; Ideographic?: string }[], string]>([
    ['in Chinese', [{ Alphabetic: 'Zhao^Liu', Ideographic: '赵^六' }], '赵六'],
    ['in Chinese where it stands in the first group', [{ Alphabetic: '赵六' }], '赵六'],
    ['by the sound where there is nothing else', [{ Alphabetic: 'Zhao^Liu' }], 'Zhao Liu'],
    ['several, each once', [{ Alphabetic: '赵六' }, { Alphabetic: '钱七' }, { Alphabetic: '赵六' }], '赵六、钱七'],
    ['nobody, where the login of the console stands', [{ Alphabetic: 'ADMIN' }, { Alphabetic: 'tech01' }], ''],
    ['nobody, where a number stands', [{ Alphabetic: '007' }, { Alphabetic: 'CT2' }], ''],
    ['nobody', [], ''],
  ])('%s', (_, names, operators) => {
    expect(facts({}, { attributes: { '00081070': { vr: 'PN', Value: names } } }).series.operators).toBe(operators);
  });
});

it('needs nothing but the UIDs', () => {
  const { study, series, acquiredAt, instanceNumber } = facts({});
  expect([study.patientName, study.studyDate, series.modality, acquiredAt, instanceNumber]).toEqual([
    '',
    '',
    '',
    null,
    null,
  ]);
});

it('finds number and description in the request where the study itself has none', () => {
  const request = attributes({ '00080050': ['SH', 'R7'], '00321060': ['LO', '颅脑平扫'] });
  expect(facts({ '00400275': ['SQ', request] }).study).toMatchObject({
    accessionNumber: 'R7',
    description: '颅脑平扫',
  });
});

it("takes a single film's side where the series has none, and no side it does not know", () => {
  expect(facts({ '00200062': ['CS', 'L'] }).series.laterality).toBe('L');
  expect(facts({ '00200060': ['CS', 'U'] }).series.laterality).toBe('');
});

it.each<[string, Record<string, [string, unknown]>, string | null]>([
  ['acquisition', { '00080022': ['DA', '20260302'], '00080032': ['TM', '090000'] }, '2026-03-02T01:00:00.000Z'],
  ['content', { '00080023': ['DA', '20260302'], '00080033': ['TM', '0930'] }, '2026-03-02T01:30:00.000Z'],
  [
    'the device saying its own time zone',
    { '00080022': ['DA', '20260302'], '00080032': ['TM', '090000'], '00080201': ['SH', '+0000'] },
    '2026-03-02T09:00:00.000Z',
  ],
  ['a leap second', { '00080022': ['DA', '20260302'], '00080032': ['TM', '085960'] }, '2026-03-02T00:59:59.000Z'],
  ['a date alone', { '00080022': ['DA', '20260302'] }, null],
])('knows when the image was taken: %s', (_, values, expected) => {
  expect(facts(values).acquiredAt?.toISOString() ?? null).toBe(expected);
});

it('says that the character set was repaired, beside what the reader found', () => {
  const repaired = {
    declared: ['ISO_IR 100'],
    used: 'GB18030',
    repaired: true,
    how: 'mislabelled-latin1-gbk',
  } as const;
  const { warnings } = facts({}, { charset: { ...repaired, declared: [...repaired.declared] }, warnings: ['x'] });
  expect(warnings).toEqual(['charset_repaired', 'x']);
});

it('keeps no name longer than a name can be', () => {
  expect(facts({ '00100010': ['PN', { Alphabetic: 'x'.repeat(5_000) }] }).study.patientName).toHaveLength(200);
});

it('asks for just the attributes that a brief header has', () => {
  const asked = new Set<string>();
  const nothing: DicomJson = new Proxy({}, { get: (_, tag) => void asked.add(String(tag)) });
  factsOf(header({}, { attributes: nothing }), '+08:00');
  expect([...asked].sort()).toEqual(BRIEF_TAGS);
});
