import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Access } from '../platform/http';
import { criticalFindings } from './critical/critical';
import { lintReport } from './lint';
import { type LintRequest, lintSchema } from './lint.dto';
import type { CriticalHit, LintResult } from './lint.types';

/**
 * Checks a text and keeps nothing of it: the writer's editor asks while he writes, signing asks again by itself. Open to
 * whoever is signed in, since the clinics' own doctors write too (review mode) and the answer holds only what was sent.
 */
@Controller('api/lint')
export class LintController {
  @Post()
  @HttpCode(200)
  @Access({ signedIn: true })
  lint(@Body({ schema: lintSchema }) input: LintRequest): { results: LintResult[]; critical: CriticalHit[] } {
    return { results: lintReport(input), critical: criticalFindings(input) };
  }
}
