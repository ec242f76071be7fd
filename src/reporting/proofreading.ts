import { Injectable } from '@nestjs/common';
import { type Exam, Exams } from '../exams';
import { type LintCode, lintReport, type LintResult } from '../lint';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { DomainError, type ErrorParams } from '../platform/errors';
import { Drafts } from './drafts';
import { reportingErrors } from './reporting.errors';
import type { ReportText } from './signing.rules';

/** An addendum says what it adds: it has no conclusion of its own that could be missing or at odds with its findings. */
const OF_WHOLE_REPORTS: readonly LintCode[] = ['EMPTY_IMPRESSION', 'CONTRADICTION'];

const YEARS_PER_UNIT = { Y: 1, M: 1 / 12, W: 7 / 365, D: 1 / 365, H: 1 / 8760 } as const;

/** 审签前校对: the lint (domain §6) on a text and the exam it is about. */
@Injectable()
export class Proofreading {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
    private readonly drafts: Drafts,
  ) {}

  /** What the lint says of the draft as it is saved; nothing while there is none. Throws `not_found`. */
  async ofDraft(ctx: Ctx, examId: string): Promise<{ version: number; results: LintResult[] }> {
    return this.db.read(ctx, async (tx) => {
      const draft = await this.drafts.of(tx, examId);
      if (!draft) {
        await this.exams.brief(tx, examId);
        return { version: 0, results: [] };
      }
      return { version: draft.version, results: await this.read(tx, examId, draft) };
    });
  }

  /** Everything the lint finds, errors first. */
  async read(tx: Tx, examId: string, text: ReportText): Promise<LintResult[]> {
    const { exam } = await this.exams.brief(tx, examId);
    const results = lintReport({
      exam: {
        modality: exam.modality ?? '',
        bodyPart: exam.body_part ?? exam.item_name ?? '',
        laterality: exam.laterality,
        sex: exam.sex === 'O' ? null : exam.sex,
        age: yearsOf(exam),
      },
      technique: text.technique,
      findings: text.findings,
      impression: text.impression,
      recommendation: text.recommendation,
      positive: text.positive,
      history: [exam.clinical_diagnosis, exam.symptoms].filter(Boolean).join('；'),
    });
    return results.sort((a, b) => a.severity.localeCompare(b.severity));
  }

  /** The warnings that the signer should see. Throws `lint_errors` with their codes while there is a hard error. */
  async requireClean(tx: Tx, examId: string, text: ReportText, present: ErrorParams): Promise<LintResult[]> {
    return clean(await this.read(tx, examId, text), present);
  }

  /** The same for a text that only adds to a report. */
  async requireCleanAddendum(tx: Tx, examId: string, text: ReportText, present: ErrorParams): Promise<LintResult[]> {
    const results = await this.read(tx, examId, text);
    return clean(
      results.filter(({ code }) => !OF_WHOLE_REPORTS.includes(code)),
      present,
    );
  }
}

/** Only hard errors block. Their texts quote the report: whoever signs it has it before him, a log has no business with it. */
function clean(results: LintResult[], present: ErrorParams): LintResult[] {
  const errors = results.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return results;
  const codes = [...new Set(errors.map(({ code }) => code))];
  throw new DomainError(reportingErrors.lint_errors, { ...present, codes, count: errors.length });
}

function yearsOf({ age_value: value, age_unit: unit }: Pick<Exam, 'age_value' | 'age_unit'>): number | null {
  return value === null || unit === null ? null : Math.floor(value * YEARS_PER_UNIT[unit]);
}
