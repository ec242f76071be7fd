import { Controller, Get, Param, Req } from '@nestjs/common';
import { Access, type CicRequest } from '../../platform/http';
import { codeParam } from '../reporting.dto';
import { Verification, type Verified } from './verification';

/** Whether a printed report is what was signed. */
@Controller('api/verify')
export class VerificationController {
  constructor(private readonly verification: Verification) {}

  @Get(':code')
  @Access({ public: true, why: 'whoever holds a printed report may ask whether it is genuine; no name is told' })
  verify(@Param('code', codeParam) code: string, @Req() req: CicRequest): Promise<Verified> {
    return this.verification.verify(code, { ip: req.ip ?? '', requestId: req.requestId });
  }
}
