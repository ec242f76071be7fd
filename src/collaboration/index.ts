export { CollaborationHttpModule, CollaborationJobsModule, CollaborationModule } from './collaboration.module';
export {
  Consultation,
  ConsultInstitution,
  ExamAttachment,
  ExamMessage,
  ExamMessageReceipt,
  Referral,
  TeachingMark,
} from './collaboration.entities';
export { collaborationErrors } from './collaboration.errors';
export { collaborationSubscriptions } from './collaboration.subscriptions';
