export { Config, ConfigError, loadConfig } from './config';
export { ConfigModule } from './config.module';
export type { Env } from './config.schema';
