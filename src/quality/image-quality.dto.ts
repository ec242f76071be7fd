import { z } from 'zod';
import { text, unlessMissing, uuid } from '../platform/http';
import { DEFICIENCY_CODES, GRADE_CODES } from './image-quality.rules';

/** A Postgres int, as everything that is compared with one. */
const MAX_INT = 2 ** 31 - 1;
/** Nobody's exam has more; a longer list is a fault. */
const MOST_STUDIES = 50;

const grade = z.enum(GRADE_CODES, { error: unlessMissing('须为 A、B、C、F（甲、乙、丙、废）或 3、2、1、0') });
const deficiencies = z
  .array(z.enum(DEFICIENCY_CODES, '不是图像质量的原因代码'))
  .max(DEFICIENCY_CODES.length, '原因重复')
  .default([])
  .transform((codes) => DEFICIENCY_CODES.filter((code) => codes.includes(code)));

/** Either one grade for the exam, or one for each of its studies, of which the worst is the exam's. */
export const gradeSchema = z
  .strictObject({
    /** The images that were looked at: `imageSet` of the claim, or of the exam. */
    imageSet: z
      .int({ error: unlessMissing('须为整数') })
      .min(0)
      .max(MAX_INT),
    grade: grade.optional(),
    deficiencies,
    studies: z
      .array(
        z.strictObject({
          studyInstanceUid: z.string().regex(/^[0-9.]{1,64}$/, '不是有效的 UID'),
          grade,
          deficiencies,
        }),
      )
      .min(1, '不能为空')
      .max(MOST_STUDIES, `不能超过 ${MOST_STUDIES} 组`)
      .optional(),
    note: text(500).optional(),
    /** For those with posts at several hospitals; while they hold the exam it is the one they hold it for. */
    hospitalId: uuid.optional(),
  })
  .refine(({ grade: one, studies }) => (one === undefined) !== (studies === undefined), {
    path: ['grade'],
    message: '须给出整个检查的评级，或逐组评级（studies），二者择一',
  })
  .refine(({ deficiencies: codes, studies }) => studies === undefined || codes.length === 0, {
    path: ['deficiencies'],
    message: '逐组评级时，原因写在各组内',
  })
  .refine(
    ({ deficiencies: codes, studies, note }) =>
      note !== undefined || ![codes, ...(studies ?? []).map((study) => study.deficiencies)].flat().includes('X99'),
    { path: ['note'], message: '选择“其他”时须说明' },
  );
export type GradeInput = z.output<typeof gradeSchema>;
