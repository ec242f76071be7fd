import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import type { Exam } from '../exam.entity';
import { ExamFlags } from '../commands/exam-flags';
import { type Encounter, looksLikeOne } from './matching.rules';

/**
 * Suggests to people which request and which images may be one exam. The flag always stands at the exam that was made from
 * images and names the requests; nothing is ever merged by it.
 */
@Injectable()
export class Matching {
  constructor(private readonly flags: ExamFlags) {}

  /** A new request: exams made from images that look like it, and have met no request, are told of it. */
  async suggestRequest(tx: Tx, request: Exam): Promise<void> {
    const loose = await tx.rows<Exam>(
      `SELECT * FROM exam WHERE county_id = $1 AND patient_local_id = $2 AND clinic_id = $3 AND request_digest IS NULL
         AND state IN ('UPLOADING', 'INCOMPLETE') ORDER BY created_at DESC LIMIT 10`,
      [tx.ctx.countyId, request.patient_local_id, request.clinic_id],
    );
    for (const exam of loose.filter((one) => looksLikeOne(encounter(request), encounter(one)))) {
      await this.flags.raise(tx, exam, [suggestion([request])]);
    }
  }

  /** An exam just made from images: requests of the same patient that it may belong to. */
  async suggestForImages(tx: Tx, exam: Exam): Promise<void> {
    if (!exam.patient_local_id) return;
    const requests = await tx.rows<Exam>(
      `SELECT * FROM exam WHERE county_id = $1 AND patient_local_id = $2 AND clinic_id = $3 AND request_digest IS NOT NULL
         AND state IN ('REGISTERED', 'UPLOADING', 'RETURNED', 'QUEUED') ORDER BY created_at DESC LIMIT 20`,
      [tx.ctx.countyId, exam.patient_local_id, exam.clinic_id],
    );
    const alike = requests.filter((request) => looksLikeOne(encounter(request), encounter(exam)));
    if (alike.length > 0) await this.flags.raise(tx, exam, [suggestion(alike)]);
  }
}

function encounter(exam: Exam): Encounter {
  return {
    localId: exam.patient_local_id ?? '',
    modalities: exam.modality === null ? [] : [exam.modality],
    at: exam.exam_started_at ?? exam.first_byte_at ?? exam.created_at,
  };
}

function suggestion(requests: readonly Exam[]): {
  code: 'match_suggested';
  details: { exams: { examId: string; accessionNumber: string | null }[] };
} {
  const exams = requests.map((request) => ({ examId: request.id, accessionNumber: request.accession_number }));
  return { code: 'match_suggested', details: { exams } };
}
