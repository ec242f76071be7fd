import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { holdersOf, REVIEWING_ROLES } from '../../rosters';
import { onDuty } from '../list/duty-calendar.rules';
import { Policies } from './policy';
import { Presence } from './presence';
import { type OnCall, onCallAs } from './single-duty.rules';

/** Whether a reader is by himself: nobody else is there to review what he writes. In the caller's transaction. */
@Injectable()
export class SingleDuty {
  constructor(
    private readonly policies: Policies,
    private readonly presence: Presence,
    private readonly clock: Clock,
  ) {}

  /** By the county's duty hours and his hospital's roster for the modality; undefined while others are at work. */
  async of(
    tx: Tx,
    reader: { readonly personId: string; readonly hospitalId: string | null; readonly modality: string },
  ): Promise<OnCall | undefined> {
    const at = this.clock.now();
    const { limits } = await this.policies.of(tx);
    const sites = await this.presence.sites(tx, { modality: reader.modality, at });
    const rostered = sites.find(({ hospitalId }) => hospitalId === reader.hospitalId)?.personIds ?? [];
    const reviewing = await holdersOf(tx, REVIEWING_ROLES, rostered);
    return onCallAs({ dutyHours: onDuty(limits.calendar, at), rostered, reviewing }, reader.personId);
  }
}
