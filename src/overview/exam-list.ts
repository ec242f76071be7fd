import { Injectable } from '@nestjs/common';
import { Exams, type ExamItem, type ListExams } from '../exams';
import type { Ctx } from '../platform/context';
import type { Page } from '../platform/database';
import { WorklistQueries } from '../worklist';

/** The list of exams, each with the time at which the reading list has its report due. */
@Injectable()
export class ExamList {
  constructor(
    private readonly exams: Exams,
    private readonly worklist: WorklistQueries,
  ) {}

  /**
   * Newest first. `dueAt` is null for an exam that has not come to the readers' list. Throws `not_found` for a clinic
   * not his.
   */
  async page(ctx: Ctx, input: ListExams): Promise<Page<ExamItem>> {
    const { items, nextCursor } = await this.exams.list(ctx, input);
    const ids = items.map(({ examId }) => examId);
    const due = await this.worklist.dueTimes(ctx, ids);
    return { items: items.map((item) => ({ ...item, dueAt: due.get(item.examId) ?? null })), nextCursor };
  }
}
