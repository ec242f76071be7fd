export { AssignmentLog } from './assignment/assignment-log';
export {
  ReadingAssignment,
  ReadingPolicy,
  ReadingQuota,
  ReadingRelease,
  ReadingTurn,
} from './assignment/assignment.entities';
export { SingleDuty } from './assignment/single-duty';
export type { OnCall } from './assignment/single-duty.rules';
export { Claims } from './claiming/claims';
export type { Hold } from './claiming/claims';
export { Consulting } from './claiming/consulting';
export { DraftVersions } from './draft-versions';
export { HandIns } from './claiming/hand-ins';
export { Absences } from './handover/absences';
export { Colleagues } from './handover/colleagues';
export { HOSPITAL_SILENT, READER_LEFT } from './handover/handover.events';
export type { HospitalSilentFacts, ReaderLeftFacts } from './handover/handover.events';
export { handoverListSchema } from './handover/handover.dto';
export type { HandoverList } from './handover/handover.dto';
export { HandoverQueries } from './handover/handover.queries';
export type { HandoverPage } from './handover/handover.queries';
export { ReaderAbsence, ReadingHandover } from './handover/handover.entities';
export { ReadingItem } from './reading-item.entity';
export type { Stage } from './reading-item.entity';
export { Readings } from './claiming/readings';
export { READING_PROGRESSED } from './worklist.events';
export type { ReadingFacts } from './worklist.events';
export { worklistErrors } from './worklist.errors';
export { WorklistHttpModule, WorklistJobsModule, WorklistModule } from './worklist.module';
export { worklistSubscriptions } from './worklist.subscriptions';
export { WorklistQueries } from './list/worklist.queries';
export type { ItemView } from './list/worklist.queries';
