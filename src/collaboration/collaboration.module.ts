import { Module, type OnModuleInit } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { Handlers, Sweeps } from '../platform/outbox';
import { ReportingModule } from '../reporting';
import { WorklistModule } from '../worklist';
import { AttachmentsController } from './attachments/attachments.controller';
import { AttachmentsService } from './attachments/attachments.service';
import { ConsultationAnswers } from './consultation/consultation-answers.service';
import { ExpireConsultation, ExpireConsultationsSweep } from './consultation/consultation-expiry';
import { ConsultationRequests } from './consultation/consultation-requests.service';
import { ConsultImages } from './consultation/consult-images';
import { Consultations } from './consultation/consultations';
import { ConsultationsController } from './consultation/consultations.controller';
import { ConsultationsQueries } from './consultation/consultations.queries';
import { DeidentifiedImages } from './consultation/deidentify/deidentified-images';
import { Institutions } from './consultation/institutions';
import { FollowDoubt } from './follow-doubt';
import { FollowRecall, FollowReport } from './follow-report';
import { MessagesController } from './messages/messages.controller';
import { MessagesQueries } from './messages/messages.queries';
import { MessagesService } from './messages/messages.service';
import { Referrals } from './referral/referrals';
import { ReferralsController } from './referral/referrals.controller';
import { ReferralsQueries } from './referral/referrals.queries';
import { ReferralsService } from './referral/referrals.service';
import { TeachingController } from './teaching/teaching.controller';
import { TeachingService } from './teaching/teaching.service';

/** What doors and timers share: the rows of consultations and referrals. */
@Module({
  imports: [ExamsModule, WorklistModule, NoticesModule],
  providers: [Consultations, Referrals],
  exports: [Consultations, Referrals],
})
export class CollaborationModule {}

@Module({
  imports: [CollaborationModule, ExamsModule, ImagesModule, WorklistModule, ReportingModule, NoticesModule],
  controllers: [
    MessagesController,
    AttachmentsController,
    ConsultationsController,
    ReferralsController,
    TeachingController,
  ],
  providers: [
    MessagesService,
    MessagesQueries,
    AttachmentsService,
    Institutions,
    ConsultationRequests,
    ConsultationAnswers,
    ConsultationsQueries,
    ConsultImages,
    DeidentifiedImages,
    ReferralsService,
    ReferralsQueries,
    TeachingService,
  ],
})
export class CollaborationHttpModule {}

@Module({
  imports: [CollaborationModule, ExamsModule, NoticesModule],
  providers: [ExpireConsultation, ExpireConsultationsSweep, FollowReport, FollowRecall, FollowDoubt],
})
export class CollaborationJobsModule implements OnModuleInit {
  constructor(
    private readonly handlers: Handlers,
    private readonly sweeps: Sweeps,
    private readonly expireConsultation: ExpireConsultation,
    private readonly expireConsultations: ExpireConsultationsSweep,
    private readonly followReport: FollowReport,
    private readonly followRecall: FollowRecall,
    private readonly followDoubt: FollowDoubt,
  ) {}

  onModuleInit(): void {
    for (const handler of [this.expireConsultation, this.followReport, this.followRecall, this.followDoubt])
      this.handlers.register(handler);
    this.sweeps.register(this.expireConsultations);
  }
}
