import { FREE_FOR_ME, OPEN, TAKE } from '../claiming/claim.sql';
import { GIVEN_UP_MINUTES } from './next.rules';

/** As many as a reader's neighbours can hold locked at one moment: more than any pool of connections has. */
const CANDIDATES = 64;

/**
 * What may be claimed by hand and is not handed out: nobody can sign an exam whose identity is in doubt, and what this reader
 * gave up a moment ago comes to him again only when there is nothing else ($8 = look past it). The sub-select is asked once.
 */
const WORTH_HANDING_OUT = `NOT i.identity_hold AND (NOT $8 OR i.exam_id <> ALL (ARRAY(
  SELECT r.exam_id FROM reading_release r
  WHERE r.county_id = $1 AND r.person_id = $2 AND r.released_at > $4::timestamptz - interval '${GIVEN_UP_MINUTES} minutes')))`;

const LIST_ORDER = ['rank', 'due_at', 'exam_id'];
const CEILING_ORDER = ['ceiling_at', 'exam_id'];

/**
 * The first items of every offer of this reader ($7: himself, his hospitals, the county) and stage ($6), each off the index
 * in its order, merged. $4 = now.
 */
function candidates(order: readonly string[], condition: string): string {
  const columns = (alias: string): string => order.map((column) => `${alias}.${column}`).join(', ');
  return `SELECT ${columns('c')} FROM unnest($7::uuid[]) AS offer (id) CROSS JOIN unnest($6::text[]) AS one (stage)
    CROSS JOIN LATERAL (
      SELECT ${columns('i')} FROM reading_item i
      WHERE i.county_id = $1 AND i.offered_to = offer.id AND i.stage = one.stage AND ${OPEN} AND ${FREE_FOR_ME} AND ${WORTH_HANDING_OUT} ${condition}
      ORDER BY ${columns('i')} LIMIT ${CANDIDATES}) AS c
    ORDER BY ${columns('c')} LIMIT ${CANDIDATES}`;
}

/**
 * Claims the first candidate that no neighbour is just claiming. SKIP LOCKED: nobody waits, everybody gets the next one;
 * only the row that is taken is locked, so nobody misses one because of a reader who took another.
 */
function claim(order: readonly string[], condition: string): string {
  return `
  WITH candidates AS MATERIALIZED (${candidates(order, condition)}),
  top AS (
    SELECT i.exam_id FROM candidates c JOIN reading_item i ON i.exam_id = c.exam_id
    WHERE i.county_id = $1 AND i.offered_to = ANY($7::uuid[]) AND ${OPEN} AND ${FREE_FOR_ME} AND ${WORTH_HANDING_OUT} ${condition}
    ORDER BY ${order.map((column) => `c.${column}`).join(', ')} LIMIT 1 FOR UPDATE OF i SKIP LOCKED)
  UPDATE reading_item i SET ${TAKE} FROM top WHERE i.exam_id = top.exam_id RETURNING i.*`;
}

/** Claims the top item of the list for this reader. */
export const CLAIM_TOP = claim(LIST_ORDER, '');

/** Claims the item that is longest beyond its hard ceiling. */
export const CLAIM_BEYOND_CEILING = claim(CEILING_ORDER, 'AND i.ceiling_at <= $4');

/**
 * The item that {@link CLAIM_TOP} would claim, without claiming it. Its parameters are the same; the two it has no use for
 * must still have a type.
 */
export const LOOK_AT_TOP = `SELECT exam_id, $3::uuid AS site, $5::timestamptz AS until FROM (${candidates(LIST_ORDER, '')}) AS top LIMIT 1`;
