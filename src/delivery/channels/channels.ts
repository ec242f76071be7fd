import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { SecretBox } from '../../platform/secrets';
import type { Channel, EndpointAllowList } from '../delivery.entities';
import { Lanes } from '../lanes/lanes';
import { type SigningSecret, signingNow } from './signing-secrets.rules';
import type { AllowEntry, WebhookEndpoint } from '../webhook';

/** What commands on channels and the sending of webhooks have in common. All inside the caller's transaction. */
@Injectable()
export class Channels {
  private readonly box: SecretBox;

  constructor(
    private readonly lanes: Lanes,
    private readonly audit: Audit,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.box = new SecretBox(config.appSecret, 'webhook-secret');
  }

  /** The channel's row, locked. NO KEY UPDATE: deliveries that are being made, which refer to it, need not wait. */
  async lock(tx: Tx, channelId: string): Promise<Channel> {
    const channel = await tx.row<Channel>('SELECT * FROM channel WHERE county_id = $1 AND id = $2 FOR NO KEY UPDATE', [
      tx.ctx.countyId,
      channelId,
    ]);
    if (!channel) throw new DomainError(commonErrors.not_found);
    return channel;
  }

  /** The clinic's allow-list as it is now; empty when there is none: then nothing may be called. */
  async allowList(tx: Tx, clinicId: string): Promise<readonly AllowEntry[]> {
    const row = await tx.row<Pick<EndpointAllowList, 'entries'>>(
      'SELECT entries FROM endpoint_allow_list WHERE county_id = $1 AND clinic_id = $2',
      [tx.ctx.countyId, clinicId],
    );
    return row?.entries ?? [];
  }

  /**
   * Where and how to send, as it is at this moment. Secrets that cannot be opened (another APP_SECRET) come out as none,
   * which the sender reports as a misconfigured endpoint: the report waits and a person is told.
   */
  async endpoint(tx: Tx, channel: Channel): Promise<WebhookEndpoint> {
    const allow = await this.allowList(tx, channel.clinic_id);
    return {
      id: channel.id,
      url: channel.url ?? '',
      secrets: signingNow(this.secretsOf(channel), this.clock.now()),
      allow,
    };
  }

  sealSecrets(channelId: string, secrets: readonly SigningSecret[]): string {
    return this.box.seal(JSON.stringify(secrets), channelId);
  }

  secretsOf(channel: Pick<Channel, 'id' | 'secret_sealed'>): readonly SigningSecret[] {
    try {
      return JSON.parse(this.box.open(channel.secret_sealed ?? '', channel.id)) as SigningSecret[];
    } catch {
      return [];
    }
  }

  /** Switches a webhook off; what waits for it stays and is sent when it is on again. False: it was off already. */
  async switchOff(tx: Tx, channelId: string, reason: string): Promise<boolean> {
    const changed = await tx.change(
      `UPDATE channel SET active = false, disabled_reason = $3, updated_at = $4
       WHERE county_id = $1 AND id = $2 AND kind = 'webhook' AND active`,
      [tx.ctx.countyId, channelId, reason, this.clock.now()],
    );
    if (changed === 0) return false;
    await this.lanes.stopAll(tx, channelId);
    await this.audit.record(tx, { action: 'channel.disable', subjectType: 'channel', subjectId: channelId, reason });
    return true;
  }
}
