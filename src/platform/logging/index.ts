export { Logger } from './logger';
export { LoggingModule } from './logging.module';
