import type { Element } from 'dicom-parser';
import { type CharsetDecision, decideCharset, needsCharset, type TextSample } from './charset';
import { definedTerm } from './charset-terms';
import { belongsInModel, declaredCharset, effectiveVr, valueBytes } from './dicom-json';
import type { RootElement } from './element-reader';
import { HEADER_LIMITS } from './header-limits';

/** VRs that Specific Character Set governs (PS3.5 §6.1.2.3), and CS, into which consoles write Chinese body parts. */
const TEXT_VRS = new Set(['SH', 'LO', 'ST', 'LT', 'UC', 'UT', 'PN', 'CS']);
/** More of one value adds nothing to the decision. */
const SAMPLE_BYTES = 512;

export interface HeaderCharsets {
  /** Of the root of the data set. */
  decision: CharsetDecision;
  /** The character set in use under a label; items may have their own. */
  charsetFor: (label: string) => string;
  /** The root's label. */
  rootLabel: string;
  hasText: boolean;
  warnings: string[];
}

/** Decides the character sets of a data set: once for all text under the same label, items included. */
export function decideHeaderCharsets(
  elements: ReadonlyMap<string, RootElement>,
  clinicCharset?: string,
): HeaderCharsets {
  const own = elements.get('x00080005');
  const declared = own ? (declaredCharset(own.element, own.bytes) ?? []) : [];
  const rootLabel = declared.join('\\');
  const samples = new Map<string, TextSample[]>([[rootLabel, []]]);
  for (const { element, bytes } of elements.values()) collect(element, bytes, rootLabel, samples, 0);

  const decisions = new Map<string, CharsetDecision>();
  for (const [label, texts] of samples) decisions.set(label, decide(label, texts, clinicCharset));
  const decision = decisions.get(rootLabel) as CharsetDecision;
  return {
    decision,
    charsetFor: (label) => decisions.get(label)?.used ?? decision.used,
    rootLabel,
    hasText: [...samples.values()].some((texts) => texts.length > 0),
    warnings: declared.some((term) => definedTerm(term) === null) ? ['charset_unknown'] : [],
  };
}

/** The images of a study carry the same texts: the last decisions are kept, oldest first. */
const decided = new Map<string, CharsetDecision>();
const MAX_DECIDED = 64;
/** Longer texts are decided anew each time. */
const MAX_KEY_CHARACTERS = 8 * 1024;

function decide(label: string, texts: readonly TextSample[], clinicCharset: string | undefined): CharsetDecision {
  const anew = (): CharsetDecision => decideCharset(label === '' ? [] : label.split('\\'), texts, clinicCharset);
  if (texts.length === 0) return anew();
  // NUL stands in no label, and lengths come before the values: no two lists make the same key.
  const shape = texts.map(({ bytes, isName }) => `${bytes.length}${isName ? 'n' : ''}`).join();
  const values = texts.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
  const key = [clinicCharset, label, shape, ...values].join('\0');
  if (key.length > MAX_KEY_CHARACTERS) return anew();
  const decision = decided.get(key) ?? anew();
  decided.delete(key);
  decided.set(key, decision);
  const [oldest] = decided.keys();
  if (decided.size > MAX_DECIDED) decided.delete(oldest as string);
  return decision;
}

function collect(
  element: Element,
  bytes: Buffer,
  label: string,
  samples: Map<string, TextSample[]>,
  depth: number,
): void {
  // The conversion refuses what is nested deeper; here it only must not overflow the stack.
  if (depth > HEADER_LIMITS.depth || !belongsInModel(element.tag)) return;
  for (const item of element.items ?? []) {
    const children = item.dataSet?.elements ?? {};
    const itemLabel = declaredCharset(children['x00080005'], bytes)?.join('\\') ?? label;
    if (!samples.has(itemLabel)) samples.set(itemLabel, []);
    for (const child of Object.values(children)) collect(child, bytes, itemLabel, samples, depth + 1);
  }
  if (element.items) return;
  const vr = effectiveVr(element, false);
  if (!TEXT_VRS.has(vr)) return;
  const field = valueBytes(element, bytes).subarray(0, SAMPLE_BYTES);
  if (needsCharset(field)) samples.get(label)?.push({ bytes: field, isName: vr === 'PN' });
}
