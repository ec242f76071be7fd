import { classAProblems, type ExamContent, missingClassA } from './class-a.rules';
import { EMPTY_CONTENT } from './request.rules';

const whole: ExamContent = {
  ...EMPTY_CONTENT,
  accession_number: 'A1',
  patient_local_id: 'P1',
  patient_name: '张三',
  sex: 'F',
  modality: 'CT',
  item_name: 'CT胸部平扫',
  exam_started_at: new Date('2026-03-02T00:30:00Z'),
  ordering_doctor: '李四',
  ordering_phone: '0999-1',
};

describe('class A', () => {
  it('is nine fields beside the clinic, each in the order of the form', () => {
    expect(missingClassA(EMPTY_CONTENT)).toEqual([
      'accessionNumber',
      'patientLocalId',
      'patientName',
      'sex',
      'modality',
      'itemName',
      'examStart',
      'orderingDoctor',
      'orderingPhone',
    ]);
    expect(missingClassA(whole)).toEqual([]);
  });

  it.each([
    ['accession_number', 'accessionNumber', '缺少检查号'],
    ['patient_local_id', 'patientLocalId', '缺少患者在本院的编号'],
    ['sex', 'sex', '缺少性别'],
    ['ordering_phone', 'orderingPhone', '缺少申请医师电话（危急值联系用）'],
  ] as const)('misses %s', (column, field, problem) => {
    expect(missingClassA({ ...whole, [column]: null })).toEqual([field]);
    expect(classAProblems([field])).toEqual([{ field, problem }]);
  });

  it('takes an empty name for none', () => {
    expect(missingClassA({ ...whole, patient_name: '' })).toEqual(['patientName']);
  });
});
