import { Injectable } from '@nestjs/common';
import { EXAM_STATE_NAMES, type ExamState, type Laterality } from '../exams';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId, type Tx } from '../platform/database';
import { type ImageGrade, ImageGrades } from '../quality';
import { type ReportKind, Reports } from '../reporting';
import { People } from './persons/people';
import type { PriorsList } from './priors.dto';

export interface PriorExamRow {
  readonly id: string;
  readonly clinic_id: string;
  readonly clinic_name: string;
  readonly accession_number: string | null;
  readonly patient_id: string;
  readonly modality: string | null;
  readonly item_code: string | null;
  readonly item_name: string | null;
  readonly body_part: string | null;
  readonly laterality: Laterality | null;
  readonly state: ExamState;
  readonly taken_at: Date;
  readonly image_set: number;
  readonly study_uids: readonly string[];
}

/** An earlier (or later) exam of the same person. */
export interface PriorExam {
  readonly examId: string;
  readonly accessionNumber: string | null;
  readonly clinicId: string;
  readonly clinicName: string;
  readonly modality: string | null;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly laterality: Laterality | null;
  readonly state: ExamState;
  readonly stateName: string;
  /** T0, or when it was registered where nobody said. */
  readonly examStart: Date;
  readonly studies: readonly { readonly studyInstanceUid: string }[];
  /** False when this person is held for the exam's patient by a link only: the link can be undone. */
  readonly samePatient: boolean;
  /** 图像质量; null = 未评级. */
  readonly grade: ImageGrade | null;
  readonly report: PriorReport | null;
}

export interface PriorReport {
  readonly versionId: string;
  readonly number: number;
  readonly kind: ReportKind;
  readonly findings: string;
  readonly impression: string;
  readonly positive: number;
  readonly signedAt: Date;
  /** 补充报告 that stand beside it, oldest first. */
  readonly addenda: readonly { readonly findings: string; readonly impression: string; readonly signedAt: Date }[];
}

const TAKEN_AT = 'coalesce(e.exam_started_at, e.created_at)';

/**
 * The exams of some patients that nobody doubts, newest first. Parameters: county, patients, exam that is not wanted,
 * not before, position (time, id), rows.
 */
export const PRIOR_EXAMS = `
  SELECT e.id, e.clinic_id, c.name AS clinic_name, e.accession_number, e.patient_id, e.modality, e.item_code, e.item_name, e.body_part,
    e.laterality, e.state, ${TAKEN_AT} AS taken_at, e.image_set,
    ARRAY(SELECT s.study_uid FROM exam_study x JOIN dicom_study s ON s.id = x.study_id
          WHERE x.exam_id = e.id AND x.unlinked_at IS NULL AND s.quarantined_at IS NULL ORDER BY s.study_uid) AS study_uids
  FROM exam e JOIN clinic c ON c.id = e.clinic_id
  WHERE e.county_id = $1 AND e.patient_id = ANY($2) AND e.id IS DISTINCT FROM $3 AND e.state NOT IN ('VOID', 'WITHDRAWN') AND e.identity_hold_at IS NULL
    AND ($4::timestamptz IS NULL OR ${TAKEN_AT} >= $4)
    AND ($5::timestamptz IS NULL OR (${TAKEN_AT}, e.id) < ($5, $6::uuid))
  ORDER BY ${TAKEN_AT} DESC, e.id DESC LIMIT $7`;

/** 既往检查: what else is known of the person, over all clinics of the county. */
@Injectable()
export class PriorExams {
  constructor(
    private readonly db: Db,
    private readonly people: People,
    private readonly reports: Reports,
    private readonly grades: ImageGrades,
  ) {}

  /** Exams of the person whom an exam is about, with the report in force, newest first. Throws `not_found`. */
  async list(ctx: Ctx, examId: string, { cursor, limit }: PriorsList): Promise<Page<PriorExam>> {
    const after = cursor ? decodeCursor(cursor, timeAndId) : [null, null];
    const visible = visibleClinics(ctx);
    return this.db.read(ctx, async (tx) => {
      const patientId = await this.people.ofExam(tx, examId, visible);
      if (patientId === null) return { items: [], nextCursor: null };
      const patients = await this.people.sameAs(tx, [patientId]);
      const rows = await tx.rows<PriorExamRow>(PRIOR_EXAMS, [
        ctx.countyId,
        patients,
        examId,
        null,
        ...after,
        limit + 1,
      ]);
      const page = pageOf(
        rows,
        limit,
        (row) => row,
        (last) => [last.taken_at.toISOString(), last.id],
      );
      return { ...page, items: await this.withWhatIsKnown(tx, page.items, patientId) };
    });
  }

  /** One query for the reports of a page and one for its grades. */
  private async withWhatIsKnown(tx: Tx, rows: readonly PriorExamRow[], patientId: string): Promise<PriorExam[]> {
    const ids = rows.map(({ id }) => id);
    const [reports, grades] = await Promise.all([this.reports.inForce(tx, ids), this.grades.inForce(tx, ids)]);
    return rows.map((row) => {
      const standing = reports.get(row.id);
      return {
        examId: row.id,
        accessionNumber: row.accession_number,
        clinicId: row.clinic_id,
        clinicName: row.clinic_name,
        modality: row.modality,
        itemName: row.item_name,
        bodyPart: row.body_part,
        laterality: row.laterality,
        state: row.state,
        stateName: EXAM_STATE_NAMES[row.state],
        examStart: row.taken_at,
        studies: row.study_uids.map((studyInstanceUid) => ({ studyInstanceUid })),
        samePatient: row.patient_id === patientId,
        grade: grades.get(row.id) ?? null,
        report: standing
          ? {
              versionId: standing.version.versionId,
              number: standing.version.number,
              kind: standing.version.kind,
              findings: standing.version.findings,
              impression: standing.version.impression,
              positive: standing.version.positive,
              signedAt: standing.version.signedAt,
              addenda: standing.addenda.map(({ findings, impression, signedAt }) => ({
                findings,
                impression,
                signedAt,
              })),
            }
          : null,
      };
    });
  }
}
