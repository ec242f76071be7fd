import { type KnownAs, samePerson } from './same-person.rules';

/** A valid number of the standard's own example: a woman born on 1949-12-31. */
const ID = '11010519491231002X';
const patient = (over: Partial<KnownAs> = {}): KnownAs => ({
  name: '王秀英',
  sex: 'F',
  birthDate: '1949-12-31',
  idNumber: ID,
  ...over,
});

describe('one person at two clinics', () => {
  it.each<[string, Partial<KnownAs>, 'linked' | 'review', string[]]>([
    ['everything agrees', {}, 'linked', []],
    ['one writes pinyin', { name: 'WANG XIUYING' }, 'linked', []],
    ['one does not know sex and birth date', { sex: null, birthDate: null }, 'linked', []],
    ['sex given as other', { sex: 'O' }, 'linked', []],
    ['another name', { name: '王秀兰' }, 'review', ['name']],
    ['another sex', { sex: 'M' }, 'review', ['sex']],
    ['another birth date', { birthDate: '1949-12-30' }, 'review', ['birthDate']],
    [
      'somebody else’s card',
      { name: '李强', sex: 'M', birthDate: '1980-01-01' },
      'review',
      ['name', 'sex', 'birthDate'],
    ],
  ])('%s', (_, over, verdict, differs) => {
    const there = samePerson(patient(), patient(over));
    expect([there?.verdict, there?.evidence.differs]).toEqual([verdict, differs]);
    expect(samePerson(patient(over), patient())).toEqual(there);
  });

  it('is not said without a valid number that both carry', () => {
    expect(samePerson(patient({ idNumber: null }), patient())).toBeUndefined();
    expect(samePerson(patient({ idNumber: null }), patient({ idNumber: null }))).toBeUndefined();
    const wrongChecksum = '110105194912310021';
    expect(samePerson(patient({ idNumber: wrongChecksum }), patient({ idNumber: wrongChecksum }))).toBeUndefined();
  });

  it('takes the number at its word: two who agree with each other against it are looked at', () => {
    const both = { sex: 'M' } as const;
    expect(samePerson(patient(both), patient(both))?.evidence.differs).toEqual(['sex']);
  });
});
