import { Injectable } from '@nestjs/common';
import { Exams } from '../../exams';
import { Notices, type Receiver } from '../../notices';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import type { CriticalCycle } from '../critical.entities';
import { answerable, chiefs, confirmers } from './readers';
import { type Rung, secondsBetween, type Target } from '../ladder/ladder.rules';
import type { WithdrawalCause } from '../withdrawing/withdrawal-causes';

/** How the clinic can be phoned about an exam. */
export interface Phones {
  readonly orderingDoctor: string | null;
  readonly orderingPhone: string | null;
  readonly dutyPhone: string | null;
}

/** What a clinic is told of a critical value that is not so any more, or not so as it was told. */
const WITHDRAWN_VALUE_SENTENCES: Readonly<Record<WithdrawalCause, string>> = {
  corrected: '此前通知的危急值已被更正撤回',
  changed: '此前通知的危急值内容已更正（侧别或程度有变），请按新报告处理',
  exam_void: '此前通知的危急值所属检查已作废，请勿再据此处理',
  exam_withdrawn: '此前通知的危急值所属检查已撤回，请勿再据此处理',
};

/** Who or what says that there may be a critical value. A correction suspects nothing of itself: it is told as a text is. */
const SUSPICION_SENTENCES: Readonly<Record<CriticalCycle['source'], string>> = {
  technician: '技师提示疑似危急值，请尽快阅片确认',
  reader: '进修/规培医师提示疑似危急值，请尽快阅片确认',
  text: '的报告中有危急值表述，请确认是否为危急值',
  correction: '的报告中有危急值表述，请确认是否为危急值',
};

/** What of an exam a notice needs. */
interface Whereabouts extends Phones {
  readonly accessionNumber: string;
  readonly clinicName: string;
}

/** Who hears of a critical value, in which words. The words never name the patient or the finding. */
@Injectable()
export class Tellings {
  constructor(
    private readonly exams: Exams,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** Marked by a radiologist: every screen of the clinic, at once. */
  async marked(tx: Tx, cycle: CriticalCycle): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const text = `检查 ${accessionNumber} 有危急值，请立即查看并由本人确认`;
    return this.urgent(tx, cycle, 'marked', text, [this.clinic(cycle)]);
  }

