import type { SampleArray } from './samples.rules';

/** The grey pipeline (PS3.3 C.11.1, C.11.2, C.7.6.3.1.2; PS3.4 N.2): stored values → 0 black … 255 white. Pure. */

/** A table of PS3.3 C.11.1.1 or C.11.2.1.1. */
export interface LookupTable {
  /** The input that the first entry is for; what is below takes the first entry, what is behind the last. */
  readonly first: number;
  readonly entries: ArrayLike<number>;
  /** Of an entry. */
  readonly bits: number;
}

export type Modality = { readonly slope: number; readonly intercept: number } | LookupTable;

export type WindowShape = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
export interface Window {
  readonly center: number;
  readonly width: number;
  readonly shape: WindowShape;
}

/** Stored values that are no picture (PS3.3 C.7.5.1.1.2), both ends included. */
export interface Padding {
  readonly from: number;
  readonly to: number;
}

export interface GreyRules {
  readonly modality: Modality;
  /** Null: from the values themselves, without the padding. */
  readonly voi: Window | LookupTable | null;
  /** MONOCHROME1: the lowest value is white. */
  readonly inverted: boolean;
  readonly padding: Padding | null;
}

const WHITE = 255;
/** Up to so many different values a table is built; 16 bits have no more. */
const TABLE_SPAN = 65_536;

export function greys(values: SampleArray, rules: GreyRules): Uint8Array {
  const all = extent(values, null);
  const seen = (rules.padding && extent(values, rules.padding)) ?? all;
  const out = new Uint8Array(values.length);
  if (!all || !seen) return out;
  const modality = modalityOf(rules.modality);
  const voi = voiOf(rules.voi ?? spanWindow(rules.modality, seen));
  const shade = (stored: number): number => {
    const grey = voi(modality(stored));
    return Math.round(WHITE * (rules.inverted ? 1 - grey : grey));
  };
  const { min, max } = all;
  if (max - min >= TABLE_SPAN) {
    for (let i = 0; i < values.length; i++) out[i] = shade(values[i] as number);
    return out;
  }
  const table = Uint8Array.from({ length: max - min + 1 }, (_, i) => shade(min + i));
  for (let i = 0; i < values.length; i++) out[i] = table[(values[i] as number) - min] as number;
  return out;
}

interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Null where nothing but padding is there. */
function extent(values: SampleArray, padding: Padding | null): Extent | null {
  let [min, max] = [Infinity, -Infinity];
  const [from, to] = padding ? [padding.from, padding.to] : [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value >= from && value <= to) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? null : { min, max };
}

function modalityOf(modality: Modality): (stored: number) => number {
  if ('entries' in modality) return (stored) => entryOf(modality, stored);
  const { slope, intercept } = modality;
  return (stored) => stored * slope + intercept;
}

/** 0 black … 1 white. */
function voiOf(voi: Window | LookupTable): (value: number) => number {
  if ('entries' in voi) {
    const most = 2 ** voi.bits - 1;
    return (value) => clamp(entryOf(voi, Math.round(value)) / most);
  }
  return (value) => windowed(value, voi);
}

function entryOf({ first, entries }: LookupTable, input: number): number {
  return entries[Math.min(Math.max(input - first, 0), entries.length - 1)] as number;
}

/** PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.1 (SIGMOID), C.11.2.1.3.2 (LINEAR_EXACT). @returns 0 … 1 */
export function windowed(value: number, { center, width, shape }: Window): number {
  if (shape === 'SIGMOID') return 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (shape === 'LINEAR_EXACT') return clamp((value - center) / width + 0.5);
  // One value wide is a threshold: the slope has no meaning, its ends are tested first.
  if (value <= center - 0.5 - (width - 1) / 2) return 0;
  if (value > center - 0.5 + (width - 1) / 2) return 1;
  return (value - (center - 0.5)) / (width - 1) + 0.5;
}

/** From the lowest to the highest value; a picture of one value is black. */
function spanWindow(modality: Modality, { min, max }: Extent): Window {
  const value = modalityOf(modality);
  const inputs = 'entries' in modality ? Math.min(max - min + 1, TABLE_SPAN) : 2;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < inputs; i++) {
    const at = value(i === inputs - 1 ? max : min + i);
    low = Math.min(low, at);
    high = Math.max(high, at);
  }
  return low === high
    ? { center: low + 1, width: 1, shape: 'LINEAR_EXACT' }
    : { center: (low + high) / 2, width: high - low, shape: 'LINEAR_EXACT' };
}

const clamp = (grey: number): number => Math.min(Math.max(grey, 0), 1);
