/**
 * The statements that hand out claims. One conditional UPDATE decides who gets an item: of any number of callers the
 * row's lock lets one through, the others find the condition gone.
 */

/** What a reader may find on the list; word for word the predicate of the partial indexes. */
export const OPEN = `(state IN ('QUEUED', 'CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'CONSULTING')
  OR (state = 'UPLOADING' AND priority = 'STAT'))`;

const FOR_REVIEW = `i.state IN ('PENDING_REVIEW', 'PRELIM_ISSUED')`;

/** $1 county, $2 reader, $3 his hospital, $4 now, $5 end of the lease, $6 stages he may claim. */
const TAKE = `
  stage = CASE WHEN ${FOR_REVIEW} THEN 'review' ELSE 'write' END,
  state = CASE WHEN ${FOR_REVIEW} THEN 'REVIEWING' ELSE 'CLAIMED' END,
  holder_id = $2, holder_hospital_id = $3, fence = i.fence + 1, lease_until = $5, heartbeat_at = $4, reserved_until = NULL,
  writer_id = CASE WHEN ${FOR_REVIEW} THEN i.writer_id ELSE $2 END,
  writer_hospital_id = CASE WHEN ${FOR_REVIEW} THEN i.writer_hospital_id ELSE $3 END,
  claimed_at = CASE WHEN ${FOR_REVIEW} THEN i.claimed_at ELSE coalesce(i.claimed_at, greatest($4, i.queued_at)) END,
  review_claimed_at = CASE WHEN ${FOR_REVIEW} THEN greatest($4, i.submitted_at) END,
  updated_at = $4`;

const FREE_FOR_ME = `i.holder_id IS NULL AND (
  ('write' = ANY($6::text[]) AND (i.state = 'QUEUED' OR (i.state = 'UPLOADING' AND i.priority = 'STAT')
    OR (i.state = 'REVISING' AND (i.writer_id = $2 OR i.reserved_until IS NULL OR i.reserved_until <= $4))))
  OR ('review' = ANY($6::text[]) AND ${FOR_REVIEW} AND i.writer_id IS DISTINCT FROM $2))`;

/** Claims one exam ($7), assigned to whom it may be: who opens it, reads it. */
export const CLAIM_ONE = `UPDATE reading_item i SET ${TAKE}
  WHERE i.county_id = $1 AND i.exam_id = $7 AND ${FREE_FOR_ME} RETURNING i.*`;

/**
 * Claims the top item for this reader ($7 = all his hospitals). What is assigned to others is left to them until it is
 * overdue. SKIP LOCKED: nobody waits for a neighbour's claim, everybody gets the next one.
 */
export const claimTop = (oneStage: boolean): string => `
  WITH top AS (
    SELECT i.exam_id FROM reading_item i
    WHERE i.county_id = $1 AND ${OPEN} AND ${FREE_FOR_ME} ${oneStage ? 'AND i.stage = ($6::text[])[1]' : ''}
      AND (i.overdue OR ((i.assigned_person_id IS NULL OR i.assigned_person_id = $2)
        AND (i.hospital_id IS NULL OR i.hospital_id = ANY($7::uuid[]))))
    ORDER BY i.rank, i.due_at, i.exam_id LIMIT 1 FOR UPDATE SKIP LOCKED)
  UPDATE reading_item i SET ${TAKE} FROM top WHERE i.exam_id = top.exam_id RETURNING i.*`;
