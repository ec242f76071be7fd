import { parentPort } from 'node:worker_threads';
import { type HeaderHints, type PostedHeaderResult, readDicomHeader } from './dicom-header';
import { type FramesResult, type FrameSubject, locateFrames } from './frames';

/** One file to look at. The worker takes one at a time and answers each exactly once. */
export type WorkerRequest =
  { kind: 'header'; path: string; hints: HeaderHints } | { kind: 'frames'; path: string; subject: FrameSubject };

/** `fault`: the file could not be read at all (missing, I/O error), which is nobody's bad input. */
export type WorkerAnswer =
  | { kind: 'ready' }
  | { kind: 'header'; result: PostedHeaderResult }
  | { kind: 'frames'; result: FramesResult }
  | { kind: 'fault'; message: string };

function answerTo(request: WorkerRequest): WorkerAnswer {
  try {
    return request.kind === 'header'
      ? { kind: 'header', result: readDicomHeader(request.path, request.hints) }
      : { kind: 'frames', result: locateFrames(request.path, request.subject) };
  } catch (error) {
    return { kind: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (request: WorkerRequest) => parentPort?.postMessage(answerTo(request)));
parentPort?.postMessage({ kind: 'ready' } satisfies WorkerAnswer);
