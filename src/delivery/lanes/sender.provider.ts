import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import { SENDER_DEFAULTS, WebhookSender } from '../webhook';

/** The longest that one webhook attempt may take, whatever the endpoint does. */
export function longestAttemptMs(config: Config): number {
  const { resolveMs, connectMs, bodyMs } = SENDER_DEFAULTS;
  return config.env.WEBHOOK_TIMEOUT_MS + resolveMs + 2 * connectMs + bodyMs;
}

/** The webhook sender of this process, with the installation's time-out for an answer and the authorities it trusts. */
@Injectable()
export class Sender extends WebhookSender implements OnApplicationShutdown {
  constructor(clock: Clock, config: Config) {
    super({
      now: () => clock.now(),
      ca: config.env.WEBHOOK_CA_FILE ?? [],
      limits: { headersMs: config.env.WEBHOOK_TIMEOUT_MS, totalMs: longestAttemptMs(config) },
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
