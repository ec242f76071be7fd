import {
  HEALTHY,
  NOT_REMOVED,
  PARTIAL,
  PATIENT_AGAIN,
  RELATIVE,
  type RemovableOrgan,
  REMOVAL,
  REMOVAL_CUE,
  SAID_ABSENT,
  WHOLE_ORGANS,
} from '../lexicons/absent-organ.lexicon';
import { AMPUTATION, REMOVABLE_PARTS } from '../lexicons/absent-part.lexicon';
import type { Clause, Section } from '../text/clauses';
import { quote } from '../text/report-text';
import type { Report } from '../report';
import type { Hit } from '../rules';
import { examSide, type Side, sideWords } from '../text/sides';

/** An organ with its patterns, built once. */
interface Removable extends RemovableOrgan {
  readonly named: RegExp;
  readonly removing: RegExp;
}

interface Absence {
  readonly organ: Removable;
  readonly side: Side | undefined;
  /** As it was told. */
  readonly told: string;
}

const REMOVABLES: readonly Removable[] = [...WHOLE_ORGANS, ...REMOVABLE_PARTS].map((organ) => {
  const words = organ.removal ?? REMOVAL;
  // 胆囊结石行脾切除 takes another organ out; what is amputated is the part that was hurt.
  const between = organ.removal === AMPUTATION ? '[^,]{0,14}?' : '(?:(?!行)[^,]){0,10}?';
  const before = `(?:${organ.name})(${between})(?:${words})`;
  const behind = `(?:切除|摘除|拔除|切)(?:了)?(?:[左右双]侧?)?(?:${organ.name})(?!${PARTIAL.source})`;
  // Only what is cut out as a whole is named behind the word: 切除子宫; a limb is not.
  const removing = new RegExp(organ.removal === undefined ? `${before}|${behind}` : before);
  return { ...organ, named: new RegExp(organ.name), removing };
});
/** As many as a body can miss. */
const MOST_ABSENCES = 30;
const LONGEST = 300;
/** How many clauses back a side still speaks for what follows. */
const CLAUSES_BACK = 6;

/** Organs that were taken out, or never there, and are described as if they were. */
export function absentOrgan(report: Report): Hit[] {
  const byDefault = examSide(report.exam);
  const absences = absencesOf(report, byDefault);
  const described = [report.findings, report.impression];
  return absences.flatMap((absence) => {
    const told = described.some((section) => section.clauses.some((clause) => tellsAbsence(absence.organ, clause)));
    return described.flatMap((section) => contradictions(section, absence, told, byDefault));
  });
}

function absencesOf(report: Report, byDefault: Side | undefined): Absence[] {
  const found = new Map<string, Absence>();
  for (const section of [report.history, report.findings, report.impression]) {
    let relative = false;
    let sentence = -1;
    for (const [index, clause] of section.clauses.entries()) {
      if (clause.sentence !== sentence) relative = false;
      sentence = clause.sentence;
      relative = (relative && !PATIENT_AGAIN.test(clause.text)) || RELATIVE.test(clause.text);
      if (relative || found.size >= MOST_ABSENCES || !REMOVAL_CUE.test(clause.text)) continue;
      for (const absence of absencesIn(section, index, byDefault)) {
        const key = `${absence.organ.key} ${absence.side ?? ''}`;
        if (!found.has(key)) found.set(key, absence);
      }
    }
  }
  return [...found.values()];
}

function absencesIn(section: Section, index: number, byDefault: Side | undefined): Absence[] {
  const clause = section.clauses[index]!;
  const text = withItsLobe(section, index).slice(0, 200);
  if (NOT_REMOVED.test(text)) return [];
  return REMOVABLES.flatMap((organ) => {
    const whole = organ.removed?.exec(text);
    const found = whole ?? organ.removing.exec(text);
    if (!found || (!whole && PARTIAL.test(found[0]))) return [];
    const side = organ.paired ? (sideBefore(section, index, found.index + found[0].length) ?? byDefault) : undefined;
    return [{ organ, side, told: quote(section, clause.start, clause.end) }];
  });
}

