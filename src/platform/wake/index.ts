export { WakeBus } from './wake-bus';
export { WakeModule } from './wake.module';
