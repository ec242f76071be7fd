import type { LinkState } from './person-link.state';

/** What is known of two patients who may be one person. */
export interface KnownPair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly state: LinkState;
  /** Whether a person has decided it; otherwise the equal 身份证号 has. */
  readonly byPerson: boolean;
}

export interface Contradiction {
  /** Links that must be looked at again before anybody is taken for somebody else. */
  readonly inDoubt: readonly KnownPair[];
  /** The decisions 非同一人 that they contradict. */
  readonly apart: readonly KnownPair[];
}

/**
 * Links hold beyond the two patients whom they name: A–B and B–C make one person of A and C. Where somebody has said that A
 * and C are two, one of the links is wrong, and nothing tells which. A person's word outweighs the number's: of such a group
 * the links that the number made are in doubt; those that people made, only where they alone still join the two.
 */
export function contradictionOf(pairs: readonly KnownPair[]): Contradiction {
  const links = pairs.filter(({ state }) => state === 'linked');
  const apart = pairs.filter(({ state }) => state === 'refused' || state === 'undone');
  const torn = tornBy(apart, links);
  const numbers = torn.links.filter(({ byPerson }) => !byPerson);
  const people = links.filter(({ byPerson }) => byPerson);
  return { inDoubt: [...numbers, ...tornBy(apart, people).links], apart: torn.apart };
}

/**
 * Whether the number alone would join people who were said to be two: the links that are there, and all that it would still
 * make among its bearers. News of one bearer may come before that of another, so it is not asked of his own links only.
 */
export function wouldContradict(
  known: readonly KnownPair[],
  bearers: readonly string[],
  alike: (a: string, b: string) => boolean,
): boolean {
  const isKnown = (a: string, b: string): boolean =>
    known.some((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a));
  const proposed = bearers.flatMap((a, i) =>
    bearers
      .slice(i + 1)
      .filter((b) => !isKnown(a, b) && alike(a, b))
      .map((b): KnownPair => ({ id: `${a} ${b}`, a, b, state: 'linked', byPerson: false })),
  );
  return contradictionOf([...known, ...proposed]).inDoubt.length > 0;
}

/** The links of the groups that hold two patients who are said to be two people, and who these are. */
function tornBy(apart: readonly KnownPair[], links: readonly KnownPair[]) {
  const groupOf = groups(links);
  const together = apart.filter(({ a, b }) => groupOf.has(a) && groupOf.get(a) === groupOf.get(b));
  const torn = new Set(together.map(({ a }) => groupOf.get(a)));
  return { links: links.filter(({ a }) => torn.has(groupOf.get(a))), apart: together };
}

/** Patient → the group that links hold him in. */
function groups(links: readonly KnownPair[]): Map<string, Set<string>> {
  const groupOf = new Map<string, Set<string>>();
  for (const { a, b } of links) {
    const joined = new Set([a, b, ...(groupOf.get(a) ?? []), ...(groupOf.get(b) ?? [])]);
    for (const patient of joined) groupOf.set(patient, joined);
  }
  return groupOf;
}
