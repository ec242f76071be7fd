import { accessionNumbersIn, comparePatients, type Encounter, looksLikeOne, type PatientFacts } from './matching.rules';

describe('accession numbers of a header', () => {
  it.each([
    ['A1', ['A1']],
    ['A1\\A2', ['A1', 'A2']],
    ['A1, A2', ['A1', 'A2']],
    ['A1；A2、A3', ['A1', 'A2', 'A3']],
    ['A1,,A1', ['A1']],
    ['A-1/2 B', ['A-1/2 B']],
    [' ', []],
  ])('%j', (text, numbers) => {
    expect(accessionNumbersIn(text)).toEqual(numbers);
  });
});

describe('one patient or two', () => {
  const known: PatientFacts = { localId: 'P1', name: '张三', sex: 'M', birthDate: '1961-04-12' };

  it.each<[string, Partial<PatientFacts>, boolean, string[]]>([
    ['the same', {}, false, []],
    ['the same in pinyin', { name: 'ZHANG SAN' }, false, []],
    ['another number is another patient', { localId: 'P2' }, true, []],
    ['no number contradicts nothing', { localId: '' }, false, []],
    ['another name alone is worth a flag', { name: '李四' }, false, ['name']],
    [
      'everything else may differ too',
      { name: '李四', sex: 'F', birthDate: '1990-01-01' },
      false,
      ['name', 'sex', 'birthDate'],
    ],
    ['what is not said contradicts nothing', { name: '', sex: '', birthDate: '' }, false, []],
  ])('%s', (_, said, otherPatient, differing) => {
    expect(comparePatients(known, { ...known, ...said })).toEqual({ otherPatient, differing });
    expect(comparePatients({ ...known, ...said }, known)).toEqual({ otherPatient, differing });
  });
});

describe('what may be one examination', () => {
  const request: Encounter = { localId: 'P1', modalities: ['CT'], at: new Date('2026-03-02T00:30:00Z') };

  it.each<[string, Partial<Encounter>, boolean]>([
    ['same patient, device and hour', {}, true],
    ['a study with a report beside the images', { modalities: ['SR', 'CT'] }, true],
    ['the evening before', { at: new Date('2026-03-01T12:00:00Z') }, true],
    ['two days later', { at: new Date('2026-03-04T00:30:00Z') }, false],
    ['another device', { modalities: ['DX'] }, false],
    ['another patient', { localId: 'P2' }, false],
    ['nobody knows who', { localId: '' }, false],
  ])('%s', (_, study, alike) => {
    expect(looksLikeOne(request, { ...request, ...study })).toBe(alike);
  });

  it('knows radiography under each of its names', () => {
    expect(looksLikeOne({ ...request, modalities: ['DX'] }, { ...request, modalities: ['CR'] })).toBe(true);
    expect(looksLikeOne({ ...request, localId: '' }, { ...request, localId: '' })).toBe(false);
  });
});
