/** The small HTTP client of demo, bench and tests: nothing but node:http, so that every byte on the line is ours. */
export type { ApiAnswer, ClientOptions, RawRequest } from './http/api-client';
export { ApiClient, ApiError } from './http/api-client';
export type { Bytes, HttpAnswer, HttpRequest } from './http/request';
export { ConnectionCutError, keepAliveAgent, send } from './http/request';
export type { EventStreamOptions, ServerEvent } from './http/sse';
export { EventLog, EventStream, EventStreamParser } from './http/sse';
export type { DicomJson, StowAnswer, StowFailure, StowOptions, StowReference } from './http/stow';
export { multipart, stow } from './http/stow';
export type { ManifestEntry, PatchOptions, ResumeOptions } from './http/upload';
export {
  completeUpload,
  manifestEntry,
  openUpload,
  patchInstance,
  sendInstance,
  storedOffset,
  UPLOAD_WIRE,
} from './http/upload';
