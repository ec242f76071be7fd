/**
 * The statements that hand out claims. One conditional UPDATE decides who gets an item: of any number of callers the
 * row's lock lets one through, the others find the condition gone.
 */

/** Not the clinic's turn: what the clinic itself writes is the readers' once it is handed in ({@link isTheClinics}). */
export const READERS_TURN = `(mode = 'diagnose' OR state NOT IN ('QUEUED', 'UPLOADING'))`;

/** What a reader may find on the list; the first part is word for word the predicate of the partial indexes. */
export const OPEN = `(state IN ('QUEUED', 'CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'CONSULTING')
  OR (state = 'UPLOADING' AND priority = 'STAT')) AND ${READERS_TURN}`;

const FOR_REVIEW = `i.state IN ('PENDING_REVIEW', 'PRELIM_ISSUED')`;

/** $1 county, $2 reader, $3 his hospital, $4 now, $5 end of the lease, $6 stages he may claim. */
export const TAKE = `
  stage = CASE WHEN ${FOR_REVIEW} THEN 'review' ELSE 'write' END,
  state = CASE WHEN ${FOR_REVIEW} THEN 'REVIEWING' ELSE 'CLAIMED' END,
  holder_id = $2, holder_hospital_id = $3, fence = i.fence + 1, lease_until = $5, heartbeat_at = $4, active_at = $4, reserved_until = NULL,
  taken_how = NULL, taken_from_id = NULL, taken_reason = NULL, taken_at = NULL,
  writer_id = CASE WHEN ${FOR_REVIEW} THEN i.writer_id ELSE $2 END,
  writer_hospital_id = CASE WHEN ${FOR_REVIEW} THEN i.writer_hospital_id ELSE $3 END,
  claimed_at = CASE WHEN ${FOR_REVIEW} THEN i.claimed_at ELSE coalesce(i.claimed_at, greatest($4, i.queued_at)) END,
  review_claimed_at = CASE WHEN ${FOR_REVIEW} THEN greatest($4, i.submitted_at) END,
  updated_at = $4`;

export const FREE_FOR_ME = `i.holder_id IS NULL AND (
  ('write' = ANY($6::text[]) AND ((i.state = 'QUEUED' AND i.mode = 'diagnose')
    OR (i.state = 'UPLOADING' AND i.priority = 'STAT' AND i.mode = 'diagnose')
    OR (i.state = 'REVISING' AND (i.writer_id = $2 OR i.reserved_until IS NULL OR i.reserved_until <= $4))))
  OR ('review' = ANY($6::text[]) AND ${FOR_REVIEW} AND i.writer_id IS DISTINCT FROM $2 AND $2 <> ALL (i.hand_ids)))`;

/** Claims one exam ($7), assigned to whom it may be: who opens it, reads it. */
export const CLAIM_ONE = `UPDATE reading_item i SET ${TAKE}
  WHERE i.county_id = $1 AND i.exam_id = $7 AND ${FREE_FOR_ME} RETURNING i.*`;
