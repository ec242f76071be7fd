import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';

/** A person has a handful of numbers in a county; more are a fault that must not become a long query. */
const MOST_PATIENTS = 100;

/** Who is who, over all clinics of the county: the patients that links hold together. */
@Injectable()
export class People {
  /** The patients that are one person with any of these, themselves among them. */
  async sameAs(tx: Tx, patientIds: readonly string[]): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      `WITH RECURSIVE same (id) AS (
         SELECT unnest($2::uuid[])
         UNION
         SELECT next.id FROM same CROSS JOIN LATERAL (
           SELECT patient_b AS id FROM person_link WHERE county_id = $1 AND patient_a = same.id AND state = 'linked'
           UNION ALL
           SELECT patient_a FROM person_link WHERE county_id = $1 AND patient_b = same.id AND state = 'linked'
         ) next
       ) SELECT id FROM same LIMIT $3`,
      [tx.ctx.countyId, patientIds, MOST_PATIENTS],
    );
    return rows.map(({ id }) => id);
  }

  /** The patient of an exam that the caller may see; null when the exam has none yet. Throws `not_found`. */
  async ofExam(tx: Tx, examId: string, clinics: readonly string[] | null): Promise<string | null> {
    const row = await tx.row<{ patient_id: string | null }>(
      'SELECT patient_id FROM exam WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))',
      [tx.ctx.countyId, examId, clinics],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return row.patient_id;
  }
}
