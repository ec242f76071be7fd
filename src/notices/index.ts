export { Notices, noticesTopic } from './notices';
export type { ReceiptView, Telling } from './notices';
export type { Receiver } from './receivers';
export { Notice, NoticeListener, NoticeReceipt } from './notices.entities';
export { NoticesHttpModule, NoticesModule } from './notices.module';
