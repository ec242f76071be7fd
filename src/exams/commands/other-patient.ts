import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import type { Ctx } from '../../platform/context';
import { Db } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import type { ExamContent } from '../content/class-a.rules';
import type { Exam } from '../exam.entity';
import { stateParams } from '../exam-states';
import { examErrors } from '../exams.errors';
import { comparePatients } from '../images/matching.rules';
import { contentFacts } from '../patients';
import { mayBecomeAnothers } from './command.rules';
import { ExamFlags } from './exam-flags';

/** An exam was to become another patient's under images or readers that know it as somebody's. */
class OtherPatientRefused extends DomainError {
  constructor(
    readonly exam: Exam,
    readonly said: ExamContent,
  ) {
    super(examErrors.other_patient, { ...stateParams(exam.state), examId: exam.id });
  }
}

/** Keeps an exam with its patient: a report must not name somebody else than the images it was read from. */
@Injectable()
export class OtherPatient {
  constructor(
    private readonly db: Db,
    private readonly flags: ExamFlags,
    private readonly audit: Audit,
  ) {}

  /** Whether what is said makes the exam another patient's. Throws `other_patient` where it may not become that. */
  check(exam: Exam, said: ExamContent): boolean {
    if (!comparePatients(contentFacts(exam), contentFacts(said)).otherPatient) return false;
    if (!mayBecomeAnothers(exam)) throw new OtherPatientRefused(exam, said);
    return true;
  }

  /**
   * Runs a command that {@link check}s. Refused for another patient it changes nothing, but somebody has to look whose exam
   * it is: the flag and its audit row are written in a transaction of their own before the error goes on.
   */
  async watch<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OtherPatientRefused) await this.flag(ctx, error);
      throw error;
    }
  }

  private async flag(ctx: Ctx, { exam, said }: OtherPatientRefused): Promise<void> {
    const code = 'patient_id_mismatch';
    const details = {
      accessionNumber: exam.accession_number,
      exam: exam.patient_local_id,
      request: said.patient_local_id,
    };
    await this.db.write(ctx, async (tx) => {
      await this.flags.raise(tx, exam, [{ code, details }]);
      await this.audit.record(tx, {
        action: 'exam.other-patient-refused',
        subjectType: 'exam',
        subjectId: exam.id,
        details: { code, state: exam.state },
      });
    });
  }
}
