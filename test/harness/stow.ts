/** STOW-RS client of the tests and the bench. */
export type { DicomJson, StowAnswer, StowFailure, StowOptions, StowReference } from '../../src/demo/http-client';
export { multipart, stow } from '../../src/demo/http-client';
