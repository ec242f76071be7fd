import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';

/** A current instance of an exam: how DICOM names it, and where its bytes lie. */
export interface ExamInstance {
  readonly id: string;
  /** Whose file it is: with county and hash, the key of its bytes. */
  readonly clinic_id: string;
  readonly sha256: string;
  /** bigint: pg hands it over as text. */
  readonly bytes: string;
  readonly study_uid: string;
  readonly series_uid: string;
  readonly modality: string;
  readonly series_number: number | null;
  readonly sop_uid: string;
  readonly transfer_syntax_uid: string;
  readonly instance_number: number | null;
}

export interface PicturedInstance {
  readonly sop_uid: string;
  readonly sha256: string;
  readonly frames: number;
}

interface Position {
  readonly study_uid: string;
  readonly series_id: string;
  readonly series_order: number;
  readonly series_uid: string;
  readonly instance_number: number | null;
  readonly sop_uid: string;
}

/**
 * The images of an exam for slices above that hand them on. Those of a study in quarantine, of an undone link, and files
 * that a corrected one has replaced are not among them.
 */
@Injectable()
export class ExamInstances {
  /**
   * A page in the order of study, series number, instance number; `after` is the id of the last one of the page before, or
   * null. Asks for `limit` and answers one more where there are more. Throws `invalid_input` for an `after` that is none.
   */
  async page(tx: Tx, examId: string, after: string | null, limit: number): Promise<ExamInstance[]> {
    const at = after === null ? undefined : await tx.row<Position>(POSITION, [tx.ctx.countyId, after]);
    if (after !== null && !at)
      throw new DomainError(commonErrors.invalid_input, { field: 'cursor', problem: '不是有效的翻页位置' });
    return tx.rows<ExamInstance>(INSTANCES_PAGE, [
      tx.ctx.countyId,
      examId,
      at?.study_uid ?? '',
      at?.series_order ?? FIRST,
      at?.series_uid ?? '',
      at?.series_id ?? null,
      at?.instance_number ?? null,
      at?.sop_uid ?? '',
      limit + 1,
    ]);
  }

  /** One of them, by its id or by its SOP Instance UID; undefined where the exam has no such image. */
  one(
    tx: Tx,
    examId: string,
    which: { readonly id: string } | { readonly sopUid: string },
  ): Promise<ExamInstance | undefined> {
    const [text, value] = 'id' in which ? [INSTANCE_BY.id, which.id] : [INSTANCE_BY.sopUid, which.sopUid];
    return tx.row<ExamInstance>(text, [tx.ctx.countyId, examId, value]);
  }

  /**
   * Those with pixels among them of these SOP Instance UIDs: whose bytes they are, and how many frames each has. Where two
   * studies of the exam have the same UID, the one that {@link one} answers.
   */
  async pictured(tx: Tx, examId: string, sopUids: readonly string[]): Promise<ReadonlyMap<string, PicturedInstance>> {
    if (sopUids.length === 0) return new Map();
    const rows = await tx.rows<PicturedInstance>(PICTURED, [tx.ctx.countyId, examId, sopUids]);
    return new Map(rows.map((row) => [row.sop_uid, row]));
  }
}

const FIRST = -(2 ** 31);
const STUDIES_OF_EXAM = 'exam_study l JOIN dicom_study s ON s.county_id = l.county_id AND s.id = l.study_id';
const OF_EXAM = 'l.county_id = $1 AND l.exam_id = $2 AND l.unlinked_at IS NULL AND s.quarantined_at IS NULL';

const instanceBy = (column: 'id' | 'sop_uid'): string => `
  SELECT i.id, i.clinic_id, i.sha256, i.bytes, s.study_uid, se.series_uid, se.modality, se.series_number, i.sop_uid,
    i.transfer_syntax_uid, i.instance_number
  FROM ${STUDIES_OF_EXAM} JOIN instance i ON i.study_id = s.id AND i.county_id = $1 AND i.superseded_at IS NULL
  JOIN dicom_series se ON se.id = i.series_id
  WHERE ${OF_EXAM} AND i.${column} = $3 ORDER BY s.study_uid LIMIT 1`;

/** $3 the id or the SOP Instance UID. Exported for the plan test. */
export const INSTANCE_BY = { id: instanceBy('id'), sopUid: instanceBy('sop_uid') } as const;

/** $3 the SOP Instance UIDs. Exported for the plan test. */
export const PICTURED = `
  SELECT DISTINCT ON (i.sop_uid) i.sop_uid, i.sha256, i.frames
  FROM ${STUDIES_OF_EXAM} JOIN instance i ON i.study_id = s.id AND i.county_id = $1 AND i.superseded_at IS NULL
  WHERE ${OF_EXAM} AND i.sop_uid = ANY($3) AND i.rows IS NOT NULL ORDER BY i.sop_uid, s.study_uid`;

/** Series without a number come last, as in the index of instances those without one do. */
const SERIES_ORDER = 'coalesce(se.series_number, 2147483647)';

/** Where an instance stands in the order; one that was replaced meanwhile still has its place. */
const POSITION = `
  SELECT s.study_uid, se.id AS series_id, ${SERIES_ORDER} AS series_order, se.series_uid, i.instance_number, i.sop_uid
  FROM instance i JOIN dicom_series se ON se.id = i.series_id JOIN dicom_study s ON s.id = i.study_id
  WHERE i.county_id = $1 AND i.id = $2`;

/**
 * The series from the position on, and of each the next instances along its index: with a number, then without. $3 … $5 the
 * series of the position, $6 its id, $7 and $8 number and SOP UID of the instance, $9 rows. Exported for the plan test.
 */
export const INSTANCES_PAGE = `
  SELECT i.id, i.clinic_id, i.sha256, i.bytes, se.study_uid, se.series_uid, se.modality, se.series_number, i.sop_uid,
    i.transfer_syntax_uid, i.instance_number
  FROM (SELECT se.id, s.study_uid, se.series_uid, se.modality, se.series_number, ${SERIES_ORDER} AS series_order
    FROM ${STUDIES_OF_EXAM} JOIN dicom_series se ON se.study_id = s.id
    WHERE ${OF_EXAM} AND (s.study_uid, ${SERIES_ORDER}, se.series_uid) >= ($3, $4::int, $5)
    ORDER BY s.study_uid, series_order, se.series_uid) se
  CROSS JOIN LATERAL (
    (SELECT * FROM instance n WHERE n.series_id = se.id AND n.superseded_at IS NULL
       AND (se.id IS DISTINCT FROM $6::uuid OR $7::int IS NOT NULL)
       AND (n.instance_number, n.sop_uid) >
         (CASE WHEN se.id = $6 THEN $7 ELSE '${FIRST}'::int END, CASE WHEN se.id = $6 THEN $8 ELSE '' END)
     ORDER BY n.instance_number, n.sop_uid LIMIT $9)
    UNION ALL
    (SELECT * FROM instance n WHERE n.series_id = se.id AND n.superseded_at IS NULL AND n.instance_number IS NULL
       AND n.sop_uid > CASE WHEN se.id = $6 AND $7::int IS NULL THEN $8 ELSE '' END
     ORDER BY n.sop_uid LIMIT $9)) i
  ORDER BY se.study_uid, se.series_order, se.series_uid, i.instance_number, i.sop_uid LIMIT $9`;
