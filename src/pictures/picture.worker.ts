import { parentPort } from 'node:worker_threads';
import { READY } from '../platform/threads';
import { paint, type Painted, type PaintOrder, type PaintRefusal } from './paint';
import { boundWasmMemory } from './wasm-memory';

/** One order at a time, each answered exactly once. `fault`: of the installation, not of the picture. */
export type PaintAnswer =
  | { readonly kind: 'painted'; readonly painted: Painted }
  | { readonly kind: 'refused'; readonly code: PaintRefusal }
  | { readonly kind: 'fault'; readonly message: string };

/** A 5,000 × 6,000 mammogram takes 200 MiB in OpenJPEG. */
const DECODER_BYTES = 768 * 2 ** 20;

async function answerTo(order: PaintOrder): Promise<PaintAnswer> {
  try {
    const painted = await paint(order);
    return typeof painted === 'string' ? { kind: 'refused', code: painted } : { kind: 'painted', painted };
  } catch (error) {
    return { kind: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

boundWasmMemory(DECODER_BYTES);
parentPort?.on('message', (order: PaintOrder) => {
  void answerTo(order).then((answer) => {
    const whole = answer.kind === 'painted' && answer.painted.pixels.buffer;
    // What came in a larger buffer (a file's bytes as they are) is copied, not handed over.
    const own = whole && answer.painted.pixels.byteLength === whole.byteLength;
    parentPort?.postMessage(answer, own ? [whole as ArrayBuffer] : []);
  });
});
parentPort?.postMessage(READY);
