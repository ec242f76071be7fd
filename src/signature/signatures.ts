import { Injectable } from '@nestjs/common';
import { DomainError } from '../platform/errors';
import { Logger } from '../platform/logging';
import { signatureErrors } from './signature.errors';
import { Signer, type Stamp } from './signer';

/** A signer outside may be slow; a doctor waits no longer, and neither does the exam that is locked meanwhile. */
const LIMIT_MS = 5_000;
const RETRY_SECONDS = 30;

/** Signing as the rest of the system asks for it: in time, or with one clear refusal. */
@Injectable()
export class Signatures {
  constructor(
    private readonly signer: Signer,
    private readonly logger: Logger,
  ) {}

  /**
   * Signs these bytes before the caller's transaction commits. Throws `signer_unavailable` (503) when the signer fails or
   * takes longer than `limitMs`: the caller's transaction rolls back and nothing half-signed is left.
   */
  async sign(bytes: Buffer, limitMs = LIMIT_MS): Promise<Stamp> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not signed within ${limitMs} ms`)), limitMs);
    });
    try {
      return await Promise.race([this.signer.sign(bytes), late]);
    } catch (error) {
      this.logger.failure(error, {}, 'the signer has failed');
      throw new DomainError(signatureErrors.signer_unavailable, { retryAfterSeconds: RETRY_SECONDS });
    } finally {
      clearTimeout(timer);
    }
  }
}
