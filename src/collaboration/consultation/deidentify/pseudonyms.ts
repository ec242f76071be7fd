import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

/**
 * New names for what may not leave under its own, under keys of one consultation: the same everywhere in its images,
 * different in any other consultation, and of no use to whoever has only the new one. UIDs are HMACs; ids are encrypted,
 * because an image is asked for by its new one and must be found without trying all. The keys are derived, so nothing has
 * to be kept, and nothing in the database leads back.
 */
export class Pseudonyms {
  private readonly key: Buffer;
  private readonly idKey: Buffer;

  constructor(appSecret: string, consultationId: string) {
    const derived = (purpose: string, length: number): Buffer =>
      Buffer.from(hkdfSync('sha256', appSecret, consultationId, `county-imaging/${purpose}`, length));
    this.key = derived('deidentify', 32);
    this.idKey = derived('deidentify-ids', 16);
  }

  /** UID under 2.25, made of a uuid (PS3.5 B.2); '' stays ''. */
  uid(uid: string): string {
    return uid === '' ? '' : `2.25.${BigInt(`0x${this.hex('uid', uid)}`)}`;
  }

  /** A uuid v8 that stands for an id of ours (v7), which would tell when it was made. */
  id(id: string): string {
    // One block of its own: ECB is the bare permutation that is wanted here.
    const cipher = createCipheriv('aes-128-ecb', this.idKey, null).setAutoPadding(false);
    return textOf(walked(versioned(bytesOf(id), OPAQUE), (block) => cipher.update(block)));
  }

  /** The id that {@link id} gave this name; undefined for what can be none. */
  original(pseudonym: string): string | undefined {
    const bytes = bytesOf(pseudonym);
    if (!isOpaque(bytes)) return undefined;
    const decipher = createDecipheriv('aes-128-ecb', this.idKey, null).setAutoPadding(false);
    return textOf(
      versioned(
        walked(bytes, (block) => decipher.update(block)),
        OURS,
      ),
    );
  }

  /** Patient ID of the images of this consultation. */
  patient(): string {
    return `CONSULT-${this.hex('patient', '').slice(0, 8).toUpperCase()}`;
  }

  /** 128 bits as uuid v8 (RFC 9562 §5.8), 32 hexadecimal digits. */
  private hex(kind: string, value: string): string {
    const bytes = createHmac('sha256', this.key).update(`${kind}\n${value}`).digest().subarray(0, 16);
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    return bytes.toString('hex');
  }
}

/** Versions of uuids (RFC 9562): v7, as all our ids, and v8, whose bits mean nothing. */
const [OURS, OPAQUE] = [0x70, 0x80];

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const textOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const isOpaque = (bytes: Buffer): boolean =>
  ((bytes[6] as number) & 0xf0) === OPAQUE && ((bytes[8] as number) & 0xc0) === 0x80;

function versioned(bytes: Buffer, version: number): Buffer {
  const made = Buffer.from(bytes);
  made[6] = ((made[6] as number) & 0x0f) | version;
  return made;
}

/**
 * Cycle walking: a permutation of all blocks, repeated until it comes upon a uuid v8 again, is one of the uuids v8. One block
 * in 64 is; the way back goes through the same blocks.
 */
function walked(bytes: Buffer, step: (block: Buffer) => Buffer): Buffer {
  let block = step(bytes);
  while (!isOpaque(block)) block = step(block);
  return block;
}
