import { Injectable } from '@nestjs/common';
import { type DoubtFacts, Exams } from '../exams';
import { Notices } from '../notices';
import type { Tx } from '../platform/database';
import type { Message, TransactionalHandler } from '../platform/outbox';
import { FOLLOW_DOUBT } from './collaboration.subscriptions';
import { Consultations } from './consultation/consultations';
import { readersOf } from './people';

const HELD = '被标记身份存疑，审签和打印已暂停，原因见检查页面';
const RELEASED = '的身份存疑已解除，请确认患者与影像相符后再继续';
const IMAGES_GONE = '的影像已移到其他检查，身份存疑随之结束；本检查已无影像，不能审签';

/**
 * 身份存疑 stops the signature, and its end lets it go on: whoever reads the exam or has signed it hears of both, also of
 * a doubt that another has put aside, and so does the expert whose images it stops. The clinic is told by the command itself.
 */
@Injectable()
export class FollowDoubt implements TransactionalHandler {
  readonly consumer = FOLLOW_DOUBT;

  constructor(
    private readonly exams: Exams,
    private readonly notices: Notices,
    private readonly consultations: Consultations,
  ) {}

  async handle(tx: Tx, message: Message): Promise<void> {
    const { held, by } = message.payload as unknown as DoubtFacts;
    const [{ exam }, { people }] = [
      await this.exams.brief(tx, message.subjectId),
      await readersOf(tx, message.subjectId),
    ];
    const told = held ? '身份存疑，核实并解除之前暂停提供影像' : '的身份存疑已解除，影像恢复提供';
    await this.consultations.tellExpert(tx, exam.id, told, [by, ...people]);
    const to = people.filter((personId) => personId !== by).map((personId) => ({ personId }));
    if (to.length === 0) return;
    const text = held ? HELD : exam.last_image_at === null && !exam.metadata_only ? IMAGES_GONE : RELEASED;
    await this.notices.tell(tx, {
      kind: held ? 'exam.held' : 'exam.hold-released',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? '（无检查号）'} ${text}`,
      to,
      urgent: held,
      key: `doubt:${message.id}`,
    });
  }
}
