export { PersonLink, RecognitionLookup, RecognitionSetting } from './priors.entities';
export { PriorsHttpModule, PriorsJobsModule } from './priors.module';
export { priorsSubscriptions } from './priors.subscriptions';
