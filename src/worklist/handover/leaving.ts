import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { ExamStates } from '../../exams';
import type { Tx } from '../../platform/database';
import type { ItemPatch } from '../claiming/claim.rules';
import { Items } from '../items';
import type { ReadingItem } from '../reading-item.entity';
import { GivingBack } from './giving-back';
import { type Leaver, type LetGo, letGo } from './leave.rules';

export interface Leave {
  readonly leaver: Leaver;
  /** The audit action of every exam let go. */
  readonly action: string;
  readonly reason: string;
}

/**
 * What whoever leaves had in his hands, or waiting for him, is everybody's again: exam by exam, each with its reason.
 */
@Injectable()
export class Leaving {
  constructor(
    private readonly items: Items,
    private readonly examStates: ExamStates,
    private readonly givingBack: GivingBack,
    private readonly audit: Audit,
  ) {}

  /** Lets go what of these locked items is the leaver's; answers which exams. */
  async letGo(tx: Tx, items: readonly ReadingItem[], leave: Leave): Promise<string[]> {
    const gone: string[] = [];
    for (const item of items) {
      const { state } = await this.examStates.lock(tx, item.exam_id);
      const what = letGo(item, state, leave.leaver);
      if (!what.endsClaim && !what.unassigns && !what.opensReservation) continue;
      await this.one(tx, { ...item, state }, what, leave);
      gone.push(item.exam_id);
    }
    return gone;
  }

  private async one(tx: Tx, item: ReadingItem, what: LetGo, { action, reason }: Leave): Promise<void> {
    const also: ItemPatch = {
      // His hospital, where it had the exam beside him, keeps it for the reason it had.
      ...(what.unassigns ? { assigned_person_id: null } : {}),
      ...(what.unassigns && item.hospital_id === null ? { assignment_reason: null } : {}),
      ...(what.opensReservation ? { reserved_until: null } : {}),
    };
    if (what.endsClaim) {
      await this.givingBack.toList(tx, item, { action, reason, also });
      return;
    }
    const details = { ...what, assignedPersonId: item.assigned_person_id, writerId: item.writer_id };
    await this.audit.record(tx, { action, subjectType: 'exam', subjectId: item.exam_id, reason, details });
    await this.items.change(tx, item, also);
  }
}
