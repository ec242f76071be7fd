import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readPart10 } from '../../../test/harness/part10';
import { element, tagOf } from './dictionary';
import type { MadeInstance, StudyOrder } from './study-maker';
import { makeStudy } from './study-maker';
import type { Charset } from './text-encoding';

const order = (o: Partial<StudyOrder> = {}): StudyOrder => ({
  seed: 42,
  modality: 'CT',
  bodyPart: 'CHEST',
  accessionNumber: 'CT20261120001',
  patientId: 'P0000017',
  patientName: 'Zhang^San=张^三',
  sex: 'M',
  birthDate: '1961-03-05',
  age: '065Y',
  charset: 'ISO_IR 192',
  slices: 3,
  startedAt: new Date('2026-11-20T16:30:05Z'),
  institution: '望麦镇卫生院',
  stationName: 'CT01',
  description: 'CT胸部平扫',
  ...o,
});

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const all = (o: Partial<StudyOrder> = {}): MadeInstance[] => [...makeStudy(order(o))];
const only = (o: Partial<StudyOrder> = {}): MadeInstance => {
  const [instance] = makeStudy(order({ slices: 1, ...o }));
  if (!instance) throw new Error('the study is empty');
  return instance;
};

describe('study maker', () => {
  it('makes valid UIDs that are all different and depend on the seed alone', () => {
    const made = all({ slices: 6, series: 2 });
    const uids = new Set(made.flatMap((i) => [i.studyInstanceUid, i.seriesInstanceUid, i.sopInstanceUid]));
    expect(uids.size).toBe(1 + 2 + 6);
    for (const uid of uids) {
      expect(uid).toMatch(/^2\.25\.[1-9]\d*$/);
      expect(uid.length).toBeLessThanOrEqual(64);
    }
    const other = all({ slices: 6, series: 2, seed: 43 });
    expect(other.some((i) => uids.has(i.sopInstanceUid) || uids.has(i.studyInstanceUid))).toBe(false);
  });

  it('gives the same bytes when asked again, and other bytes under the same UIDs with a pixel seed', () => {
    const study = makeStudy(order());
    const first = [...study].map((i) => sha(i.bytes));
    expect([...study].map((i) => sha(i.bytes))).toEqual(first);
    expect(all().map((i) => sha(i.bytes))).toEqual(first);
    const [original, other] = [only(), only({ pixelSeed: 'other' })];
    expect(other.sopInstanceUid).toBe(original.sopInstanceUid);
    expect(other.bytes).toHaveLength(original.bytes.length);
    expect(other.bytes.equals(original.bytes)).toBe(false);
  });

  it('writes what it says about an instance into the file', () => {
    const instance = only({ studyInstanceUid: '1.2.3.4' });
    const file = readPart10(instance.bytes);
    expect(instance.studyInstanceUid).toBe('1.2.3.4');
    expect(file.text('StudyInstanceUID')).toBe('1.2.3.4');
    expect(file.text('SeriesInstanceUID')).toBe(instance.seriesInstanceUid);
    expect(file.text('SOPInstanceUID')).toBe(instance.sopInstanceUid);
    expect(file.dataSet.string('x00020003')).toBe(instance.sopInstanceUid);
    expect(file.text('SOPClassUID')).toBe(instance.sopClassUid);
    expect(file.dataSet.warnings).toEqual([]);
  });

  it('carries patient, exam and place, times on the clock of China', () => {
    const file = readPart10(only({ referringPhysician: '单晓䶮', operator: '技师一' }).bytes);
    expect(file.text('PatientName')).toBe('Zhang^San=张^三');
    expect(file.text('PatientID')).toBe('P0000017');
    expect(file.text('PatientBirthDate')).toBe('19610305');
    expect(file.text('PatientAge')).toBe('065Y');
    expect(file.text('PatientSex')).toBe('M');
    expect(file.text('AccessionNumber')).toBe('CT20261120001');
    expect(file.text('InstitutionName')).toBe('望麦镇卫生院');
    expect(file.text('StudyDescription')).toBe('CT胸部平扫');
    expect(file.text('ReferringPhysicianName')).toBe('单晓䶮');
    // 16:30 UTC is half past midnight of the next day there.
    expect(file.text('StudyDate')).toBe('20261121');
    expect(file.text('StudyTime')).toBe('003005');
    expect(file.text('TimezoneOffsetFromUTC')).toBe('+0800');
  });

  it.each<[Charset, string, string | undefined]>([
    ['ISO_IR 192', 'Zhao^Wei=赵^𬱖', undefined],
    ['GB18030', '赵𬱖', undefined],
    ['GBK', '李志誠', undefined],
    ['\\ISO 2022 IR 58', 'Zhang^San=张^三', undefined],
    ['GBK unlabelled', '李志誠', 'GB18030'],
    ['GBK labelled ISO_IR 100', '王䶮', 'GB18030'],
    ['ASCII', 'Zhang^San', undefined],
  ])('%s: the name %s comes back', (charset, patientName, readAs) => {
    const plain = charset === 'ASCII' ? { institution: 'QH-03', description: 'CT CHEST' } : {};
    const file = readPart10(only({ charset, patientName, ...plain }).bytes);
    expect(file.text('PatientName', readAs ?? file.dataSet.string('x00080005'))).toBe(patientName);
  });

  it('stacks CT slices from head to feet in equal steps', () => {
    const made = all({ slices: 5 }).map((i) => readPart10(i.bytes));
    const places = made.map((file) => (file.text('ImagePositionPatient') ?? '').split('\\').map(Number));
    expect(places.map(([, , z]) => z)).toEqual([0, -64, -128, -192, -256]);
    expect(made.map((file) => file.text('SliceLocation'))).toEqual(['0', '-64', '-128', '-192', '-256']);
    expect(made.map((file) => file.text('SliceThickness'))).toEqual(Array(5).fill('64'));
    expect(made.map((file) => file.text('InstanceNumber'))).toEqual(['1', '2', '3', '4', '5']);
    const [file] = made;
    expect(file?.text('ImageOrientationPatient')).toBe('1\\0\\0\\0\\1\\0');
    expect(file?.text('PixelSpacing')).toBe('0.742188\\0.742188');
    expect([file?.text('RescaleIntercept'), file?.text('RescaleSlope')]).toEqual(['-1024', '1']);
    expect([file?.text('WindowCenter'), file?.text('WindowWidth')]).toEqual(['-600', '1500']);
    expect(file?.raw('PixelData')).toHaveLength(512 * 1024);
  });

  it('splits a CT into the reconstructions asked for, the odd slice in the first', () => {
    const made = all({ slices: 5, series: 2 }).map((i) => readPart10(i.bytes));
    expect(made.map((file) => file.text('SeriesDescription'))).toEqual(['肺窗', '肺窗', '肺窗', '纵隔窗', '纵隔窗']);
    expect(made.map((file) => file.text('SeriesNumber'))).toEqual(['2', '2', '2', '3', '3']);
    expect(new Set(made.map((file) => file.text('FrameOfReferenceUID'))).size).toBe(1);
  });

  it('makes the views of a film, side and class as the modality demands', () => {
    const film = (o: Partial<StudyOrder>) =>
      all({ modality: 'DX', bodyPart: 'KNEE', laterality: 'L', slices: 2, width: 128, ...o }).map((i) =>
        readPart10(i.bytes),
      );
    const dx = film({});
    expect(dx.map((file) => file.text('ViewPosition'))).toEqual(['AP', 'LL']);
    expect(dx.map((file) => file.text('SOPClassUID'))).toEqual(Array(2).fill('1.2.840.10008.5.1.4.1.1.1.1'));
    expect(dx.map((file) => [file.text('ImageLaterality'), file.text('Laterality')])).toEqual(
      Array(2).fill(['L', undefined]),
    );
    const cr = film({ modality: 'CR' });
    expect(cr.map((file) => file.text('SOPClassUID'))).toEqual(Array(2).fill('1.2.840.10008.5.1.4.1.1.1'));
    expect(cr.map((file) => [file.text('ImageLaterality'), file.text('Laterality')])).toEqual(
      Array(2).fill([undefined, 'L']),
    );
    expect(dx[0]?.dataSet.uint16('x00280011')).toBe(128);
    expect(dx[0]?.raw('PixelData')).toHaveLength(128 * 154 * 2);
  });

  it('leaves out and replaces elements on request', () => {
    const instance = only({
      omit: [tagOf('AccessionNumber'), tagOf('PatientSex')],
      extra: [element('PatientID', 'OTHER'), { tag: 0x00091001, vr: 'LO', value: 'private' }],
    });
    const file = readPart10(instance.bytes);
    expect([file.text('AccessionNumber'), file.text('PatientSex')]).toEqual([undefined, undefined]);
    expect(file.text('PatientID')).toBe('OTHER');
    expect(file.dataSet.string('x00091001')).toBe('private');
  });

  it.each<[string, Partial<StudyOrder>]>([
    ['no slice', { slices: 0 }],
    ['half a slice', { slices: 1.5 }],
    ['more reconstructions than the scan has', { series: 4, slices: 8 }],
    ['more series than slices', { series: 2, slices: 1 }],
    ['a CT of a limb', { bodyPart: 'KNEE' }],
    ['a film without views', { modality: 'DX', views: [] }],
  ])('refuses %s', (_, o) => {
    expect(() => all(o)).toThrow(RangeError);
  });
});

