import { Webhook } from 'standardwebhooks';

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** The three headers of Standard Webhooks; plain strings, ready for the wire. */
export interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** Is it `whsec_` and the Base64 of 24 to 64 bytes, as Standard Webhooks wants it? */
export function isWebhookSecret(secret: string): boolean {
  const encoded = SECRET.exec(secret)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64').length;
  return encoded.length % 4 === 0 && bytes >= 24 && bytes <= 64;
}

/**
 * Signs one attempt. The id stays the same over all attempts (the receiver drops copies by it), the timestamp is this
 * attempt's (the receiver refuses old ones).
 *
 * @param secrets newest first; while a key is being rotated both sign, so that the clinic can change its side at leisure
 * @throws TypeError when the id could be read as another signed content, when there is no secret or one is malformed
 */
export function signatureHeaders(id: string, at: Date, body: string, secrets: readonly string[]): SignatureHeaders {
  // The signed text is `id.timestamp.body`: a dot in the id would let two messages share one signature.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw new TypeError('a webhook id has letters, digits, _ and - only');
  if (secrets.length === 0 || !secrets.every(isWebhookSecret)) throw new TypeError('a webhook secret is malformed');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
