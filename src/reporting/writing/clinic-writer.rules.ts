import type { Exam } from '../../exams';
import { can, type Ctx } from '../../platform/context';
import { commonErrors, DomainError } from '../../platform/errors';

/**
 * Whether the caller belongs to those who write this exam at its clinic (*review* mode). Whoever calls this has read the
 * exam through the caller's own sight, so that a clinic is asked about its own exams alone.
 */
export function writesAtClinic(ctx: Ctx, { mode }: Pick<Exam, 'mode'>): boolean {
  return mode === 'review' && can(ctx, 'report.write_at_clinic');
}

/**
 * Who works on a text sees it before it is signed: whoever has this permission at the centre, and in review mode the clinic
 * that writes. Throws `forbidden` for everybody else.
 */
export function requireSight(ctx: Ctx, exam: Pick<Exam, 'mode'>, permission: 'worklist.read' | 'report.draft'): void {
  if (can(ctx, permission) || writesAtClinic(ctx, exam)) return;
  throw new DomainError(commonErrors.forbidden, { permission });
}
