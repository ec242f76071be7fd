import { Injectable } from '@nestjs/common';
import { Notices } from '../../notices';
import { visibleClinics } from '../../platform/context';
import type { Tx } from '../../platform/database';
import type { Exam } from '../exam.entity';
import { type Reported, reportIsOut } from '../exam.state';

/** Who at a clinic sees to an exam: technicians, ordering doctors, the head. */
const CLINIC_PEOPLE = 'exam.urge';

type About = Pick<Exam, 'id' | 'clinic_id' | 'accession_number'>;
type Doubted = About & Reported;

/**
 * What others do to a clinic's exam, told to its people; what the clinic does itself it knows, but for a doubt and its end.
 * Reasons are people's own words and may name a patient: a notice may leave the centre as a text message, so they stay on
 * the exam's page.
 */
@Injectable()
export class ExamNotices {
  constructor(private readonly notices: Notices) {}

  /** Also of the clinic's own: its doctors may be treating by the report that one of its technicians doubts. */
  held(tx: Tx, exam: Doubted): Promise<void> {
    const text = '被标记身份存疑，审签和打印已暂停，请核对患者与影像；原因见检查页面';
    return this.tellClinic(tx, 'held', exam, text, reportIsOut(exam));
  }

  /** Also of the clinic's own: whoever has stopped on a doubt hears when it has ended. */
  holdReleased(tx: Tx, exam: Doubted): Promise<void> {
    return this.tellClinic(tx, 'hold-released', exam, '的身份存疑已解除', reportIsOut(exam));
  }

  /**
   * To whoever had the doubt, a reader as well: he may know better than the person who lifted it, and is to look while it
   * can still be stopped. That person's words go to the screen alone.
   */
  async doubtAnswered(tx: Tx, exam: About, raisedBy: string | null, reason: string): Promise<void> {
    if (raisedBy === null || raisedBy === tx.ctx.actor.id) return;
    const releasedBy = tx.ctx.actor.name;
    await this.notices.tell(tx, {
      kind: 'exam.doubt-answered',
      examId: exam.id,
      text: `${saysWhich(exam)}您标记的身份存疑已由${releasedBy}解除，请核对；仍有疑问的请重新标记，理由见检查页面`,
      to: [{ personId: raisedBy }],
      urgent: true,
      params: { releasedBy, reason },
    });
  }

  /** Without any image left it went back to the clinic; `why` is the return reason's code and text. */
  imagesGone(tx: Tx, exam: About, why: string): Promise<void> {
    return this.tell(tx, 'images-gone', exam, `的影像已移到其他检查，本检查被退回：${why}，需重拍；说明见检查页面`);
  }

  /** 作废 of an exam without a report; of a report that stands, its own void tells. */
  voided(tx: Tx, exam: About): Promise<void> {
    return this.tell(tx, 'voided', exam, '已作废，原因见检查页面');
  }

  private async tell(tx: Tx, what: string, exam: About, text: string): Promise<void> {
    if (visibleClinics(tx.ctx) === null) await this.tellClinic(tx, what, exam, text, false);
  }

  private async tellClinic(tx: Tx, what: string, exam: About, text: string, urgent: boolean): Promise<void> {
    await this.notices.tell(tx, {
      kind: `exam.${what}`,
      examId: exam.id,
      text: `${saysWhich(exam)}${text}`,
      to: [{ clinicId: exam.clinic_id, permission: CLINIC_PEOPLE }],
      butNot: tx.ctx.actor.id,
      urgent,
    });
  }
}

const saysWhich = (exam: About): string => `检查 ${exam.accession_number ?? '（无检查号）'} `;
