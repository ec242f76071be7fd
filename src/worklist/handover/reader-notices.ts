import { Injectable } from '@nestjs/common';
import { Notices, type Receiver } from '../../notices';
import type { Tx } from '../../platform/database';
import type { ReadingItem } from '../reading-item.entity';
import { RETURN_CODES, type ReturnCode, WANTED, type Wanted } from '../claiming/return-codes';

/** Who at a clinic sees to an exam that came back: its technicians and ordering doctors. */
const CLINIC_PEOPLE = 'exam.urge';
const CHIEFS = 'worklist.manage';

type Shown = Pick<ReadingItem, 'exam_id' | 'accession_number'>;

/**
 * Who is told when an exam goes another way than on. 放弃 concerns nobody but the list. Why it was rejected, returned or
 * withdrawn is a person's own words and may name a patient: a notice may leave the centre as a text message, so it gives
 * the code where there is one, and the words stay on the exam's page.
 */
@Injectable()
export class ReaderNotices {
  constructor(private readonly notices: Notices) {}

  /** 驳回: the writer. */
  rejected(tx: Tx, item: ReadingItem): Promise<void> {
    const text = `检查 ${number(item)} 的报告被驳回，原因见检查页面，请修改后重新提交`;
    return this.person(tx, 'reject', item, item.writer_id, text);
  }

  /** 退回: whoever can take the images again or fill in what is missing. */
  returned(
    tx: Tx,
    item: ReadingItem,
    { code, wanted, noted }: { readonly code: ReturnCode; readonly wanted: Wanted; readonly noted: boolean },
  ): Promise<void> {
    const why = `${code} ${RETURN_CODES[code]}，需${WANTED[wanted]}${noted ? '；说明见检查页面' : ''}`;
    return this.notices.tell(tx, {
      kind: 'worklist.return',
      examId: item.exam_id,
      text: `检查 ${number(item)} 被退回：${why}`,
      to: [{ clinicId: item.clinic_id, permission: CLINIC_PEOPLE }],
      params: { code, wanted },
    });
  }

  /** 撤回: the reader it was assigned to. */
  withdrawn(tx: Tx, item: ReadingItem): Promise<void> {
    const text = `检查 ${number(item)} 已由卫生院撤回，原因见检查页面`;
    return this.person(tx, 'withdraw', item, item.assigned_person_id, text);
  }

  /** A claim was taken over or ended by another: the one who had it. */
  takenFrom(tx: Tx, item: ReadingItem, holderId: string, reason: string): Promise<void> {
    const text = `您领取的检查 ${number(item)} 已由 ${tx.ctx.actor.name} 接手：${reason}`;
    return this.person(tx, 'takeover', item, holderId, text);
  }

  unlocked(tx: Tx, item: ReadingItem, holderId: string, reason: string): Promise<void> {
    const text = `您领取的检查 ${number(item)} 已由 ${tx.ctx.actor.name} 解除领取：${reason}`;
    return this.person(tx, 'unlock', item, holderId, text);
  }

  /** The limit of 挂起 has come: the reader's turn again. */
  unparked(tx: Tx, item: ReadingItem): Promise<void> {
    const text = `检查 ${number(item)} 的挂起时限已到，请继续处理`;
    return this.person(tx, 'unpark', item, item.holder_id, text);
  }

  /** A chief has said that somebody is away. */
  sentOff(tx: Tx, personId: string, reason: string, exams: number): Promise<void> {
    const text = `${tx.ctx.actor.name} 将您标记为离岗（${reason}），${exams} 份检查已释放`;
    return this.notices.tell(tx, { kind: 'worklist.off-duty', text, to: [{ personId }] });
  }

  silent(tx: Tx, hospitalId: string, exams: number): Promise<void> {
    const text = `本院阅片端已 5 分钟没有响应，${exams} 份检查已释放回待读列表`;
    const to: Receiver = { hospitalId, permission: CHIEFS };
    return this.notices.tell(tx, { kind: 'worklist.silent', text, to: [to], urgent: true });
  }

  /** 交接班: the receiver, once for all. */
  handedOver(
    tx: Tx,
    { id, from, to, count, note }: { id: string; from: string; to: string; count: number; note: string },
  ): Promise<void> {
    return this.notices.tell(tx, {
      kind: 'worklist.handover',
      text: `${from} 向您交班 ${count} 份检查：${note}`,
      to: [{ personId: to }],
      params: { handoverId: id },
      key: `handover:${id}`,
    });
  }

  private async person(tx: Tx, kind: string, item: Shown, personId: string | null, text: string): Promise<void> {
    if (personId !== null && personId !== tx.ctx.actor.id) await this.tell(tx, kind, item, [{ personId }], text);
  }

  private tell(tx: Tx, kind: string, item: Shown, to: readonly Receiver[], text: string): Promise<void> {
    return this.notices.tell(tx, { kind: `worklist.${kind}`, examId: item.exam_id, text, to });
  }
}

const number = ({ accession_number: accessionNumber }: Shown): string => accessionNumber || '（无检查号）';
