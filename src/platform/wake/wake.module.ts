import { Global, Module } from '@nestjs/common';
import { WakeBus } from './wake-bus';

@Global()
@Module({ providers: [WakeBus], exports: [WakeBus] })
export class WakeModule {}
