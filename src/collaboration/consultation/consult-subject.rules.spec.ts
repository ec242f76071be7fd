import type { Exam } from '../../exams';
import { consultSubject, namesPatient } from './consult-subject.rules';

const EXAM = {
  id: '018f0000-0000-7000-8000-000000000001',
  accession_number: 'CT202603020001',
  patient_name: '欧阳小明',
  name_given: '',
  patient_local_id: 'P(01)',
  id_number: '11010519491231002X',
  phone: '13800000000',
  birth_date: '1949-12-31',
  visit_number: '35',
  sex: 'M',
  age_value: 76,
  age_unit: 'Y',
  modality: 'CT',
  item_name: '胸部CT平扫',
  body_part: 'CHEST',
  laterality: null,
  clinical_diagnosis: '欧阳小明，咳嗽一周，复诊号p(01)，电话13800000000',
  symptoms: '家属电话 13911112222，血压 120/80',
  exam_started_at: new Date('2026-03-02T01:00:00Z'),
} as Exam;
const NAMES = { clinicName: '第一卫生院', studyUids: ['1.2.3'] };
const IDENTIFYING = ['欧阳', 'P(01)', 'p(01)', '110105', '13800000000', '13911112222', '1949-12-31', 'CT2026', '1.2.3'];

it('tells everything where nothing is to be hidden', () => {
  const open = consultSubject(EXAM, NAMES, false);
  expect(open).toMatchObject({ patientName: '欧阳小明', idNumber: EXAM.id_number, studyInstanceUids: ['1.2.3'] });
  expect(open.clinicalDiagnosis).toBe(EXAM.clinical_diagnosis);
});

it('leaves nothing in a de-identified one by which the patient could be found', () => {
  const masked = consultSubject(EXAM, NAMES, true);
  const text = JSON.stringify(masked);
  for (const word of [...IDENTIFYING, EXAM.id, '第一卫生院'])
    expect([word, text.includes(word)]).toEqual([word, false]);
  expect(masked).toMatchObject({ sex: 'M', ageValue: 76, ageUnit: 'Y', modality: 'CT', bodyPart: 'CHEST' });
  expect(masked.examStartedAt).toBeNull();
  expect(consultSubject({ ...EXAM, age_value: 103 }, NAMES, true).ageValue).toBe(90);
  expect(consultSubject({ ...EXAM, age_value: 103, age_unit: 'D' }, NAMES, true).ageValue).toBe(103);
  expect(masked.clinicalDiagnosis).toBe('＊＊，咳嗽一周，复诊号＊＊，电话＊＊');
  expect(masked.symptoms).toBe('家属电话 ＊＊，血压 120/80');
});

it.each([
  ['右肺上叶结节，是否考虑浸润性病变？', false],
  ['欧阳小明右肺结节', true],
  ['检查号 ct202603020001', true],
  ['身份证 110105194912310021', true],
  ['病灶 7 mm，CT 值 35 HU，随访 2026-03-02', false],
  ['层面 12345678901234567890', false],
  ['第一卫生院送来的片子', true],
])('of %j says whether it names the patient', (text, names) => {
  expect(namesPatient(text, EXAM, NAMES.clinicName)).toBe(names);
});