  /** What was told is not so any more: as loud as the value was. */
  async withdrawn(tx: Tx, cycle: CriticalCycle, cause: WithdrawalCause): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const text = `检查 ${accessionNumber} ${WITHDRAWN_VALUE_SENTENCES[cause]}，请立即查看并由本人确认`;
    return this.urgent(tx, cycle, 'marked', text, [this.clinic(cycle)]);
  }

  /** Raised by a technician or a trainee, or found in a text: whoever can say whether it is one. */
  async suspected(tx: Tx, cycle: CriticalCycle, to: readonly Receiver[]): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const text = `检查 ${accessionNumber} ${SUSPICION_SENTENCES[cycle.source]}`;
    return this.urgent(tx, cycle, 'suspected', text, to);
  }

  /** A rung of the ladder: those it names, and the radiologist, who is to phone. */
  async rung(tx: Tx, cycle: CriticalCycle, rung: Rung): Promise<string> {
    const where = await this.whereabouts(tx, cycle);
    const to = await Promise.all(rung.to.map((target) => this.receivers(tx, cycle, target, where)));
    const minutes = Math.floor(secondsBetween(cycle.found_at!, this.clock.now()) / 60);
    await this.remind(tx, cycle, rung, where);
    const text = `检查 ${where.accessionNumber} 的危急值已 ${minutes} 分钟无人确认，请立即处理`;
    return this.urgent(tx, cycle, `rung:${rung.at}`, text, to.flat());
  }

  /** A rung of a suspicion: those of the centre who can answer it. The clinic has not been told of it and is not yet. */
  async unanswered(tx: Tx, cycle: CriticalCycle, rung: Rung): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const minutes = Math.floor(secondsBetween(cycle.raised_at, this.clock.now()) / 60);
    const hospitalIds = await answerable(tx, cycle);
    const heads = chiefs(hospitalIds);
    // Hospitals without a chief: a rung must never reach nobody.
    const led = (await this.notices.reaches(tx, heads)) > 0 ? heads : confirmers(hospitalIds);
    const to = rung.to.flatMap((target): Receiver[] => {
      if (target === 'county_admin') return [{ county: true, permission: 'critical.oversee' }];
      return target === 'readers' ? confirmers(hospitalIds) : led;
    });
    const text = `检查 ${accessionNumber} 的疑似危急值已 ${minutes} 分钟无人确认或排除，请立即阅片核实`;
    return this.urgent(tx, cycle, `unanswered:${rung.at}`, text, to);
  }

  /** The limit passed without the clinic's word. */
  async breached(tx: Tx, cycle: CriticalCycle): Promise<string> {
    const where = await this.whereabouts(tx, cycle);
    const minutes = Math.round(secondsBetween(cycle.found_at!, cycle.breach_at!) / 60);
    const to = [
      ...(await this.receivers(tx, cycle, 'clinic_head', where)),
      ...(await this.receivers(tx, cycle, 'chief', where)),
      ...(await this.receivers(tx, cycle, 'county_admin', where)),
      ...this.radiologist(cycle),
    ];
    const text = `检查 ${where.accessionNumber} 的危急值超过 ${minutes} 分钟仍未由申请方（${where.clinicName}）确认`;
    return this.urgent(tx, cycle, 'breach', text, to);
  }

  /** The call is recorded: the clinic is asked for its own word. */
  async called(tx: Tx, cycle: CriticalCycle): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const text = `检查 ${accessionNumber} 的危急值已通知 ${cycle.receiver}，请本院人员登录确认`;
    return this.urgent(tx, cycle, 'notify', text, [this.clinic(cycle)]);
  }

  /** What the clinic did: the radiologist. */
  async answered(tx: Tx, cycle: CriticalCycle, what: 'acknowledge' | 'handle'): Promise<string> {
    const { accessionNumber, clinicName } = await this.whereabouts(tx, cycle);
    const [deed, who] = what === 'acknowledge' ? ['确认', cycle.acknowledged_by_name] : ['处置', cycle.handled_by_name];
    const text = `检查 ${accessionNumber} 的危急值已由${clinicName} ${who} ${deed}`;
    return this.say(tx, cycle, what, text, this.radiologist(cycle), false);
  }

  /** It was none: whoever was told that it was. */
  async dismissed(tx: Tx, cycle: CriticalCycle): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const told = cycle.found_at !== null;
    const text = told
      ? `检查 ${accessionNumber} 此前通知的危急值为误报，已撤销，请勿再据此处理`
      : `检查 ${accessionNumber} 的疑似危急值经医师核实不成立`;
    const raiser: Receiver[] = cycle.raised_by ? [{ personId: cycle.raised_by }] : [];
    return this.say(tx, cycle, 'dismiss', text, told ? [this.clinic(cycle)] : raiser, told);
  }

  /** The report that spoke of it was called back: the radiologist looks again. */
  async recalled(tx: Tx, cycle: CriticalCycle, versionId: string): Promise<string> {
    const { accessionNumber } = await this.whereabouts(tx, cycle);
    const text = `检查 ${accessionNumber} 的报告已召回，请核对已通知的危急值是否仍成立`;
    return this.say(tx, cycle, `recalled:${versionId}`, text, this.radiologist(cycle), false);
  }

  /** Phone numbers for the dialog that demands the call. */
  async phones(tx: Tx, cycle: CriticalCycle): Promise<Phones> {
    const { orderingDoctor, orderingPhone, dutyPhone } = await this.whereabouts(tx, cycle);
    return { orderingDoctor, orderingPhone, dutyPhone };
  }

  /** Whether somebody of the clinic who could acknowledge is at a screen. */
  async clinicPresent(tx: Tx, cycle: CriticalCycle, presentSeconds: number): Promise<boolean> {
    const since = new Date(this.clock.now().getTime() - presentSeconds * 1_000);
    return (await this.notices.present(tx, [this.clinic(cycle)], since)) > 0;
  }

  private remind(tx: Tx, cycle: CriticalCycle, rung: Rung, where: Whereabouts): Promise<string> {
    const duty = rung.to.includes('clinic_duty');
    const doctor = where.orderingPhone && `${where.orderingDoctor ?? '申请医师'} ${where.orderingPhone}`;
    const number = (duty ? where.dutyPhone : doctor) || where.dutyPhone || doctor || '（未登记电话）';
    const text = `检查 ${where.accessionNumber} 的危急值仍无人确认，请电话通知${where.clinicName}：${number}`;
    return this.urgent(tx, cycle, `call:${rung.at}`, text, this.radiologist(cycle));
  }

  private async receivers(tx: Tx, cycle: CriticalCycle, target: Target, where: Whereabouts): Promise<Receiver[]> {
    switch (target) {
      case 'ordering_doctor':
        return this.orderingDoctor(tx, cycle, where);
      case 'clinic_duty':
        return [this.clinic(cycle)];
      case 'clinic_head':
        return this.headOf(tx, cycle);
      case 'chief':
        return cycle.hospital_id ? [{ hospitalId: cycle.hospital_id, permission: 'critical.oversee' }] : [];
      case 'readers':
        return confirmers(cycle.hospital_id ? [cycle.hospital_id] : []);
      case 'county_admin':
        return [{ county: true, permission: 'critical.oversee' }];
    }
  }

  /** Requests name their doctor in words. Where no account of the clinic bears the name, all who may acknowledge are told. */
  private async orderingDoctor(tx: Tx, cycle: CriticalCycle, { orderingDoctor }: Whereabouts): Promise<Receiver[]> {
    const people = await tx.rows<{ id: string }>(
      `SELECT DISTINCT p.id FROM person p JOIN person_grant g ON g.person_id = p.id AND g.revoked_at IS NULL AND g.clinic_id = $2
       WHERE p.county_id = $1 AND p.active AND p.name = $3`,
      [tx.ctx.countyId, cycle.clinic_id, orderingDoctor],
    );
    return people.length > 0 ? people.map(({ id }) => ({ personId: id })) : [this.clinic(cycle)];
  }

  /** A clinic that has named no head is told as a whole: a rung must never reach nobody. */
  private async headOf(tx: Tx, cycle: CriticalCycle): Promise<Receiver[]> {
    const head: Receiver = { clinicId: cycle.clinic_id, permission: 'critical.oversee' };
    return [(await this.notices.reaches(tx, [head])) > 0 ? head : this.clinic(cycle)];
  }

  private clinic(cycle: CriticalCycle): Receiver {
    return { clinicId: cycle.clinic_id, permission: 'critical.acknowledge' };
  }

  private radiologist({ radiologist_id: personId }: CriticalCycle): Receiver[] {
    return personId ? [{ personId }] : [];
  }

  private urgent(tx: Tx, cycle: CriticalCycle, key: string, text: string, to: readonly Receiver[]): Promise<string> {
    return this.say(tx, cycle, key, text, to, true);
  }

  private say(tx: Tx, cycle: CriticalCycle, key: string, text: string, to: readonly Receiver[], urgent: boolean) {
    const [what = key] = key.split(':');
    return this.notices.tellAndKeep(tx, {
      kind: `critical.${what}`,
      examId: cycle.exam_id,
      text,
      to,
      urgent,
      params: { criticalId: cycle.id },
      key: `critical:${cycle.id}:${key}`,
    });
  }

  private async whereabouts(tx: Tx, cycle: CriticalCycle): Promise<Whereabouts> {
    const { exam, clinicName } = await this.exams.brief(tx, cycle.exam_id);
    const clinic = await tx.row<{ duty_phone: string }>(
      'SELECT duty_phone FROM clinic WHERE county_id = $1 AND id = $2',
      [tx.ctx.countyId, cycle.clinic_id],
    );
    return {
      accessionNumber: exam.accession_number ?? '（无检查号）',
      clinicName,
      orderingDoctor: exam.ordering_doctor,
      orderingPhone: exam.ordering_phone,
      dutyPhone: clinic?.duty_phone || null,
    };
  }
}
