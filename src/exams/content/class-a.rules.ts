import type { Exam } from '../exam.entity';

/** What an exam must carry before it is queued (class A); it gates queueing, never bytes. Pure. */

/** Everything a request says about an exam, as columns. */
export type ExamContent = Pick<
  Exam,
  | 'accession_number'
  | 'patient_local_id'
  | 'patient_name'
  | 'name_given'
  | 'name_pinyin'
  | 'name_initials'
  | 'sex'
  | 'birth_date'
  | 'age_value'
  | 'age_unit'
  | 'id_number'
  | 'phone'
  | 'modality'
  | 'item_code'
  | 'item_name'
  | 'body_part'
  | 'laterality'
  | 'source'
  | 'priority'
  | 'department'
  | 'visit_number'
  | 'ordering_doctor'
  | 'ordering_phone'
  | 'technician'
  | 'clinical_diagnosis'
  | 'symptoms'
  | 'exam_started_at'
  | 'exam_ended_at'
  | 'metadata_only'
  | 'declared_studies'
>;

/** Field of the JSON door → the column that must be filled, and what people call it. */
const CLASS_A = {
  accessionNumber: ['accession_number', '检查号'],
  patientLocalId: ['patient_local_id', '患者在本院的编号'],
  patientName: ['patient_name', '患者姓名'],
  sex: ['sex', '性别'],
  modality: ['modality', '设备类型'],
  itemName: ['item_name', '检查项目或描述'],
  examStart: ['exam_started_at', '检查开始时间'],
  orderingDoctor: ['ordering_doctor', '申请医师'],
  orderingPhone: ['ordering_phone', '申请医师电话（危急值联系用）'],
} as const satisfies Record<string, readonly [keyof ExamContent, string]>;

export type ClassAField = keyof typeof CLASS_A;

/** The class A fields that are still missing, in the order of the form. The clinic is known from the caller. */
export function missingClassA(content: ExamContent): ClassAField[] {
  const fields = Object.keys(CLASS_A) as ClassAField[];
  return fields.filter((field) => {
    const value = content[CLASS_A[field][0]];
    return value === null || value === '';
  });
}

/** One line per missing field for the person at the screen. */
export function classAProblems(fields: readonly ClassAField[]): { field: ClassAField; problem: string }[] {
  return fields.map((field) => ({ field, problem: `缺少${CLASS_A[field][1]}` }));
}
