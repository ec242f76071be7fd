export { ExamClock } from './exam-clock.entity';
export { turnaroundSubscriptions } from './clock-keeper';
export { TurnaroundHttpModule, TurnaroundJobsModule } from './turnaround.module';
