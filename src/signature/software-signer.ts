import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config';
import { SecretBox } from '../platform/secrets';
import { ED25519, keyIdOf, newEd25519, signEd25519 } from './algorithms';
import { Signer, type Stamp } from './signer';
import { type ActiveKey, type NewKey, type Rotation, SigningKeys } from './signing-keys';

const DRIVER = 'software';
const PURPOSE = 'signing-key';

/**
 * Signs with an Ed25519 key that the installation makes for itself and keeps in the database, sealed under its secret: a
 * backup carries it, and the same secret opens it after a restore. The server holds the key, so the law does not call
 * these signatures reliable (the signer has no sole control, 电子签名法 第十三条): they prove that nothing was changed.
 */
@Injectable()
export class SoftwareSigner extends Signer {
  private readonly box: SecretBox;
  private opened: { readonly keyId: string; readonly key: KeyObject } | undefined;

  constructor(
    private readonly keys: SigningKeys,
    { appSecret }: Config,
  ) {
    super();
    this.box = new SecretBox(appSecret, PURPOSE);
  }

  /** @throws Error when the sealed key cannot be opened: another secret, or a changed row */
  async sign(bytes: Buffer): Promise<Stamp> {
    const active = (await this.keys.active(DRIVER)) ?? (await this.first());
    return { keyId: active.key_id, algorithm: ED25519, signature: signEd25519(bytes, this.open(active)) };
  }

  /** Signs with a new key from now on; the present one is retired. */
  rotate(): Promise<Rotation> {
    return this.keys.replace(this.newKey());
  }

  private async first(): Promise<ActiveKey> {
    await this.keys.add(this.newKey());
    const active = await this.keys.active(DRIVER);
    if (!active) throw new Error('there is no signing key');
    return active;
  }

  private newKey(): NewKey {
    const { publicKey, privateKey } = newEd25519();
    const keyId = keyIdOf(ED25519, publicKey);
    return {
      key_id: keyId,
      driver: DRIVER,
      algorithm: ED25519,
      public_key: publicKey,
      sealed_private_key: this.box.seal(privateKey, keyId),
      reliable: false,
    };
  }

  private open({ key_id: keyId, sealed_private_key: sealed }: ActiveKey): KeyObject {
    if (this.opened?.keyId === keyId) return this.opened.key;
    const key = createPrivateKey(this.box.open(sealed ?? '', keyId));
    this.opened = { keyId, key };
    return key;
  }
}
