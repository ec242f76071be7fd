import { Module } from '@nestjs/common';
import { LintController } from './lint.controller';

@Module({ controllers: [LintController] })
export class LintHttpModule {}
