import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import { systemCtx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { eachOf, type Message, type Sweep, type TransactionalHandler } from '../../platform/outbox';
import { quietAt } from './completeness.rules';
import { ExamImages } from './exam-images';
import { ExamStates } from '../exam-states';
import { ASSUME_COMPLETE } from '../exams.subscriptions';
import { StudyLinks } from './study-links';

/** Exams that one round of the sweep looks at; the rest comes with the next round. */
const SWEEP_LIMIT = 200;

/**
 * The alarm behind images that came without a manifest: when nothing has come for QUIET_SECONDS they are assumed to be all.
 * Earlier alarms set themselves anew; an open manifest knows better and is waited for.
 */
@Injectable()
export class AssumeComplete implements TransactionalHandler {
  readonly consumer = ASSUME_COMPLETE;

  constructor(
    private readonly states: ExamStates,
    private readonly images: ExamImages,
    private readonly studies: StudyLinks,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  handle(tx: Tx, { subjectId }: Message): Promise<void> {
    return this.look(tx, subjectId);
  }

  async look(tx: Tx, examId: string): Promise<void> {
    const exam = await this.states.lock(tx, examId);
    if (['RETURNED', 'WITHDRAWN', 'VOID'].includes(exam.state)) return;
    // Images are told in bursts: the study may know of later ones than the exam does.
    const { last_image_at } = await this.images.imagesNow(tx, examId);
    const at = quietAt({ ...exam, last_image_at }, this.config.env.QUIET_SECONDS);
    if (at === null) return;
    if (at > this.clock.now()) await this.images.startQuietTime(tx, { ...exam, last_image_at });
    else if (!(await this.studies.uploading(tx, examId))) await this.images.completed(tx, exam, 'assumed');
  }
}

/** Finds exams whose alarm was lost, or whose manifest was given up, and looks at them anew. */
@Injectable()
export class QuietSweep implements Sweep {
  readonly name = 'exams-quiet';

  constructor(
    private readonly db: Db,
    private readonly studies: StudyLinks,
    private readonly assume: AssumeComplete,
    private readonly config: Config,
  ) {}

  async sweep(tx: Tx, now: Date): Promise<number> {
    // Twice the quiet time: what is due just now is the alarm's business.
    const before = new Date(now.getTime() - 2_000 * this.config.env.QUIET_SECONDS);
    const exams = await this.studies.quietSince(tx, before, SWEEP_LIMIT);
    await eachOf(exams, (exam) =>
      this.db.write(systemCtx(this.name, exam.county_id, newId()), (own) => this.assume.look(own, exam.id)),
    );
    return exams.length;
  }
}
