/** How large the memory of a decoder may become: hostile code streams ask for gigabytes. For the picture thread alone. */

const PAGE = 64 * 1024;

interface Memory {
  readonly buffer: ArrayBuffer;
}
interface MemoryPrototype {
  grow: (this: Memory, pages: number) => number;
}

/** The part of the WebAssembly API that is used here; TypeScript has it among a browser's types only. */
const { Memory: WasmMemory } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: MemoryPrototype } } })
  .WebAssembly;

let refused = false;

/** From now on no WebAssembly memory of this thread grows beyond `bytes`; its decoder then fails as if there were no more. */
export function boundWasmMemory(bytes: number): void {
  const { prototype } = WasmMemory;
  const grow = prototype.grow;
  prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * PAGE > bytes) {
      refused = true;
      throw new RangeError('no more memory for a decoder');
    }
    return grow.call(this, pages);
  };
}

/** Whether a decoder was refused memory since the last time this was asked. */
export function wasRefusedMemory(): boolean {
  const was = refused;
  refused = false;
  return was;
}
