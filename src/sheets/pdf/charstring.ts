/**
 * Type 2 charstrings (Adobe Technical Note 5177) without subroutines. A CJK font keeps tens of thousands of shared
 * subroutines; a subset must carry their numbering even where it uses ten of them. Written out in full, the glyphs of a
 * report take 20 kB instead of 66 kB and a tenth of the time.
 */

export interface Subroutines {
  local: SubroutineIndex;
  global: SubroutineIndex;
}
/** One INDEX of subroutines; a font reads them only when they are called. */
export interface SubroutineIndex {
  length: number;
  at(index: number): Uint8Array | undefined;
}

const CALLSUBR = 10;
const RETURN = 11;
const ESCAPE = 12;
const ENDCHAR = 14;
const CALLGSUBR = 29;
const STEM_HINTS = new Set([1, 3, 18, 23]);
const HINT_MASKS = new Set([19, 20]);
/** The specification's own limit for nested calls. */
const MAX_DEPTH = 10;

/**
 * Returns the same glyph program with every subroutine call replaced by what it does.
 * Throws for arithmetic operators and for calls that lead nowhere: text fonts have neither, and a silently wrong glyph
 * would be a wrong character in a report.
 */
export function withoutSubroutines(program: Uint8Array, subroutines: Subroutines): Uint8Array {
  return Uint8Array.from(new Inliner(subroutines).inline(program));
}

class Inliner {
  private readonly out: number[] = [];
  /** Operands waiting for their operator: the value, and where its bytes begin in `out`. */
  private stack: { value: number; start: number }[] = [];
  private stems = 0;

  constructor(private readonly subroutines: Subroutines) {}

  inline(program: Uint8Array): number[] {
    this.run(program, 0);
    return this.out;
  }

  /** True when the glyph has ended. */
  private run(code: Uint8Array, depth: number): boolean {
    if (depth > MAX_DEPTH) throw new Error('charstring: subroutines nested too deep');
    let i = 0;
    while (i < code.length) {
      const byte = code[i]!;
      if (byte >= 32 || byte === 28) {
        i += this.pushNumber(code, i);
        continue;
      }
      i++;
      if (byte === RETURN) return false;
      if (byte === CALLSUBR || byte === CALLGSUBR) {
        const called = this.popSubroutine(byte === CALLSUBR ? this.subroutines.local : this.subroutines.global);
        if (this.run(called, depth + 1)) return true;
        continue;
      }
      this.out.push(byte);
      if (byte === ENDCHAR) return true;
      i += this.operator(byte, code, i);
    }
    return false;
  }

  /** Keeps the number's bytes and remembers its value; returns how many bytes it took. */
  private pushNumber(code: Uint8Array, at: number): number {
    const [value, length] = readNumber(code, at);
    this.stack.push({ value, start: this.out.length });
    for (let k = 0; k < length; k++) this.out.push(code[at + k]!);
    return length;
  }

  /** The subroutine that the last operand names; the operand itself leaves the output. */
  private popSubroutine(from: SubroutineIndex): Uint8Array {
    const operand = this.stack.pop();
    const called = operand && from.at(operand.value + biasOf(from.length));
    if (!operand || !called) throw new Error('charstring: call of a subroutine that is not there');
    this.out.length = operand.start;
    return called;
  }

  /** Follows the operator's effect on the stack and the stem count; returns how many bytes of data come with it. */
  private operator(byte: number, code: Uint8Array, at: number): number {
    if (STEM_HINTS.has(byte) || HINT_MASKS.has(byte)) this.stems += this.stack.length >> 1;
    this.stack = [];
    let data = 0;
    if (HINT_MASKS.has(byte)) data = (this.stems + 7) >> 3;
    if (byte === ESCAPE) {
      // 34…37 are the flex operators, which clear the stack; the others compute and would need a real interpreter.
      if (!(code[at]! >= 34 && code[at]! <= 37))
        throw new Error(`charstring: operator 12 ${code[at]} is not supported`);
      data = 1;
    }
    for (let k = 0; k < data; k++) this.out.push(code[at + k]!);
    return data;
  }
}

function readNumber(code: Uint8Array, at: number): [value: number, length: number] {
  const first = code[at]!;
  const second = code[at + 1] ?? 0;
  if (first === 28) return [((second << 24) >> 16) | (code[at + 2] ?? 0), 3];
  if (first < 247) return [first - 139, 1];
  if (first < 251) return [(first - 247) * 256 + second + 108, 2];
  if (first < 255) return [-(first - 251) * 256 - second - 108, 2];
  // 16.16 fixed point: a coordinate, never the number of a subroutine.
  return [Number.NaN, 5];
}

/** Technical Note 5177 §4.7: what is added to the operand of a call. */
function biasOf(count: number): number {
  if (count < 1240) return 107;
  return count < 33_900 ? 1131 : 32_768;
}
