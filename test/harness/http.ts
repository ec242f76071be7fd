/** HTTP clients of the tests and the bench; the demo uses the same ones. */
export type {
  ApiAnswer,
  Bytes,
  ClientOptions,
  EventStreamOptions,
  HttpAnswer,
  HttpRequest,
  ManifestEntry,
  PatchOptions,
  RawRequest,
  ResumeOptions,
  ServerEvent,
} from '../../src/demo/http-client';
export {
  ApiClient,
  ApiError,
  completeUpload,
  ConnectionCutError,
  EventLog,
  EventStream,
  EventStreamParser,
  keepAliveAgent,
  manifestEntry,
  openUpload,
  patchInstance,
  send,
  sendInstance,
  storedOffset,
  UPLOAD_WIRE,
} from '../../src/demo/http-client';

/** Where to cut a body of so many bytes: after 0 %, 10 %, … 90 %, and one byte before the end. */
export const cutPoints = (bytes: number): number[] => [
  ...Array.from({ length: 10 }, (_, tenth) => Math.floor((bytes * tenth) / 10)),
  bytes - 1,
];
