export { Access, ACCESS, CurrentCtx, CurrentSession, CurrentStanding } from './access.decorator';
export type { AccessRule, CicRequest, StillAllowed } from './access.decorator';
export { FieldNames } from './field-names';
export type { FieldWords } from './field-names';
export { dressHttpApp } from './http-app';
export { SseStream } from './sse';
export {
  idParam,
  instant,
  lines,
  page,
  periodFrom,
  periodTo,
  phone,
  phoneOrEmpty,
  text,
  textOrEmpty,
  unlessMissing,
  uuid,
} from './schemas';
export { buildOpenApi, serveOpenApi } from './openapi';
export { Health, HealthModule } from './health.controller';
export type { HealthCheck } from './health.controller';
export { MultipartError, multipartRelatedWriter, parseContentType, readMultipartRelated } from './multipart-related';
export type {
  IncomingPart,
  MultipartAnswer,
  MultipartErrorCode,
  MultipartLimits,
  OutgoingPart,
} from './multipart-related';
