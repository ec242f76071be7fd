export { SheetsModule, SheetsHttpModule, SheetsJobsModule } from './sheets.module';
export { SheetsService } from './sheets.service';
export { RENDER_PDF, sheetsSubscriptions } from './sheets.subscriptions';
