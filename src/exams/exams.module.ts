import { Module, type OnModuleInit } from '@nestjs/common';
import { IntakeModule } from '../intake';
import { NoticesModule } from '../notices';
import { Handlers, Sweeps } from '../platform/outbox';
import { StudiesModule } from '../studies';
import { TenancyModule } from '../tenancy';
import { Assembly } from './images/assembly';
import { builtInExamCodes, ExamCodes } from './content/codes/exam-codes';
import { ExamCommands } from './commands/exam-commands.service';
import { ExamDemographics } from './commands/exam-demographics';
import { ExamDoor } from './exam-door';
import { ExamFlags } from './commands/exam-flags';
import { ExamImages } from './images/exam-images';
import { ExamInstances } from './images/exam-instances';
import { ExamNotices } from './commands/exam-notices';
import { ExamStates } from './exam-states';
import { Exams } from './exams';
import { ExamsController } from './exams.controller';
import { Assemble, FinishUpload, FollowUpload } from './exams.handlers';
import { ExamsQueries } from './exams.queries';
import { IdentityHold } from './commands/identity-hold.service';
import { ImageMoves } from './images/image-moves';
import { ImageMovesController } from './images/image-moves.controller';
import { Matching } from './images/matching';
import { OtherPatient } from './commands/other-patient';
import { Patients } from './patients';
import { AssumeComplete, QuietSweep } from './images/quiet-time';
import { StudyLinks } from './images/study-links';
import { UndoMoves } from './images/undo-moves';
import { Voiding } from './commands/voiding';

/** What other slices use: reading exams and moving them. */
@Module({
  imports: [StudiesModule, IntakeModule, TenancyModule, NoticesModule],
  providers: [
    Exams,
    ExamStates,
    ExamsQueries,
    ExamFlags,
    ExamImages,
    ExamInstances,
    ExamNotices,
    ExamDoor,
    ExamCommands,
    ExamDemographics,
    OtherPatient,
    Voiding,
    IdentityHold,
    ImageMoves,
    UndoMoves,
    Matching,
    Patients,
    Assembly,
    StudyLinks,
    { provide: ExamCodes, useFactory: builtInExamCodes },
  ],
  exports: [
    Exams,
    ExamStates,
    ExamsQueries,
    ExamFlags,
    ExamImages,
    ExamInstances,
    ExamDoor,
    ExamCommands,
    ExamDemographics,
    Voiding,
    IdentityHold,
    ImageMoves,
    UndoMoves,
    Assembly,
    StudyLinks,
  ],
})
export class ExamsModule {}

@Module({ imports: [ExamsModule], controllers: [ExamsController, ImageMovesController] })
export class ExamsHttpModule {}

@Module({ imports: [ExamsModule], providers: [Assemble, FollowUpload, FinishUpload, AssumeComplete, QuietSweep] })
export class ExamsJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly sweeps: Sweeps,
    private readonly assemble: Assemble,
    private readonly followUpload: FollowUpload,
    private readonly finishUpload: FinishUpload,
    private readonly assumeComplete: AssumeComplete,
    private readonly quietSweep: QuietSweep,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.assemble, this.followUpload, this.finishUpload, this.assumeComplete])
      this.handlers.register(handler);
    this.sweeps.register(this.quietSweep);
  }
}
