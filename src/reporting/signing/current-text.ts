import type { Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { reportingErrors } from '../reporting.errors';

/** A text, when it was saved, and for which patient; an amendment is of the patient that was signed. */
interface Written {
  readonly saved_at: Date;
  readonly patient_id?: string | null;
}

/**
 * Throws `text_outdated` when images have been taken from the exam (换绑、互换、拆分) or replaced since the text was saved, or
 * the exam has been registered for another patient: whoever wrote it has perhaps written of somebody else. What only came
 * since is told by the image set.
 */
export async function requireCurrent(tx: Tx, examId: string, text: Written, present: ErrorParams): Promise<void> {
  const outdated = await tx.row(OUTDATED, [tx.ctx.countyId, examId, text.saved_at, text.patient_id ?? null]);
  if (outdated) throw new DomainError(reportingErrors.text_outdated, present);
}

/** $1 county, $2 exam, $3 when the text was saved, $4 for whom, or null. */
const OUTDATED = `
  SELECT 1 FROM exam_study WHERE county_id = $1 AND exam_id = $2 AND unlinked_at > $3
  UNION ALL
  SELECT 1 FROM exam_study link JOIN instance i ON i.study_id = link.study_id
  WHERE link.county_id = $1 AND link.exam_id = $2 AND link.unlinked_at IS NULL AND i.superseded_at > $3
  UNION ALL
  SELECT 1 FROM exam WHERE county_id = $1 AND id = $2 AND patient_id <> $4
  LIMIT 1`;
