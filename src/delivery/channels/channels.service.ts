import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { CLOSED } from '../lanes/breaker.rules';
import { saveBreaker } from '../lanes/breaker-store';
import { Channels } from './channels';
import { Channel } from '../delivery.entities';
import type { AllowList, ChangeChannel, CreateChannel, DisableChannel, RotateSecret } from '../delivery.dto';
import { deliveryErrors } from '../delivery.errors';
import { ALLOW_PROBLEMS, URL_PROBLEMS } from './endpoint-problems';
import { Inboxes } from '../inbox/inboxes';
import { Lanes } from '../lanes/lanes';
import { newWebhookSecret, rotated } from './signing-secrets.rules';
import { checkAllowEntry, checkEndpointUrl } from '../webhook';

const DEFAULT_OVERLAP_HOURS = 24;

/** Commands on channels. A webhook's secret leaves this service once, in the answer that made it. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly db: Db,
    private readonly channels: Channels,
    private readonly inboxes: Inboxes,
    private readonly lanes: Lanes,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Opens a webhook (or an inbox that is missing). Throws `not_found`, `endpoint_refused`, `inbox_exists`. */
  async create(ctx: Ctx, input: CreateChannel): Promise<{ channelId: string; secret?: string }> {
    return this.db.write(ctx, async (tx) => {
      await requireClinic(tx, input.clinicId);
      const made =
        input.kind === 'inbox' ? await this.openInbox(tx, input.clinicId) : await this.openWebhook(tx, input);
      await this.record(tx, 'channel.create', made.channelId, { clinicId: input.clinicId, kind: input.kind });
      return made;
    });
  }

  /** Renames or moves a webhook. A new address starts with a closed breaker and gets at once what waited for the old one. */
  async change(ctx: Ctx, channelId: string, input: ChangeChannel): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const channel = await this.lockWebhook(tx, channelId);
      if (input.url !== undefined) await this.requireAllowed(tx, channel.clinic_id, input.url);
      await tx.change(
        'UPDATE channel SET name = coalesce($3, name), url = coalesce($4, url), updated_at = $5 WHERE county_id = $1 AND id = $2',
        [ctx.countyId, channelId, input.name ?? null, input.url ?? null, this.clock.now()],
      );
      if (input.url !== undefined && input.url !== channel.url && channel.active) await this.startAfresh(tx, channel);
      await this.record(tx, 'channel.change', channelId, { fields: Object.keys(input) });
    });
  }

  /** Throws `channel_state` when it is off already. */
  async disable(ctx: Ctx, channelId: string, input: DisableChannel): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      await this.lockWebhook(tx, channelId);
      if (!(await this.channels.switchOff(tx, channelId, input.reason)))
        throw new DomainError(deliveryErrors.channel_state, { active: false, stateName: '停用' });
    });
  }

  /** Switches a webhook on; what still waits for it is sent, with a fresh retry table. Throws `channel_state`. */
  async enable(ctx: Ctx, channelId: string): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const channel = await this.lockWebhook(tx, channelId);
      if (channel.active) throw new DomainError(deliveryErrors.channel_state, { active: true, stateName: '启用' });
      await this.requireAllowed(tx, channel.clinic_id, channel.url ?? '');
      const now = this.clock.now();
      await tx.change(
        'UPDATE channel SET active = true, disabled_reason = NULL, updated_at = $3 WHERE county_id = $1 AND id = $2',
        [ctx.countyId, channelId, now],
      );
      await this.startAfresh(tx, channel);
      // Time spent switched off is nobody's failure: the horizon counts from now.
      await tx.change(
        `UPDATE delivery SET tries = 0, tries_since = $3, updated_at = $3
         WHERE county_id = $1 AND channel_id = $2 AND channel_kind = 'webhook' AND state IN ('PENDING', 'SENT', 'FAILED')`,
        [ctx.countyId, channelId, now],
      );
      await this.record(tx, 'channel.enable', channelId, {});
    });
  }

  /** Makes a new signing secret; the old one signs beside it for the overlap. */
  async rotateSecret(ctx: Ctx, channelId: string, input: RotateSecret): Promise<{ secret: string }> {
    const secret = newWebhookSecret();
    const overlapHours = input?.overlapHours ?? DEFAULT_OVERLAP_HOURS;
    await this.db.write(ctx, async (tx) => {
      const channel = await this.lockWebhook(tx, channelId);
      const now = this.clock.now();
      const secrets = rotated(this.channels.secretsOf(channel), secret, now, overlapHours);
      await tx.change('UPDATE channel SET secret_sealed = $3, updated_at = $4 WHERE county_id = $1 AND id = $2', [
        ctx.countyId,
        channelId,
        this.channels.sealSecrets(channelId, secrets),
        now,
      ]);
      await this.record(tx, 'channel.rotate_secret', channelId, { overlapHours });
    });
    return { secret };
  }

  /** Sets where the clinic's webhooks may go; a channel whose address is no longer among them fails at its next attempt. */
  async allow(ctx: Ctx, clinicId: string, { entries }: AllowList): Promise<void> {
    entries.forEach((entry, i) => {
      const [fault] = checkAllowEntry(entry);
      if (fault === undefined) return;
      const params = { field: `entries.${i}`, line: i + 1, fault, problem: ALLOW_PROBLEMS[fault] };
      throw new DomainError(deliveryErrors.allow_entry_refused, params);
    });
    await this.db.write(ctx, async (tx) => {
      await requireClinic(tx, clinicId);
      await tx.change(
        `INSERT INTO endpoint_allow_list (clinic_id, county_id, entries, updated_at) VALUES ($2, $1, $3, $4)
         ON CONFLICT (clinic_id) DO UPDATE SET entries = excluded.entries, updated_at = excluded.updated_at`,
        [ctx.countyId, clinicId, JSON.stringify(entries), this.clock.now()],
      );
      await this.audit.record(tx, {
        action: 'endpoint_allow_list.change',
        subjectType: 'clinic',
        subjectId: clinicId,
        details: { entries },
      });
    });
  }

  private async openInbox(tx: Tx, clinicId: string): Promise<{ channelId: string }> {
    const channelId = await this.inboxes.open(tx, clinicId);
    if (channelId === undefined) throw new DomainError(deliveryErrors.inbox_exists);
    return { channelId };
  }

  private async openWebhook(
    tx: Tx,
    input: { clinicId: string; name: string; url: string },
  ): Promise<{ channelId: string; secret: string }> {
    await this.requireAllowed(tx, input.clinicId, input.url);
    const channelId = newId();
    const secret = newWebhookSecret();
    const now = this.clock.now();
    await tx.insert(Channel, {
      id: channelId,
      county_id: tx.ctx.countyId,
      clinic_id: input.clinicId,
      kind: 'webhook',
      name: input.name,
      url: input.url,
      secret_sealed: this.channels.sealSecrets(channelId, [{ secret, until: null }]),
      created_at: now,
      updated_at: now,
    });
    return { channelId, secret };
  }

  private async lockWebhook(tx: Tx, channelId: string): Promise<Channel> {
    const channel = await this.channels.lock(tx, channelId);
    if (channel.kind === 'inbox') throw new DomainError(deliveryErrors.inbox_fixed);
    return channel;
  }

  private async requireAllowed(tx: Tx, clinicId: string, url: string): Promise<void> {
    const check = checkEndpointUrl(url, await this.channels.allowList(tx, clinicId));
    if (check.ok) return;
    const params = { field: 'url', fault: check.fault, problem: URL_PROBLEMS[check.fault] };
    throw new DomainError(deliveryErrors.endpoint_refused, params);
  }

  /** The endpoint is to be believed in again: no pause, no alarm, everything that waits is due. */
  private async startAfresh(tx: Tx, channel: Channel): Promise<void> {
    await saveBreaker(tx, channel, { ...CLOSED });
    await tx.change('UPDATE channel SET alarm_code = NULL, alarm_at = NULL WHERE county_id = $1 AND id = $2', [
      tx.ctx.countyId,
      channel.id,
    ]);
    await this.lanes.pullForward(tx, channel.id);
  }

  private record(tx: Tx, action: string, channelId: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, { action, subjectType: 'channel', subjectId: channelId, details });
  }
}

async function requireClinic(tx: Tx, clinicId: string): Promise<void> {
  const clinic = await tx.row('SELECT id FROM clinic WHERE county_id = $1 AND id = $2', [tx.ctx.countyId, clinicId]);
  if (!clinic) throw new DomainError(commonErrors.not_found, { field: 'clinicId' });
}
