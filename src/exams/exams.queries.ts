import { Injectable } from '@nestjs/common';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import {
  type ExamDetail,
  examDetail,
  type ExamItem,
  type ExamView,
  examView,
  type ExamWithNames,
  type ImageMoveView,
  type LinkedStudy,
  THE_SYSTEM,
} from './exam.view';
import { afterPrefix, isByNumber, type SearchTerm, searchTerms } from './exam-search.rules';
import { ExamFlags } from './commands/exam-flags';
import type { ListExams } from './exams.dto';
import { anotherClinics, StudyLinks } from './images/study-links';

/** Exams as pages and other slices read them. */
@Injectable()
export class ExamsQueries {
  constructor(
    private readonly db: Db,
    private readonly flags: ExamFlags,
    private readonly studies: StudyLinks,
  ) {}

  /** The caller's exams, newest first; keyset on (created_at, id). */
  async list(ctx: Ctx, input: ListExams): Promise<Page<ExamItem>> {
    const { rows, progress } = await this.db.read(ctx, async (tx) => {
      const found = await this.page(tx, input);
      const coming = found.filter((exam) => exam.images_complete === null).map(({ id }) => id);
      return { rows: found, progress: await this.studies.progress(tx, coming) };
    });
    const item = (exam: ExamWithNames): ExamItem => ({ ...examView(exam), upload: progress.get(exam.id) ?? null });
    return pageOf(rows, input.limit, item, (last) => [last.created_at.toISOString(), last.id]);
  }

  /** One row more than the page has, if there is one. */
  private async page(tx: Tx, input: ListExams): Promise<ExamWithNames[]> {
    const ways: ListWay[] = !input.q ? ['plain'] : isByNumber(input.q) ? ['index'] : ['recent', 'index'];
    for (const way of ways) {
      const { sql, params } = listSql(tx.ctx, input, way);
      const rows = await tx.rows<ExamWithNames>(sql, params);
      if (rows.length > input.limit || way === ways.at(-1)) return rows;
    }
    return [];
  }

  /** One exam with its names. Throws `not_found` when there is none that the caller may see. */
  async one(tx: Tx, examId: string): Promise<ExamWithNames> {
    const visible = visibleClinics(tx.ctx);
    const exam = await tx.row<ExamWithNames>(
      `SELECT e.*, ${NAMES} FROM exam e WHERE e.county_id = $1 AND e.id = $2 AND ($3::uuid[] IS NULL OR e.clinic_id = ANY($3))`,
      [tx.ctx.countyId, examId, visible],
    );
    if (!exam) throw new DomainError(commonErrors.not_found);
    return exam;
  }

  async view(ctx: Ctx, examId: string): Promise<ExamView> {
    return examView(await this.db.read(ctx, (tx) => this.one(tx, examId)));
  }

  async detail(ctx: Ctx, examId: string): Promise<ExamDetail> {
    return this.db.read(ctx, async (tx) => {
      const exam = await this.one(tx, examId);
      const linked = await this.linked(tx, examId);
      const studyIds = linked.map(({ studyId }) => studyId);
      return examDetail({
        exam,
        linked,
        operators: await this.studies.operatorsOf(tx, studyIds),
        flags: await this.flags.ofExam(tx, examId),
        imageMoves: await this.imageMoves(tx, examId),
        upload: (await this.studies.progress(tx, [examId])).get(examId) ?? null,
      });
    });
  }

  private linked(tx: Tx, examId: string): Promise<LinkedStudy[]> {
    return tx.rows<LinkedStudy>(
      `SELECT s.id AS "studyId", s.study_uid AS "studyInstanceUid", s.modalities, s.description, s.instance_count AS instances,
         l.linked_how AS "linkedHow", l.linked_at AS "linkedAt",
         CASE WHEN l.linked_how IN ('accession', 'created') THEN '${THE_SYSTEM}' ELSE l.linked_by END AS "linkedBy",
         s.quarantined_at IS NOT NULL AS quarantined
       FROM exam_study l JOIN dicom_study s ON s.id = l.study_id
       WHERE l.county_id = $1 AND l.exam_id = $2 AND l.unlinked_at IS NULL ORDER BY s.study_date, s.study_time, s.study_uid`,
      [tx.ctx.countyId, examId],
    );
  }

