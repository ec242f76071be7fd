import { charsetFlag, collisionFlag, contradictions, gathered } from './flags.rules';
import type { StudyFacts } from './tag-mapping.rules';

const known = { id: 's', patientLocalId: 'P1', patientName: '张三', flags: [] };
const sent = (changes: Partial<StudyFacts>): StudyFacts =>
  ({ patientLocalId: 'P1', patientName: '张三', charsetHow: 'mislabelled-latin1-gbk', ...changes }) as StudyFacts;

it.each<[string, Partial<StudyFacts>, string[]]>([
  ['the same patient', {}, []],
  ['another number', { patientLocalId: 'P2' }, ['patient_id_mismatch P2']],
  [
    'another number and another name: one flag',
    { patientLocalId: 'P2', patientName: '李四' },
    ['patient_id_mismatch P2'],
  ],
  ['another name', { patientName: '李四' }, ['patient_name_differs 李四']],
  ['another spelling', { patientName: 'ZHANG SAN' }, []],
  ['no number and no name', { patientLocalId: '', patientName: '' }, []],
])('%s', (_, changes, expected) => {
  expect(contradictions(known, sent(changes)).map(({ code, subject }) => `${code} ${subject}`)).toEqual(expected);
});

it('tells of a repaired character set once per study', () => {
  expect(charsetFlag(known, sent({}), ['charset_repaired'])).toMatchObject([
    { code: 'charset_repaired', details: { how: 'mislabelled-latin1-gbk' } },
  ]);
  expect(charsetFlag({ ...known, flags: ['charset_repaired'] }, sent({}), ['charset_repaired'])).toEqual([]);
  expect(charsetFlag(known, sent({}), ['header_incomplete'])).toEqual([]);
});

it('counts repeats and keeps only so many different ones', () => {
  const flags = ['1.1', '1.2', '1.1', '1.3'].map((uid) => collisionFlag(known, uid, 'a', 'b'));
  expect(gathered(flags, 2).map(({ subject, times }) => [subject, times])).toEqual([
    ['1.1', 2],
    ['1.2', 1],
  ]);
});
