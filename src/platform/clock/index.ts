export { Clock, SystemClock } from './clock';
export { ClockModule } from './clock.module';
export { localDate } from './local-date';
