import { Injectable } from '@nestjs/common';
import { type DoubtEnd, type DoubtFacts, Exams } from '../exams';
import { Notices } from '../notices';
import type { Tx } from '../platform/database';
import type { Message, TransactionalHandler } from '../platform/outbox';
import { FOLLOW_DOUBT } from './collaboration.subscriptions';
import { Consultations } from './consultation/consultations';
import { readersOf } from './people';

/** What readers and the expert are told: whether they may go on. */
interface News {
  readonly readers: string;
  readonly expert: string;
}

const HELD: News = {
  readers: '被标记身份存疑，审签和打印已暂停，原因见检查页面',
  expert: '身份存疑，核实并解除之前暂停提供影像',
};
const MADE_SURE: News = {
  readers: '的身份存疑已解除，请确认患者与影像相符后再继续',
  expert: '的身份存疑已解除，影像恢复提供',
};
const ENDED: Readonly<Record<DoubtEnd, News>> = {
  released: MADE_SURE,
  images_moved: {
    readers: '的影像已更正，身份存疑随之结束，请重新核对影像后再继续',
    expert: '的影像已更正，身份存疑随之结束，请重新查看影像',
  },
  images_gone: {
    readers: '的影像已移到其他检查，身份存疑随之结束；本检查已无影像，不能审签',
    expert: '的影像已移到其他检查，身份存疑随之结束；本检查已无影像',
  },
  voided: { readers: '已作废，身份存疑随之结束', expert: '已作废，不再提供影像' },
};

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
    const { held, ended, by } = message.payload as unknown as DoubtFacts;
    const [{ exam }, { people }] = [
      await this.exams.brief(tx, message.subjectId),
      await readersOf(tx, message.subjectId),
    ];
    // A doubt of an earlier version's outbox does not say how it ended.
    const news = held ? HELD : ENDED[ended ?? 'released'];
    await this.consultations.tellExpert(tx, exam.id, news.expert, [by, ...people]);
    const to = people.filter((personId) => personId !== by).map((personId) => ({ personId }));
    if (to.length === 0) return;
    await this.notices.tell(tx, {
      kind: held ? 'exam.held' : 'exam.hold-released',
      examId: exam.id,
      text: `检查 ${exam.accession_number ?? '（无检查号）'} ${news.readers}`,
      to,
      urgent: held,
      key: `doubt:${message.id}`,
    });
  }
}