describe('a study of 1,000 slices', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const memory = (): number => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };

  it('draws nothing before it is asked', () => {
    const iterator = makeStudy(order({ slices: 1_000_000 }))[Symbol.iterator]();
    expect(iterator.next().value).toMatchObject({ studyInstanceUid: expect.stringMatching(/^2\.25\./) as string });
    expect(iterator.return?.()).toMatchObject({ done: true });
  });

  it('needs the memory of a few slices', () => {
    const before = memory();
    let bytes = 0;
    let most = 0;
    let count = 0;
    for (const instance of makeStudy(order({ slices: 1000, samePixels: true }))) {
      bytes += instance.bytes.length;
      count += 1;
      if (count % 100 === 0) most = Math.max(most, memory() - before);
    }
    expect(count).toBe(1000);
    expect(bytes).toBeGreaterThan(1000 * 512 * 1024);
    expect(most).toBeLessThan(64 * 2 ** 20);
  });

  it('keeps no drawn picture either', () => {
    const before = memory();
    let most = 0;
    let count = 0;
    for (const _ of makeStudy(order({ slices: 60 }))) {
      count += 1;
      if (count % 20 === 0) most = Math.max(most, memory() - before);
    }
    expect(most).toBeLessThan(64 * 2 ** 20);
  });
});
