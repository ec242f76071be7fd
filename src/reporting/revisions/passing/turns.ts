import { Injectable } from '@nestjs/common';
import { Notices, type Receiver } from '../../../notices';
import { Clock } from '../../../platform/clock';
import type { Tx } from '../../../platform/database';
import { Outbox } from '../../../platform/outbox';
import { Amendments, type OpenAmendment } from '../amendments';
import { AMENDMENT_KIND_NAMES, type TakenHow } from '../amendment.state';
import type { ReportAmendment } from '../revisions.entities';
import { amendmentPassed } from './amendment.events';

export interface Passing {
  readonly to: { readonly id: string; readonly name: string; readonly hospitalId: string | null };
  readonly how: TakenHow;
  readonly reason: string;
}

/**
 * Changes an amendment's writer, or leaves it without one: row, audit, news and who is told, in the caller's
 * transaction. Reasons are a person's own words: they stay with the exam and are in no notice.
 */
@Injectable()
export class AmendmentTurns {
  constructor(
    private readonly amendments: Amendments,
    private readonly notices: Notices,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Another writes it from here on. */
  async pass(tx: Tx, open: OpenAmendment, { to, how, reason }: Passing): Promise<ReportAmendment> {
    const { writer_id: from } = open.amendment;
    const set = {
      writer_id: to.id,
      writer_hospital_id: to.hospitalId,
      released_at: null,
      release_reason: null,
      taken_from_id: from,
      taken_how: how,
      taken_reason: reason,
      taken_at: this.clock.now(),
    };
    const details = { from, to: to.id, how, hospitalId: to.hospitalId };
    const verb = how === 'handover' ? 'handover' : 'takeover';
    const after = await this.amendments.turn(tx, open, { verb, reason, set, details });
    await this.outbox.emit(tx, amendmentPassed(after, from));
    await this.tellOfPassing(tx, open, { to, how });
    return after;
  }

  /** Nobody writes it from here on, until somebody takes it over. `also` is told beside the chiefs of its hospital. */
  async release(
    tx: Tx,
    open: OpenAmendment,
    { verb, reason, also }: { verb: keyof typeof LET_GO; reason: string; also: readonly Receiver[] },
  ): Promise<ReportAmendment> {
    const { writer_id: from, writer_hospital_id: hospitalId } = open.amendment;
    const set = { released_at: this.clock.now(), release_reason: reason };
    const after = await this.amendments.turn(tx, open, { verb, reason, set, details: { from, hospitalId } });
    await this.outbox.emit(tx, amendmentPassed(after, from));
    const chiefs: Receiver[] = hospitalId === null ? [] : [{ hospitalId, permission: 'report.revise' }];
    const text = `${title(open)}现在无人书写（${LET_GO[verb]}），请接手或指定医师`;
    await this.tell(tx, open, { kind: 'report.amendment-released', text, to: [...chiefs, ...also] });
    return after;
  }

  /** Who had it, and who has been given it; nobody is told what he has just done himself. */
  private async tellOfPassing(tx: Tx, open: OpenAmendment, { to, how }: Omit<Passing, 'reason'>): Promise<void> {
    const { writer_id: from } = open.amendment;
    const { id: caller, name } = tx.ctx.actor;
    const news = how === 'handover' ? `已由 ${name} 交给 ${to.name} 继续书写` : `已由 ${to.name} 接手`;
    if (from !== caller && from !== to.id)
      await this.tell(tx, open, {
        kind: 'report.amendment-taken',
        text: `您书写的${title(open)}${news}，原因见检查页面`,
        to: [{ personId: from }],
      });
    if (to.id !== caller)
      await this.tell(tx, open, {
        kind: 'report.amendment-given',
        text: `${name} 将${title(open)}交给您继续书写，原因见检查页面`,
        to: [{ personId: to.id }],
      });
  }

  private async tell(
    tx: Tx,
    { amendment, exam }: OpenAmendment,
    telling: { kind: string; text: string; to: readonly Receiver[] },
  ): Promise<void> {
    if (telling.to.length === 0) return;
    await this.notices.tell(tx, { ...telling, examId: exam.id, params: { amendmentId: amendment.id } });
  }
}

/** As a notice says it: why a person is away is his own matter. */
const LET_GO = { 'off-duty': '书写医师已离岗', silence: '医院阅片端无响应' } as const;

const title = ({ amendment, exam }: OpenAmendment): string =>
  `检查 ${exam.accession_number ?? ''} 的${AMENDMENT_KIND_NAMES[amendment.kind]}报告`;
