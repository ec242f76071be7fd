/** A signature as it is stored beside what was signed. */
export interface Stamp {
  /** Which key, for ever: a retired key still verifies. */
  readonly keyId: string;
  /** Name of the signature scheme: a key of {@link VERIFIERS}. */
  readonly algorithm: string;
  /** base64url */
  readonly signature: string;
}

/**
 * Whatever can sign: the software key of this installation, later an SM2 module, a county CA, a UKey or a co-signing
 * service (docs/how-to/signers.md). A driver registers its public keys with {@link SigningKeys}, so that a verification
 * needs no driver: it must also work when the driver of then is long gone.
 */
export abstract class Signer {
  /**
   * Signs exactly these bytes. Called while a transaction is open: it holds no lock of its own, calls nothing that may wait
   * for a person, and throws when it cannot sign.
   */
  abstract sign(bytes: Buffer): Promise<Stamp>;
}
