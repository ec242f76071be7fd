export { loggedMessage } from './logged-error';
export { Logger } from './logger';
export { LoggingModule } from './logging.module';
