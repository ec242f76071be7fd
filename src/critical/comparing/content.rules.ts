import { criticalFindings } from '../../lint';

/** What a text says of a critical finding, as far as the clinic would act differently: on which side, and in which words. */
export interface Said {
  readonly finding: string;
  /** L, R, B (both), or empty where the text names none. */
  readonly side: 'L' | 'R' | 'B' | '';
  /** The words that name it, its extent among them (大量, 张力性); without side and white space. */
  readonly phrase: string;
}

interface Text {
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
}

/** 左 and 右 as directions, projections and pairs: they name no side of the body. */
const NO_SIDE =
  /[向朝往偏][左右](?:侧|前|后|上|下|方)*|[左右]侧?[移偏凸突倾]|左右|右左|[左右][前后]斜|[左右]侧?位|[左右](?:心|房|室|冠)/g;
const SIDE = /左侧?[、/及和与]右侧?|右侧?[、/及和与]左侧?|双侧?|两侧|左侧?|右侧?/g;

/**
 * Each critical finding of a text once per place and wording. The impression is asked first: it names what the findings
 * describe, and a finding that it names is not looked for any further.
 */
export function saidBy(text: Text): Said[] {
  const known = new Map<string, Said[]>();
  for (const section of [text.impression, text.findings]) {
    const said = sentences(section).flatMap(saidIn);
    for (const finding of new Set(said.map((one) => one.finding)))
      if (!known.has(finding))
        known.set(
          finding,
          said.filter((one) => one.finding === finding),
        );
  }
  // The whole text decides what is said at all: a sentence by itself may lack what denies it, or what completes it.
  return criticalFindings(text).flatMap(({ finding, text: phrase }) => {
    const places = known.get(finding);
    return places ?? [{ finding, side: '', phrase: bare(phrase) }];
  });
}

/**
 * Whether a later text says another thing of a finding than an earlier one did: something is no longer said, or a side is new.
 * The same side in further words, as an addendum repeats it, is no other thing.
 */
export function differs(earlier: readonly Said[], later: readonly Said[]): boolean {
  const key = ({ side, phrase }: Said): string => `${side}|${phrase}`;
  const kept = new Set(later.map(key));
  const sides = new Set(earlier.flatMap(({ side }) => side || []));
  const newSide = later.some(({ side }) => side !== '' && sides.size > 0 && !sides.has(side));
  return newSide || earlier.some((one) => !kept.has(key(one)));
}

const sentences = (section: string): string[] => section.split(/[。；;\n\r]+/u).filter((one) => one.trim() !== '');

function saidIn(sentence: string): Said[] {
  return criticalFindings({ impression: sentence, findings: '', recommendation: '' }).flatMap(({ finding, text }) => {
    const clauses = sentence.split(/[，,]/u);
    // One sentence may name it twice: 左侧大量气胸，右侧大量气胸. Words that stand on two sides of a comma are of the sentence.
    const named = clauses.flatMap((clause, i) => {
      const hit = criticalFindings({ impression: clause, findings: '', recommendation: '' });
      const own = hit.find((one) => one.finding === finding);
      return own ? [said(finding, own.text, clause, clauses.slice(0, i))] : [];
    });
    return named.length > 0 ? named : [said(finding, text, sentence, [])];
  });
}

/** The side nearest before the end of the words, in their clause or else in the one before it. */
function said(finding: string, words: string, clause: string, before: readonly string[]): Said {
  const at = clause.indexOf(words);
  const upTo = at < 0 ? clause.length : at + words.length;
  const places = [clause.slice(0, upTo), clause.slice(upTo), ...[...before].reverse()];
  const side = places.map(lastSide).find((one) => one !== '') ?? '';
  return { finding, side, phrase: bare(words) };
}

function lastSide(text: string): Said['side'] {
  const word = text.replace(NO_SIDE, '　').match(SIDE)?.at(-1);
  if (word === undefined) return '';
  if (/^(?:双|两)|左.*右|右.*左/u.test(word)) return 'B';
  return word.startsWith('左') ? 'L' : 'R';
}

const bare = (words: string): string => words.replace(NO_SIDE, '').replace(SIDE, '').replace(/\s+/gu, '');
