import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/context';
import type { Page, Tx } from '../platform/database';
import { DomainError } from '../platform/errors';
import type { Exam } from './exam.entity';
import { type ExamDetail, type ExamItem, studyUidsOf } from './exam.view';
import type { ListExams } from './exams.dto';
import { examErrors } from './exams.errors';
import { ExamsQueries } from './exams.queries';

/** Everything a reading list copies of an exam. */
export interface ExamBrief {
  readonly exam: Exam;
  readonly clinicName: string;
  readonly studyUids: readonly string[];
}

/** What the slices above ask of exams. */
@Injectable()
export class Exams {
  constructor(private readonly queries: ExamsQueries) {}

  /** The exam as it is in the caller's transaction. Throws `not_found` when there is none that the caller may see. */
  async brief(tx: Tx, examId: string): Promise<ExamBrief> {
    const { clinic_name: clinicName, study_uids, taken_uids, ...exam } = await this.queries.one(tx, examId);
    return { exam, clinicName, studyUids: studyUidsOf({ ...exam, study_uids, taken_uids }) };
  }

  /** The caller's exams, newest first. Throws `not_found` for a clinic that is not his. */
  list(ctx: Ctx, input: ListExams): Promise<Page<ExamItem>> {
    return this.queries.list(ctx, input);
  }

  /** Everything about one exam that this slice knows: content, studies, flags, moves of images. Throws `not_found`. */
  detail(ctx: Ctx, examId: string): Promise<ExamDetail> {
    return this.queries.detail(ctx, examId);
  }

  /** Throws `identity_on_hold`: nothing is signed or printed while it is in doubt whose images these are. */
  requireNoHold(exam: Pick<Exam, 'identity_hold_at'>): void {
    if (exam.identity_hold_at !== null) throw new DomainError(examErrors.identity_on_hold);
  }
}
