import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const FORM = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts small texts for the database: AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA-256 (RFC 5869) derives
 * from the installation's secret for one purpose. A dump of the database alone opens nothing.
 *
 * Form: `v1.<iv>.<tag>.<ciphertext>` in base64url. `owner` (the row's id) is authenticated with it, so that a sealed
 * text cannot be moved to another row.
 */
export class SecretBox {
  private readonly key: Buffer;

  constructor(appSecret: string, purpose: string) {
    this.key = Buffer.from(hkdfSync('sha256', appSecret, '', `county-imaging/${purpose}/${FORM}`, 32));
  }

  seal(text: string, owner: string): string {
    // Random IVs: with far fewer than 2^32 secrets under one key none comes twice.
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [FORM, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
  }

  /** @throws Error when the text was sealed under another secret, for another owner, or was changed */
  open(sealed: string, owner: string): string {
    const [form, ...parts] = sealed.split('.');
    const [iv, tag, text] = parts.map((part) => Buffer.from(part, 'base64url'));
    const sound = form === FORM && parts.length === 3 && iv?.length === IV_BYTES && tag?.length === TAG_BYTES;
    if (!sound || text === undefined) throw new Error('not a sealed secret');
    const decipher = createDecipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  }
}
