import {
  NOT_REMOVED,
  PARTIAL,
  REMOVABLE_ORGANS,
  type RemovableOrgan,
  REMOVAL,
  SAID_ABSENT,
} from './lexicons/absent-organ.lexicon';
import type { Clause, Section } from './text/clauses';
import { quote } from './text/report-text';
import type { Report } from './report';
import type { Hit } from './rules';
import { type Side, sideWords } from './sides';

interface Absence {
  readonly organ: RemovableOrgan;
  readonly side: Side | undefined;
  /** As it was told. */
  readonly told: string;
}

/** Organs that were taken out, or never there, and are described as if they were. */
export function absentOrgan(report: Report): Hit[] {
  const told = [report.history, report.findings, report.impression];
  const absences = told.flatMap((section) => REMOVABLE_ORGANS.flatMap((organ) => absencesOf(section, organ)));
  const described = [report.findings, report.impression];
  return absences.flatMap((absence) => described.flatMap((section) => contradictions(section, absence)));
}

function absencesOf(section: Section, organ: RemovableOrgan): Absence[] {
  const removal = new RegExp(
    `(?:${organ.name})((?:(?!行)[^,]){0,10}?)(?:${REMOVAL})|(?:切除|摘除|切)(?:了)?(?:[左右双]侧?)?(?:${organ.name})(?!${PARTIAL.source})`,
  );
  return section.clauses.flatMap((clause) => {
    const text = clause.text.slice(0, 200);
    const found = organ.removed?.exec(text) ?? removal.exec(text);
    if (!found || NOT_REMOVED.test(text)) return [];
    if (PARTIAL.test(found[0]) && !organ.removed?.test(text)) return [];
    return [
      {
        organ,
        side: sideBefore(clause, found.index + found[0].length),
        told: quote(section, clause.start, clause.end),
      },
    ];
  });
}

function contradictions(section: Section, { organ, side, told }: Absence): Hit[] {
  const hits: Hit[] = [];
  for (const clause of section.clauses) {
    const text = clause.text.slice(0, 300);
    const found = organ.mention.exec(text);
    if (!found) continue;
    const saidAbsent = SAID_ABSENT.test(text) || SAID_ABSENT.test(followUp(section, clause));
    if (saidAbsent || !isAbsentSide(organ, side, clause, found)) continue;
    hits.push({ rule: 'absent_organ', phrase: quote(section, clause.start, clause.end), expected: told });
  }
  return hits;
}

/** 胆囊呈术后改变，未见显示: the next clause of the sentence may tell the absence, as long as it names nothing else. */
function followUp(section: Section, clause: Clause): string {
  const next = section.clauses[section.clauses.indexOf(clause) + 1];
  return next?.sentence === clause.sentence && /^(?:缺如|未见(?:显示|显影)|未显示|呈?术后|不显示|已切)/.test(next.text)
    ? next.text
    : '';
}

function isAbsentSide(
  organ: RemovableOrgan,
  absent: Side | undefined,
  clause: Clause,
  found: RegExpExecArray,
): boolean {
  if (!organ.paired || absent === undefined || absent === 'B') {
    // Without a side nobody knows which one of a pair is gone; a thyroid without one is gone as a whole.
    return !organ.paired || absent === 'B' || ['甲状腺', '肺'].includes(organ.key);
  }
  const side = sideBefore(clause, found.index + found[0].length + 2);
  return side === absent || side === 'B' || /双|两/.test(clause.text.slice(Math.max(0, found.index - 2), found.index));
}

function sideBefore(clause: Clause, end: number): Side | undefined {
  return sideWords(clause)
    .filter(({ at }) => at < end)
    .at(-1)?.side;
}
