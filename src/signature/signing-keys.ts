import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { installationCtx } from '../platform/context';
import { Db, prepared, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import type { PublicKey } from './stamp.rules';
import type { SigningKey } from './signing-key.entity';

/** A key that a driver signs with. */
export type ActiveKey = Pick<SigningKey, 'key_id' | 'algorithm' | 'public_key' | 'sealed_private_key'>;
/** A key that a driver brings: `reliable` is what the law says of signatures made with it. */
export type NewKey = ActiveKey & Pick<SigningKey, 'driver' | 'reliable'>;

export interface Rotation {
  /** null: there was no key yet. */
  readonly retired: string | null;
  readonly active: string;
}

const ACTIVE = prepared(
  'SELECT key_id, algorithm, public_key, sealed_private_key FROM signing_key WHERE driver = $1 AND retired_at IS NULL',
);
const INSERT = `INSERT INTO signing_key (key_id, driver, algorithm, public_key, sealed_private_key, reliable, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (driver) WHERE retired_at IS NULL DO NOTHING`;

/** The register of keys: which one each driver signs with now, and every public key that ever signed. */
@Injectable()
export class SigningKeys {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** What this driver signs with now. Asked at every signature, so that a rotation is felt at once in every process. */
  active(driver: string): Promise<ActiveKey | undefined> {
    return this.db.relayRow<ActiveKey>(ACTIVE, [driver]);
  }

  /** Registers a driver's first key. Whoever comes second (two processes, one moment) changes nothing. */
  async add(key: NewKey): Promise<void> {
    await this.db.relay(installationCtx('signing-key'), async (tx) => {
      if (await this.insert(tx, key)) await this.note(tx, 'signing_key.create', { keyId: key.key_id });
    });
  }

  /**
   * Puts a new key into the place of the driver's present one, whose private half is erased. What it has signed stays
   * valid: its public half is kept for ever.
   */
  async replace(key: NewKey): Promise<Rotation> {
    return this.db.relay(installationCtx('signing-key'), async (tx) => {
      const retired = await tx.row<{ key_id: string }>(
        `UPDATE signing_key SET retired_at = $2, sealed_private_key = NULL
         WHERE driver = $1 AND retired_at IS NULL RETURNING key_id`,
        [key.driver, this.clock.now()],
      );
      if (!(await this.insert(tx, key))) throw new Error('another rotation was quicker: nothing has been changed');
      const rotation = { retired: retired?.key_id ?? null, active: key.key_id };
      await this.note(tx, 'signing_key.rotate', rotation);
      return rotation;
    });
  }

  /** The public keys of these ids, in the caller's transaction; unknown ids are left out. */
  async publicKeys(
    tx: Tx,
    keyIds: readonly string[],
  ): Promise<Map<string, PublicKey & { readonly reliable: boolean }>> {
    const rows = await tx.rows<PublicKey & { reliable: boolean }>(
      `SELECT key_id AS "keyId", algorithm, public_key AS "publicKey", reliable FROM signing_key WHERE key_id = ANY($1)`,
      [keyIds],
    );
    return new Map(rows.map((row) => [row.keyId, row]));
  }

  private async insert(tx: Tx, key: NewKey): Promise<boolean> {
    const { key_id, driver, algorithm, public_key, sealed_private_key, reliable } = key;
    const values = [key_id, driver, algorithm, public_key, sealed_private_key, reliable, this.clock.now()];
    return (await tx.change(INSERT, values)) === 1;
  }

  /** The key is every county's: each one's audit says so. */
  private async note(tx: Tx, action: string, details: object): Promise<void> {
    const counties = await tx.rows<{ id: string }>('SELECT id FROM county');
    await tx.change(
      `INSERT INTO audit_event (id, county_id, at, actor_kind, actor_id, actor_name, action, subject_type, details, request_id)
       SELECT id, county_id, $3, 'system', NULL, $4, $5, 'signing_key', $6, $7 FROM unnest($1::uuid[], $2::uuid[]) AS new (id, county_id)`,
      [
        counties.map(() => newId()),
        counties.map(({ id }) => id),
        this.clock.now(),
        tx.ctx.actor.name,
        action,
        JSON.stringify(details),
        tx.ctx.requestId,
      ],
    );
  }
}
