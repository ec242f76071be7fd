import { randomBytes } from 'node:crypto';

/** One signing secret of a webhook; `until` is when it stops signing (ISO 8601), null for the newest. */
export interface SigningSecret {
  readonly secret: string;
  readonly until: string | null;
}

const HOUR_MS = 3_600_000;

/** A fresh secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in Base64. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * The list after a rotation, newest first. The one secret used so far signs beside the new one for the overlap, so that
 * the clinic can change its side at leisure; 0 hours ends it at once (it has leaked). Older ones go.
 */
export function rotated(
  secrets: readonly SigningSecret[],
  fresh: string,
  now: Date,
  overlapHours: number,
): SigningSecret[] {
  const [newest] = signingNow(secrets, now);
  if (newest === undefined || overlapHours === 0) return [{ secret: fresh, until: null }];
  const until = new Date(now.getTime() + overlapHours * HOUR_MS).toISOString();
  return [
    { secret: fresh, until: null },
    { secret: newest, until },
  ];
}

/** The secrets that sign at this moment, newest first. */
export function signingNow(secrets: readonly SigningSecret[], now: Date): string[] {
  return secrets.filter(({ until }) => until === null || new Date(until) > now).map(({ secret }) => secret);
}
