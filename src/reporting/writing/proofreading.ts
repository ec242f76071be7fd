import { Injectable } from '@nestjs/common';
import { type Exam, Exams } from '../../exams';
import { criticalFindings, type CriticalHit, type LintCode, lintReport, type LintResult } from '../../lint';
import { Clock, localDate } from '../../platform/clock';
import { can, type Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { KeyImages } from '../key-images/key-images';
import { requireSight } from './clinic-writer.rules';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from '../signing/signatories';
import { type Obstacle, obstacleTo, type ReportText } from '../signing/signing.rules';

/** An addendum says what it adds: it has no conclusion of its own that could be missing or at odds with its findings. */
const OF_WHOLE_REPORTS: readonly LintCode[] = ['EMPTY_IMPRESSION', 'CONTRADICTION'];

const YEARS_PER_UNIT = { Y: 1, M: 1 / 12, W: 7 / 365, D: 1 / 365, H: 1 / 8760 } as const;

/** What a text is told before it goes on: faults, errors first, and findings that may be critical values. */
export interface Advice {
  readonly results: readonly LintResult[];
  readonly critical: readonly CriticalHit[];
}

export interface DraftAdvice extends Advice {
  /** Of the text; 0 = there is none. */
  readonly version: number;
  /** What in the caller's own registration would refuse his next act, said before the work is done. */
  readonly obstacle: Obstacle | null;
}

/** A text on which somebody works, as it is saved. */
export interface TextAtWork extends ReportText {
  readonly version: number;
  /** 补充: it only adds to a report. */
  readonly adds: boolean;
}

/** 审签前校对: the lint (domain §6) on a text and the exam it is about. */
@Injectable()
export class Proofreading {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
    private readonly signatories: Signatories,
    private readonly keyImages: KeyImages,
    private readonly clock: Clock,
  ) {}

  /** What is to be said of the text that `read` finds; nothing while there is none. Throws `not_found`, `forbidden`. */
  async of(ctx: Ctx, examId: string, read: (tx: Tx) => Promise<TextAtWork | undefined>): Promise<DraftAdvice> {
    return this.db.read(ctx, async (tx) => {
      const { exam } = await this.exams.brief(tx, examId);
      requireSight(ctx, exam, 'report.draft');
      const text = await read(tx);
      const advice = text ? await this.advice(tx, examId, text, text.adds) : { results: [], critical: [] };
      return { version: text?.version ?? 0, ...advice, obstacle: await this.obstacle(tx) };
    });
  }

  /** What is said of a text that is handed in. It refuses nothing: the other doctor may mend it. */
  async advice(tx: Tx, examId: string, text: ReportText, adds: boolean): Promise<Advice> {
    const results = adds ? await this.readAddendum(tx, examId, text) : await this.read(tx, examId, text);
    return { results, critical: criticalFindings(text) };
  }

  private async obstacle(tx: Tx): Promise<Obstacle | null> {
    const [caller] = await this.signatories.read(tx, { personId: tx.ctx.actor.id, hospitalId: null });
    const act = can(tx.ctx, 'report.sign') ? '审签' : '提交';
    return obstacleTo(act, caller, localDate(this.clock.now()));
  }

  /** Everything the lint finds, errors first. */
  async read(tx: Tx, examId: string, text: ReportText): Promise<LintResult[]> {
    const { exam } = await this.exams.brief(tx, examId);
    const captions = (await this.keyImages.marked(tx, examId)).flatMap(({ caption }) => caption ?? []);
    const results = lintReport({
      exam: {
        modality: exam.modality ?? '',
        bodyPart: exam.body_part ?? exam.item_name ?? '',
        laterality: exam.laterality,
        sex: exam.sex === 'O' ? null : exam.sex,
        age: yearsOf(exam),
      },
      technique: text.technique,
      // What stands under a picture is printed and signed like any other sentence of the findings.
      findings: [text.findings, ...captions].join('\n'),
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
    return clean(await this.readAddendum(tx, examId, text), present);
  }

  private async readAddendum(tx: Tx, examId: string, text: ReportText): Promise<LintResult[]> {
    return (await this.read(tx, examId, text)).filter(({ code }) => !OF_WHOLE_REPORTS.includes(code));
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
