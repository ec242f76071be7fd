import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config';
import type { ReportVersion } from '../reporting';

/** Where a stranger with a sheet in hand can ask whether it is what was signed. */
@Injectable()
export class VerificationUrls {
  private readonly base: string;

  constructor({ env }: Config) {
    this.base = (env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`).replace(/\/+$/, '');
  }

  of(version: Pick<ReportVersion, 'verification_code'>): string {
    return `${this.base}/api/verify/${version.verification_code}`;
  }
}
