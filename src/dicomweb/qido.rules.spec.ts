import { type DomainError } from '../platform/errors';
import { ATTRIBUTES } from './qido.attributes';
import { type QueryParameters, type SearchPlace, searchOf } from './qido.rules';

const STUDIES: SearchPlace = { level: 'study' };
const keywords = (place: SearchPlace, parameters: QueryParameters = {}): string[] =>
  searchOf(place, parameters).answered.map((attribute) => attribute.keyword);
const refusal = (place: SearchPlace, parameters: QueryParameters): unknown => {
  try {
    return searchOf(place, parameters);
  } catch (error) {
    return (error as DomainError).params['field'];
  }
};

it('knows every attribute once', () => {
  expect(new Set(ATTRIBUTES.map((attribute) => attribute.tag)).size).toBe(ATTRIBUTES.length);
  expect(new Set(ATTRIBUTES.map((attribute) => attribute.keyword)).size).toBe(ATTRIBUTES.length);
  for (const { tag } of ATTRIBUTES) expect(tag).toMatch(/^[0-9A-F]{8}$/);
});

describe('conditions', () => {
  it('takes keywords and tags in either case', () => {
    const { conditions } = searchOf(STUDIES, { PatientID: 'P1', '0020000d': '1.2.3', '00080061': 'CT' });
    expect(conditions.map(({ attribute }) => attribute.keyword)).toEqual([
      'PatientID',
      'StudyInstanceUID',
      'ModalitiesInStudy',
    ]);
  });

  it('takes a list of UIDs or modalities given as a repeated key', () => {
    const { conditions } = searchOf(STUDIES, { StudyInstanceUID: ['1.2', '1.3'], ModalitiesInStudy: ['CT', 'MR'] });
    expect(conditions.map(({ match }) => match)).toEqual([
      { kind: 'one-of', values: ['1.2', '1.3'] },
      { kind: 'any-among', values: ['CT', 'MR'] },
    ]);
  });

  it('asks nothing by an empty value, but answers the attribute', () => {
    const { conditions, answered } = searchOf(STUDIES, { StudyDescription: '' });
    expect(conditions).toEqual([]);
    expect(answered.map(({ keyword }) => keyword)).toContain('StudyDescription');
  });

  it.each<[string, SearchPlace, QueryParameters]>([
    ['PatientNme', STUDIES, { PatientNme: '张*' }],
    ['00101030', STUDIES, { '00101030': '70' }],
    ['00400275.00080050', STUDIES, { '00400275.00080050': 'A1' }],
    ['Modality', STUDIES, { Modality: 'CT' }],
    ['SOPInstanceUID', { level: 'series' }, { SOPInstanceUID: '1.2' }],
    ['NumberOfStudyRelatedInstances', STUDIES, { NumberOfStudyRelatedInstances: '3' }],
    ['PatientID', STUDIES, { PatientID: ['1', '2'] }],
    ['PatientID', STUDIES, { PatientID: 'a\u0000b' }],
    ['PatientName', STUDIES, { PatientName: '张'.repeat(201) }],
    ['StudyDate', STUDIES, { StudyDate: 'today' }],
    ['limit', STUDIES, { limit: '-1' }],
    ['limit', STUDIES, { limit: ['1', '2'] }],
    ['offset', STUDIES, { offset: '99999999' }],
    ['fuzzymatching', STUDIES, { fuzzymatching: 'yes' }],
  ])('refuses %s by name', (field, place, parameters) => {
    expect(refusal(place, parameters)).toBe(field);
  });
});

describe('what is answered', () => {
  it('has the attributes of table 10.6.3-3 for a study', () => {
    expect(keywords(STUDIES)).toEqual([
      'StudyDate',
      'StudyTime',
      'AccessionNumber',
      'InstanceAvailability',
      'ModalitiesInStudy',
      'ReferringPhysicianName',
      'RetrieveURL',
      'PatientName',
      'PatientID',
      'PatientBirthDate',
      'PatientSex',
      'StudyInstanceUID',
      'StudyID',
      'NumberOfStudyRelatedSeries',
      'NumberOfStudyRelatedInstances',
    ]);
  });

  it('adds what includefield asks and can be given, by keyword, tag, list or all', () => {
    expect(keywords(STUDIES, { includefield: '00081030,00080060,NoSuchThing' })).toEqual(
      expect.arrayContaining(['StudyDescription']),
    );
    expect(keywords(STUDIES, { includefield: ['StudyDescription', '00101010'] })).toEqual(
      expect.arrayContaining(['StudyDescription', 'PatientAge']),
    );
    expect(keywords({ level: 'instance', study: '1.2' }, { includefield: 'all' })).toHaveLength(ATTRIBUTES.length);
  });

  it('leaves the study out where the path has named it, but for its UID', () => {
    expect(keywords({ level: 'series', study: '1.2' })).toEqual(
      expect.arrayContaining(['StudyInstanceUID', 'SeriesInstanceUID', 'Modality', 'RetrieveURL']),
    );
    expect(keywords({ level: 'series', study: '1.2' })).not.toContain('PatientName');
    expect(keywords({ level: 'series' })).toContain('PatientName');
    expect(keywords({ level: 'instance', study: '1.2', series: '1.3' })).not.toContain('Modality');
    expect(keywords({ level: 'instance', study: '1.2' })).toContain('Modality');
  });
});

describe('paging', () => {
  it('gives a hundred studies, or what is asked up to a thousand', () => {
    expect(searchOf(STUDIES, {})).toMatchObject({ limit: 100, offset: 0 });
    expect(searchOf(STUDIES, { limit: '101', offset: '0' })).toMatchObject({ limit: 101, offset: 0 });
    expect(searchOf(STUDIES, { limit: '50000' }).limit).toBe(1_000);
    expect(searchOf(STUDIES, { limit: '0' }).limit).toBe(0);
  });

  it('gives all of a study at once: viewers do not page through series', () => {
    expect(searchOf({ level: 'instance', study: '1.2' }, {}).limit).toBe(10_000);
  });
});
