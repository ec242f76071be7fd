export { ageInWords } from './content/age.rules';
export { believable, believableSql } from './content/device-clock.rules';
export { idNumberFacts, normaliseIdNumber } from './content/id-number.rules';
export { normaliseModality, sameFamily } from './content/modality.rules';
export { Exam } from './exam.entity';
export type { AgeUnit, DeclaredStudy, ImagesComplete, Laterality, Priority, Sex, Source } from './exam.entity';
export { ExamFlag, ExamImageMove, ExamStudy, Patient } from './exams.entities';
export {
  BEFORE_CLAIM,
  EXAM_MOVES,
  EXAM_STATE_NAMES,
  EXAM_STATES,
  mayMove,
  OPEN_FOR_READING,
  reportIsOut,
} from './exam.state';
export type { ExamState } from './exam.state';
export { ExamStates, examStateErrors } from './exam-states';
export type { Deed, ExamPatch, Move } from './exam-states';
export { ExamDemographics } from './commands/exam-demographics';
export type { Demographics } from './commands/exam-demographics';
export { ExamInstances } from './images/exam-instances';
export type { ExamInstance } from './images/exam-instances';
export { Exams } from './exams';
export type { ExamBrief } from './exams';
export type { ExamDetail, ExamItem, ExamView, ImageMoveView, LinkedStudy } from './exam.view';
export type { FlagView } from './commands/exam-flags';
export { listExamsSchema } from './exams.dto';
export type { ListExams } from './exams.dto';
export { examErrors } from './exams.errors';
export {
  EXAM_CHANGED,
  examChanged,
  EXAM_ENDED,
  IDENTITY_DOUBT,
  IMAGES_AFTER_SIGNING,
  PATIENT_IDENTIFIED,
} from './exams.events';
export type { DoubtEnd, DoubtFacts } from './exams.events';
export { StandingReports } from './commands/standing-reports';
export type { VoidDeed } from './commands/standing-reports';
export { Voiding } from './commands/voiding';
export type { ExamFacts } from './exams.events';
export { ExamsHttpModule, ExamsJobsModule, ExamsModule } from './exams.module';
export { examsSubscriptions } from './exams.subscriptions';
