export { SheetsModule, SheetsHttpModule, SheetsJobsModule } from './sheets.module';
export { Letterhead } from './letterhead.entity';
export { SheetsService } from './sheets.service';
export { RENDER_PDF, sheetsSubscriptions } from './sheets.subscriptions';
