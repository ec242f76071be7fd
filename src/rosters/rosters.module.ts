import { Module } from '@nestjs/common';
import { Rosters } from './rosters';
import { RostersController } from './rosters.controller';
import { RostersQueries } from './rosters.queries';
import { RostersService } from './rosters.service';

@Module({ providers: [Rosters], exports: [Rosters] })
export class RostersModule {}

@Module({
  imports: [RostersModule],
  controllers: [RostersController],
  providers: [RostersService, RostersQueries],
})
export class RostersHttpModule {}
