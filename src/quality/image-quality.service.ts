import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../audit';
import { EXAM_STATE_NAMES, type Exam, type ExamBrief, ExamInstances, Exams } from '../exams';
import { Clock } from '../platform/clock';
import { can, type Ctx, personOf } from '../platform/context';
import type { Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import { Claims, type ReadingItem, worklistErrors } from '../worklist';
import { type Capacity, capacityOf, HELD } from './grading-right.rules';
import { ImageGrading, type StudyGrading } from './image-grading.entity';
import type { GradeInput } from './image-quality.dto';
import { ImageQualityQueries } from './image-quality.queries';
import {
  faultOf,
  gradeOf,
  gradesOf,
  type Grading,
  type Scheme,
  schemeOf,
  SCHEMES,
  worstOf,
} from './image-quality.rules';
import type { ImageQualityView } from './image-quality.view';
import { qualityErrors } from './quality.errors';

/** What is about to be written, as the scheme allows it. */
interface Verdict extends Grading {
  readonly scheme: Scheme;
  readonly studies: readonly StudyGrading[] | null;
  readonly note: string | null;
}

/** Radiologists grade the images they read. Nothing is overwritten: the newest word counts, a reviewer's over a writer's. */
@Injectable()
export class ImageQualityService {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly exams: Exams,
    private readonly instances: ExamInstances,
    private readonly queries: ImageQualityQueries,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Grades the exam's images as a radiologist who holds the exam, or who signed it, or as a chief. Said again unchanged it
   * writes nothing. Throws `not_found`, `not_graded`, `grade_unfit`, `deficiency_missing`, `deficiency_unfit`,
   * `studies_unlike`, `grade_not_yours`, `no_images`, `stale_image_set`, `hospital_missing`, `wrong_hospital`, and what
   * {@link Claims.present} throws of exams on no list.
   */
  grade(ctx: Ctx, examId: string, input: GradeInput): Promise<ImageQualityView> {
    return this.commands.run(ctx, 'image-quality.grade', examId, async (tx) => {
      // Item and exam stay locked: nobody claims, signs or grades in between.
      const item = await this.claims.present(tx, examId);
      const brief = await this.exams.brief(tx, examId);
      const verdict = verdictOf(brief, input);
      const latest = await this.queries.latest(tx, examId);
      if (latest && isRepetition(ctx, latest, verdict, input.imageSet)) return this.queries.view(tx, brief.exam);
      const capacity = await this.requireRight(tx, item);
      await this.requireImages(tx, brief.exam);
      this.claims.requireImageSet(item, input.imageSet);
      const hospitalId = hospitalOf(ctx, item, input.hospitalId);
      await this.write(tx, item, latest, { ...verdict, capacity, hospitalId });
      return this.queries.view(tx, brief.exam);
    });
  }

  private async requireRight(tx: Tx, item: ReadingItem): Promise<Capacity> {
    const { state, stage, holder_id: holderId } = item;
    const signerId = await signerOf(tx, item.exam_id);
    const who = { id: personOf(tx.ctx).id, chief: can(tx.ctx, 'report.revise') };
    const capacity = capacityOf({ state, stage, holderId, signerId }, who);
    if (capacity) return capacity;
    const holder = HELD.includes(state) ? await this.claims.holder(tx, item) : {};
    throw new DomainError(qualityErrors.grade_not_yours, { state, stateName: EXAM_STATE_NAMES[state], ...holder });
  }

  /** Images that stay at the clinic are looked at there; of any others that are not here nobody can have seen one. */
  private async requireImages(tx: Tx, { id, state, metadata_only: metadataOnly }: Exam): Promise<void> {
    if (metadataOnly || (await this.instances.page(tx, id, null, 0)).length > 0) return;
    throw new DomainError(qualityErrors.no_images, { state, stateName: EXAM_STATE_NAMES[state] });
  }

  private async write(
    tx: Tx,
    item: ReadingItem,
    latest: ImageGrading | undefined,
    given: Verdict & { readonly capacity: Capacity; readonly hospitalId: string },
  ): Promise<void> {
    const { id, name } = personOf(tx.ctx);
    const row: ImageGrading = {
      county_id: tx.ctx.countyId,
      exam_id: item.exam_id,
      number: (latest?.number ?? 0) + 1,
      image_set: item.image_set,
      scheme: given.scheme,
      grade: given.grade,
      deficiencies: [...given.deficiencies],
      note: given.note,
      studies: given.studies,
      graded_as: given.capacity,
      graded_by: id,
      graded_by_name: name,
      hospital_id: given.hospitalId,
      graded_at: this.clock.now(),
    };
    await tx.insert(ImageGrading, row);
    const details = {
      number: row.number,
      scheme: row.scheme,
      grade: row.grade,
      from: latest?.grade ?? null,
      deficiencies: row.deficiencies,
      imageSet: row.image_set,
      as: row.graded_as,
      hospitalId: row.hospital_id,
    };
    const subject = { subjectType: 'exam', subjectId: item.exam_id };
    await this.audit.record(tx, { action: 'image-quality.grade', ...subject, details });
  }
}

/** The input as the exam's scheme allows it, the worst of its studies for the whole. */
function verdictOf({ exam, studyUids }: ExamBrief, input: GradeInput): Verdict {
  const { modality } = exam;
  const scheme = schemeOf(modality);
  if (!scheme) throw new DomainError(qualityErrors.not_graded, { modality });
  const { grade, deficiencies, studies = null, note = null } = input;
  const [first, ...others] = studies ?? (grade === undefined ? [] : [{ grade, deficiencies }]);
  if (!first || (studies && !sameMembers(studyUids, studies))) {
    throw new DomainError(qualityErrors.studies_unlike, { field: 'studies', studies: studyUids });
  }
  for (const grading of [first, ...others]) requireFit(scheme, grading);
  return { scheme, ...worstOf(scheme, [first, ...others]), studies, note };
}

function requireFit(scheme: Scheme, grading: Grading): void {
  const fault = faultOf(scheme, grading);
  if (!fault) return;
  const allowed = gradesOf(scheme).map(({ name }) => name);
  throw new DomainError(qualityErrors[fault], {
    field: fault === 'grade_unfit' ? 'grade' : 'deficiencies',
    schemeName: SCHEMES[scheme].name,
    allowed: allowed.join('、'),
    ...(fault === 'deficiency_missing' ? { gradeName: gradeOf(scheme, grading.grade).name } : {}),
  });
}

/** Each study of the exam once, and no other. */
function sameMembers(studyUids: readonly string[], studies: readonly StudyGrading[]): boolean {
  const named = new Set(studies.map(({ studyInstanceUid }) => studyInstanceUid));
  return named.size === studies.length && named.size === studyUids.length && studyUids.every((uid) => named.has(uid));
}

/** The same person's same word on the same images: a line that broke before the answer, or a second press of the button. */
function isRepetition({ actor }: Ctx, latest: ImageGrading, verdict: Verdict, imageSet: number): boolean {
  if (latest.graded_by !== actor.id || latest.image_set !== imageSet) return false;
  return wordOf(latest) === wordOf(verdict);
}

const wordOf = ({ scheme, grade, deficiencies, note, studies }: Verdict): string =>
  JSON.stringify([
    scheme,
    grade,
    deficiencies,
    note,
    studies &&
      [...studies]
        .sort((a, b) => (a.studyInstanceUid < b.studyInstanceUid ? -1 : 1))
        .map((study) => [study.studyInstanceUid, study.grade, study.deficiencies]),
  ]);

/** The hospital he holds the exam for; afterwards the one he names, or the only one he has. */
function hospitalOf(ctx: Ctx, item: ReadingItem, named: string | undefined): string {
  if (HELD.includes(item.state) && item.holder_hospital_id) return item.holder_hospital_id;
  const { hospitalIds } = personOf(ctx);
  const [first, ...others] = named === undefined ? hospitalIds : hospitalIds.filter((id) => id === named);
  if (first === undefined) throw new DomainError(worklistErrors.wrong_hospital, { hospitalId: named ?? null });
  if (others.length > 0) throw new DomainError(worklistErrors.hospital_missing, { field: 'hospitalId' });
  return first;
}

/** Who signed the text that stands: a corrected name is no reading of the images, and an addendum adds to another's. */
async function signerOf(tx: Tx, examId: string): Promise<string | null> {
  const row = await tx.row<{ reviewer_id: string }>(
    `SELECT v.reviewer_id FROM report_version v LEFT JOIN report_recall r ON r.version_id = v.id
     WHERE v.county_id = $1 AND v.exam_id = $2 AND r.version_id IS NULL AND v.kind NOT IN ('addendum', 'demographics')
     ORDER BY v.number DESC LIMIT 1`,
    [tx.ctx.countyId, examId],
  );
  return row?.reviewer_id ?? null;
}
