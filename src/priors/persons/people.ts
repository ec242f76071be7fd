import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { KnownPair } from './person-group.rules';

/** A person has a handful of numbers in a county; more are a fault that must not become a long query. */
const MOST_PATIENTS = 100;

/** Everybody whom links hold together with any of these. Parameters: county, patients. */
const SAME = `
  same (id) AS (
    SELECT unnest($2::uuid[])
    UNION
    SELECT next.id FROM same CROSS JOIN LATERAL (
      SELECT patient_b AS id FROM person_link WHERE county_id = $1 AND patient_a = same.id AND state = 'linked'
      UNION ALL
      SELECT patient_a FROM person_link WHERE county_id = $1 AND patient_b = same.id AND state = 'linked'
    ) next
  )`;

/** Links of the group by the patient who comes first in the pair; one look at the index for each. */
const AMONG_SAME = `
  same JOIN LATERAL (
    SELECT * FROM person_link WHERE county_id = $1 AND patient_a = same.id OFFSET 0
  ) l ON l.patient_b IN (SELECT id FROM same)`;

/** Parameters: county, patients, rows. */
export const SAME_AS = `
  WITH RECURSIVE ${SAME}
  SELECT id FROM same WHERE id = ANY($2) OR NOT EXISTS (
    SELECT 1 FROM ${AMONG_SAME} WHERE l.state IN ('refused', 'undone'))
  LIMIT $3`;

/** Parameters: county, patients. */
export const PAIRS_AMONG = `
  WITH RECURSIVE ${SAME}
  SELECT l.id, l.patient_a AS a, l.patient_b AS b, l.state, l.decided_by IS NOT NULL AS "byPerson"
  FROM ${AMONG_SAME} ORDER BY l.id`;

/** Who is who, over all clinics of the county: the patients that links hold together. */
@Injectable()
export class People {
  /**
   * The patients that are one person with any of these, themselves among them. Links that together make one person of two
   * who were said to be two hold nobody: which of them is wrong, a person has yet to say.
   */
  async sameAs(tx: Tx, patientIds: readonly string[]): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(SAME_AS, [tx.ctx.countyId, patientIds, MOST_PATIENTS]);
    return rows.map(({ id }) => id);
  }

  /** All that was said of any two of the patients whom links hold together with these. */
  async pairsAmong(tx: Tx, patientIds: readonly string[]): Promise<KnownPair[]> {
    return tx.rows<KnownPair>(PAIRS_AMONG, [tx.ctx.countyId, patientIds]);
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
