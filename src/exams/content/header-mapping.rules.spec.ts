import { missingClassA } from './class-a.rules';
import { bodyPartOf, calendarDateOf, contentOfHeader, lateralityOf, momentOf, sexOf } from './header-mapping.rules';
import { leadingModality, normaliseModality, sameFamily } from './modality.rules';
import type { StudyFacts } from '../images/study-links';

const study = {
  accession_number: ' A1 ',
  patient_local_id: 'P1',
  patient_name: '王芳',
  patient_sex: 'F',
  birth_date: '19800101',
  patient_age: '046Y',
  study_date: '20260302',
  study_time: '083015.123',
  description: 'Chest PA',
  referring_physician: '李四',
  modalities: ['PR', 'DX'],
  body_part: 'CHEST',
  laterality: '',
  last_acquired_at: new Date('2026-03-02T00:35:00Z'),
} as unknown as StudyFacts;

describe('a header as an exam', () => {
  it('says all but the phone', () => {
    const content = contentOfHeader(study);
    expect(content).toMatchObject({
      accession_number: 'A1',
      patient_local_id: 'P1',
      patient_name: '王芳',
      name_pinyin: 'wangfang',
      sex: 'F',
      birth_date: '1980-01-01',
      age_value: 46,
      age_unit: 'Y',
      modality: 'DX',
      item_name: 'Chest PA',
      body_part: '胸部',
      laterality: null,
      priority: 'ROUTINE',
      exam_started_at: new Date('2026-03-02T00:30:15Z'),
      exam_ended_at: new Date('2026-03-02T00:35:00Z'),
    });
    expect(missingClassA(content)).toEqual(['orderingPhone']);
  });

  it('of a console that writes nothing misses everything but the modality', () => {
    const bare = {
      ...study,
      accession_number: '',
      patient_local_id: '',
      patient_name: '',
      patient_sex: '',
      birth_date: '',
      patient_age: '',
      study_date: '',
      study_time: '',
      description: '',
      referring_physician: '',
      body_part: '',
      last_acquired_at: null,
    };
    expect(missingClassA(contentOfHeader(bare))).toEqual([
      'accessionNumber',
      'patientLocalId',
      'patientName',
      'sex',
      'itemName',
      'examStart',
      'orderingDoctor',
      'orderingPhone',
    ]);
  });
});

describe('values', () => {
  it.each([
    ['20260302', '083000', '2026-03-02T00:30:00.000Z'],
    ['20260302', '08', '2026-03-02T00:00:00.000Z'],
    ['20260302', '', '2026-03-01T16:00:00.000Z'],
    ['20260302', '235960', '2026-03-02T15:59:59.000Z'],
    ['20260230', '083000', undefined],
    ['', '083000', undefined],
    ['20260302', '993000', undefined],
  ])('DA %s and TM %s are %s', (date, time, moment) => {
    expect(momentOf(date, time)?.toISOString()).toBe(moment);
  });

  it.each([
    ['19610412', '1961-04-12'],
    ['1961.04.12', '1961-04-12'],
    ['19610431', null],
    ['unknown', null],
  ])('birth date %s', (text, date) => {
    expect(calendarDateOf(text)).toBe(date);
  });

  it('sex, side and body part as consoles write them', () => {
    expect(['M', 'f', 'O', '男', '女', 'U', ''].map(sexOf)).toEqual(['M', 'F', 'O', 'M', 'F', null, null]);
    expect(['R', 'l', 'B', 'U', ''].map(lateralityOf)).toEqual(['R', 'L', 'B', null, null]);
    expect(['CHEST', 'L-SPINE', 'LSPINE', '左膝', 'WEIRD', ' '].map(bodyPartOf)).toEqual([
      '胸部',
      '腰椎',
      '腰椎',
      '左膝',
      'WEIRD',
      null,
    ]);
  });
});

describe('modalities', () => {
  it('of a study: what makes pictures leads', () => {
    expect(leadingModality(['SR', 'CT', 'PR'])).toBe('CT');
    expect(leadingModality(['SR', 'KO'])).toBeNull();
    expect(leadingModality(['XX'])).toBe('XX');
    expect(leadingModality([])).toBeNull();
  });

  it('DR is what people say for DX', () => {
    expect(['dr', 'DX', 'ct'].map(normaliseModality)).toEqual(['DX', 'DX', 'CT']);
    expect([sameFamily('CR', 'DX'), sameFamily('CT', 'CT'), sameFamily('CT', 'MR')]).toEqual([true, true, false]);
  });
});
