export { Exam } from './exam.entity';
export type { AgeUnit, ImagesComplete, Laterality, Priority, Sex, Source } from './exam.entity';
export { BEFORE_CLAIM, EXAM_MOVES, EXAM_STATE_NAMES, EXAM_STATES, mayMove, OPEN_FOR_READING } from './exam.state';
export type { ExamState } from './exam.state';
export { ExamStates, examStateErrors } from './exam-states';
export type { ExamPatch, Move } from './exam-states';
export { EXAM_CHANGED, examChanged, IMAGES_RECEIVED } from './exams.events';
export type { ExamFacts } from './exams.events';