  private imageMoves(tx: Tx, examId: string): Promise<ImageMoveView[]> {
    return tx.rows<ImageMoveView>(
      `SELECT id AS "moveId", kind, from_exam_id AS "fromExamId", to_exam_id AS "toExamId",
         study_ids || back_study_ids AS "studyIds", reason, done_by AS "doneBy", done_at AS "doneAt", undone_at AS "undoneAt"
       FROM exam_image_move WHERE county_id = $1 AND $2 IN (from_exam_id, to_exam_id) ORDER BY done_at, id`,
      [tx.ctx.countyId, examId],
    );
  }
}

const NAMES = `
  (SELECT c.name FROM clinic c WHERE c.id = e.clinic_id) AS clinic_name,
  ARRAY(SELECT s.study_uid FROM exam_study l JOIN dicom_study s ON s.id = l.study_id
    WHERE l.exam_id = e.id AND l.unlinked_at IS NULL ORDER BY s.study_date, s.study_time, s.study_uid) AS study_uids,
  ARRAY(SELECT said ->> 'studyInstanceUid' FROM jsonb_array_elements(e.declared_studies) AS said
    WHERE ${anotherClinics({ county: 'e.county_id', clinic: 'e.clinic_id', uid: "said ->> 'studyInstanceUid'" })}) AS taken_uids`;

/**
 * `plain`: the newest. `recent`: what matches among the newest few thousand, which fills the page for every name that is
 * common. `index`: everything that matches, by the indexes of the names and numbers, then sorted: quick for what is rare.
 * Left to itself, the planner walks through the whole list for rare names, or sorts 100,000 people of one surname.
 */
export type ListWay = 'plain' | 'recent' | 'index';

const RECENT = 5_000;

/** The list's statement: only the conditions that are asked for, so that each has its index. Exported for the plan test. */
export function listSql(ctx: Ctx, input: ListExams, way: ListWay): { sql: string; params: unknown[] } {
  const params: unknown[] = [ctx.countyId];
  const add = (value: unknown): string => `$${params.push(value)}`;
  const where = ['e.county_id = $1', ...clinicCondition(ctx, input, add)];
  if (input.state) where.push(`e.state = ${add(input.state)}`);
  if (input.from) where.push(`e.created_at >= ${add(input.from)}`);
  if (input.to) where.push(`e.created_at < ${add(input.to)}`);
  if (input.cursor) {
    const [createdAt, id] = decodeCursor(input.cursor, timeAndId);
    where.push(`(e.created_at, e.id) < (${add(createdAt)}::timestamptz, ${add(id)}::uuid)`);
  }
  const matches = `(${searchTerms(input.q ?? '')
    .map((term) => termSql(term, add))
    .join(' OR ')})`;
  const limit = `LIMIT ${add(input.limit + 1)}`;
  const newest = 'ORDER BY e.created_at DESC, e.id DESC';
  const all = `FROM exam e WHERE ${where.join(' AND ')}`;
  const page = {
    plain: () => `SELECT e.* ${all} ${newest} ${limit}`,
    recent: () => `SELECT e.* FROM (SELECT e.* ${all} ${newest} LIMIT ${RECENT}) e WHERE ${matches} ${newest} ${limit}`,
    index: () => `WITH hit AS MATERIALIZED (SELECT e.id, e.created_at ${all} AND ${matches}),
        top AS (SELECT e.id FROM hit e ${newest} ${limit})
      SELECT e.* FROM exam e JOIN top USING (id)`,
  };
  // The names are looked up for the rows of the page alone.
  return { sql: `SELECT e.*, ${NAMES} FROM (${page[way]()}) e ${newest}`, params };
}

function clinicCondition(ctx: Ctx, input: ListExams, add: (value: unknown) => string): string[] {
  const visible = visibleClinics(ctx);
  if (input.clinic) {
    if (visible !== null && !visible.includes(input.clinic))
      throw new DomainError(commonErrors.not_found, { field: 'clinic' });
    return [`e.clinic_id = ${add(input.clinic)}`];
  }
  if (visible === null) return [];
  return [visible.length === 1 ? `e.clinic_id = ${add(visible[0])}` : `e.clinic_id = ANY(${add(visible)})`];
}

function termSql({ column, how, value }: SearchTerm, add: (value: unknown) => string): string {
  if (how === 'equal') return `e.${column} = ${add(value)}`;
  return `(e.${column} >= ${add(value)} AND e.${column} < ${add(afterPrefix(value))})`;
}
