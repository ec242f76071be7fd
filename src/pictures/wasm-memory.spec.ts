import { boundWasmMemory, wasRefusedMemory } from './wasm-memory';

interface Growing {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: new (size: { initial: number }) => Growing } })
  .WebAssembly;
const PAGE = 65_536;

it('lets memory grow up to the bound, and says once that it was asked for more', () => {
  boundWasmMemory(10 * PAGE);
  const memory = new Memory({ initial: 1 });
  memory.grow(9);
  expect(memory.buffer.byteLength).toBe(10 * PAGE);
  expect(wasRefusedMemory()).toBe(false);
  expect(() => memory.grow(1)).toThrow(RangeError);
  expect(memory.buffer.byteLength).toBe(10 * PAGE);
  expect([wasRefusedMemory(), wasRefusedMemory()]).toEqual([true, false]);
});