/** 右肺上叶腺癌,肺叶切除术后: the lobe is named with the tumour. */
function withItsLobe({ clauses }: Section, index: number): string {
  const { text, sentence } = clauses[index]!;
  const before = clauses[index - 1];
  return before?.sentence === sentence && /^(?:已?行)?[^,]{0,4}肺叶切除/.test(text)
    ? `${before.text.slice(-60)}${text.replace(/行/, '')}`
    : text;
}

/** The report itself says that the organ is gone. */
function tellsAbsence({ mention, named }: Removable, clause: Clause): boolean {
  const text = clause.text.slice(0, LONGEST);
  return SAID_ABSENT.test(text) && (mention.test(text) || named.test(text));
}

function contradictions(section: Section, absence: Absence, told: boolean, byDefault: Side | undefined): Hit[] {
  const { organ, side } = absence;
  const hits: Hit[] = [];
  section.clauses.forEach((clause, i) => {
    const text = clause.text.slice(0, LONGEST);
    const found = organ.mention.exec(text) ?? (told ? null : (organ.among?.exec(text) ?? null));
    if (!found) return;
    const behind = followUp(section, i);
    if (SAID_ABSENT.test(text) || SAID_ABSENT.test(behind) || isHeading(section, i)) return;
    if (organ.healthy && !HEALTHY.test(text.slice(found.index) + saysMore(section, i))) return;
    // 肾(右) names its side behind itself.
    const own =
      sideBefore(section, i, found.index + 1) ?? sideBefore(section, i, found.index + found[0].length + 2) ?? byDefault;
    const both = /双|两/.test(text.slice(Math.max(0, found.index - 2), found.index));
    if (!isAbsentSide(organ, side, both ? 'B' : own)) return;
    hits.push({ rule: 'absent_organ', phrase: quote(section, clause.start, clause.end), expected: absence.told });
  });
  return hits;
}

/** 胆囊呈术后改变，未见显示: the next clause of the sentence may tell the absence, as long as it names nothing else. */
function followUp({ clauses }: Section, index: number): string {
  const next = clauses[index + 1];
  return next?.sentence === clauses[index]!.sentence &&
    /^(?:缺如|未见(?:显示|显影)|未显示|呈?术后|不显示|已切)/.test(next.text)
    ? next.text
    : '';
}

/** 双乳:左乳缺如: names the organs whose absence its own sentence goes on to tell. */
function isHeading({ clauses, text }: Section, index: number): boolean {
  const { end, start, sentence } = clauses[index]!;
  const next = clauses[index + 1];
  return (
    text.charAt(end) === ':' &&
    end - start <= 4 &&
    next?.sentence === sentence &&
    SAID_ABSENT.test(next.text.slice(0, 12))
  );
}

/** 食管中下段,壁不厚: what the next clause of the sentence says of the same thing. */
function saysMore({ clauses }: Section, index: number): string {
  const next = clauses[index + 1];
  return next?.sentence === clauses[index]!.sentence ? next.text.slice(0, 12) : '';
}

function isAbsentSide({ paired, key }: Removable, absent: Side | undefined, side: Side | undefined): boolean {
  // Without a side nobody knows which one of a pair is gone; a thyroid without one is gone as a whole.
  if (!paired || absent === 'B') return true;
  return absent === undefined ? ['甲状腺', '肺'].includes(key) : side === absent || side === 'B';
}

/** The side named last before `end` of the clause, else earlier in its sentence. */
function sideBefore({ clauses }: Section, index: number, end: number): Side | undefined {
  const clause = clauses[index]!;
  const own = sideWords(clause)
    .filter(({ at }) => at < end)
    .at(-1)?.side;
  if (own !== undefined) return own;
  const earlier = clauses.slice(Math.max(0, index - CLAUSES_BACK), index);
  return earlier
    .filter(({ sentence }) => sentence === clause.sentence)
    .flatMap(sideWords)
    .at(-1)?.side;
}
