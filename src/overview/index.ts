export { OverviewHttpModule } from './overview.module';
