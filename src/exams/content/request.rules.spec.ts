import { ageAt, ageOf } from './age.rules';
import { builtInExamCodes } from './codes/exam-codes';
import type { RegisterExam } from '../exams.dto';
import { contentOf, contentPart, EMPTY_CONTENT, nameColumns, requestDigest, supplementOf } from './request.rules';

const codes = builtInExamCodes();
const request: RegisterExam = {
  accessionNumber: 'A1',
  patientName: 'Zhang^San=张^三',
  birthDate: '1961-04-12',
  modality: 'dr',
  itemCode: '40072201003700',
  idNumber: '110105 19491231 002x',
  examStart: new Date('2026-03-02T00:30:00Z'),
  clinicalDiagnosis: ' \n ',
};

describe('a request as columns', () => {
  it('completes what a known item code says, and the age', () => {
    expect(contentOf(request, codes)).toMatchObject({
      patient_name: '张三',
      name_given: '三',
      modality: 'DX',
      item_name: 'DR左膝关节正侧位',
      body_part: '膝关节',
      laterality: 'L',
      id_number: '11010519491231002X',
      age_value: 64,
      age_unit: 'Y',
      clinical_diagnosis: null,
      priority: 'ROUTINE',
      metadata_only: false,
    });
  });

  it('never overrules what the clinic says itself', () => {
    const said = {
      ...request,
      itemName: '左膝DR',
      bodyPart: '左膝',
      laterality: 'R' as const,
      age: 65,
      ageUnit: 'Y' as const,
    };
    expect(contentOf(said, codes)).toMatchObject({
      item_name: '左膝DR',
      body_part: '左膝',
      laterality: 'R',
      age_value: 65,
    });
  });

  it('a supplement changes only what it names', () => {
    expect(supplementOf({ symptoms: '咳嗽', patientName: '李四', sex: null }, codes)).toEqual({
      symptoms: '咳嗽',
      patient_name: '李四',
      name_given: '四',
      name_pinyin: 'lisi',
      name_initials: 'ls',
    });
  });

  it('a name that is not Chinese has no part behind its first character', () => {
    expect(nameColumns('Zhang^San')).toEqual({
      patient_name: 'Zhang San',
      name_given: '',
      name_pinyin: 'zhangsan',
      name_initials: 'zs',
    });
  });

  it('takes the content out of a whole row, and nothing else', () => {
    const row = { ...EMPTY_CONTENT, sex: 'F' as const, state: 'SIGNED', image_set: 7 };
    expect(contentPart(row)).toEqual({ ...EMPTY_CONTENT, sex: 'F' });
  });
});

describe('the digest of a request', () => {
  it('is the same whatever the order, and however nothing is spelt', () => {
    const reordered = Object.fromEntries(Object.entries(request).reverse());
    expect(requestDigest({ ...reordered, phone: null, symptoms: undefined, clinicId: 'x' })).toBe(
      requestDigest(request),
    );
  });

  it('differs by any content', () => {
    const others: RegisterExam[] = [
      { ...request, sex: 'M' },
      { ...request, examStart: new Date('2026-03-02T00:31:00Z') },
      { ...request, metadataOnly: true },
      { ...request, studies: [{ studyInstanceUid: '1.2' }] },
    ];
    expect(new Set([request, ...others].map(requestDigest)).size).toBe(5);
  });
});

describe('ages', () => {
  it.each([
    ['1961-04-12', '2026-04-11T12:00:00+08:00', 64, 'Y'],
    ['1961-04-12', '2026-04-12T00:00:00+08:00', 65, 'Y'],
    ['2024-03-02', '2026-03-02T08:00:00+08:00', 2, 'Y'],
    ['2024-03-03', '2026-03-02T08:00:00+08:00', 23, 'M'],
    ['2026-02-20', '2026-03-02T08:00:00+08:00', 10, 'D'],
    ['2026-03-02', '2026-03-02T00:10:00+08:00', 0, 'D'],
  ])('born %s, examined %s', (born, at, value, unit) => {
    expect(ageAt(born, new Date(at))).toEqual({ age_value: value, age_unit: unit });
  });

  it('none before birth, and as DICOM writes them', () => {
    expect(ageAt('2027-01-01', new Date('2026-03-02T00:00:00Z'))).toEqual({ age_value: null, age_unit: null });
    expect(['045Y', '003W', '45Y', ''].map(ageOf)).toEqual([
      { age_value: 45, age_unit: 'Y' },
      { age_value: 3, age_unit: 'W' },
      { age_value: null, age_unit: null },
      { age_value: null, age_unit: null },
    ]);
  });
});
