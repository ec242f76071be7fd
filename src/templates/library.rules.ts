import { isDeepStrictEqual } from 'node:util';
import type { TemplateState } from './template.state';
import {
  contentOf,
  type LibraryPhrase,
  type LibraryTemplate,
  phraseOf,
  type TemplateContent,
} from './template-content';

/** What an import would do, before anything is done. Pure. */

export type ConflictPolicy = 'refuse' | 'replace' | 'keep';

/** What the shelf has under a key. */
export interface KnownTemplate {
  readonly state: TemplateState;
  /** Of the newest version. */
  readonly content: TemplateContent;
}

export interface ImportConflict {
  /** Where it stands in the file. */
  readonly field: string;
  readonly code: 'different_content' | 'archived';
  readonly key: string;
  readonly problem: string;
}

export interface ImportPlan<T> {
  readonly create: readonly T[];
  readonly replace: readonly T[];
  readonly unchanged: readonly T[];
  readonly kept: readonly T[];
  readonly conflicts: readonly ImportConflict[];
}

type Verdict = 'create' | 'replace' | 'unchanged' | 'kept' | Omit<ImportConflict, 'field' | 'key'>;

/** What becomes of each template of a file. The same file twice leaves everything `unchanged` the second time. */
export function planTemplates(
  known: ReadonlyMap<string, KnownTemplate>,
  incoming: readonly LibraryTemplate[],
  policy: ConflictPolicy,
): ImportPlan<LibraryTemplate> {
  return plan(
    incoming,
    'templates',
    ({ key }) => key,
    (template) => {
      const there = known.get(template.key);
      if (!there) return 'create';
      if (same(there.content, contentOf(template))) return 'unchanged';
      if (policy === 'keep') return 'kept';
      // Somebody took it out of use for a reason; a file does not bring it back.
      if (there.state === 'archived') return { code: 'archived', problem: `“${template.title}”已归档，请先恢复` };
      if (policy === 'replace') return 'replace';
      return { code: 'different_content', problem: `“${template.title}”已存在且内容不同` };
    },
  );
}

/** The same for phrases, by their shortcut. */
export function planPhrases(
  known: ReadonlyMap<string, LibraryPhrase>,
  incoming: readonly LibraryPhrase[],
  policy: ConflictPolicy,
): ImportPlan<LibraryPhrase> {
  return plan(
    incoming,
    'phrases',
    ({ shortcut }) => shortcut,
    (phrase) => {
      const there = known.get(phrase.shortcut);
      if (!there) return 'create';
      if (same(phraseOf(there), phraseOf(phrase))) return 'unchanged';
      if (policy === 'keep') return 'kept';
      if (policy === 'replace') return 'replace';
      return { code: 'different_content', problem: `;${phrase.shortcut} 已存在且内容不同` };
    },
  );
}

function plan<T>(
  incoming: readonly T[],
  list: string,
  keyOf: (entry: T) => string,
  judge: (entry: T) => Verdict,
): ImportPlan<T> {
  const made = { create: [] as T[], replace: [] as T[], unchanged: [] as T[], kept: [] as T[] };
  const conflicts: ImportConflict[] = [];
  incoming.forEach((entry, i) => {
    const verdict = judge(entry);
    if (typeof verdict === 'string') made[verdict].push(entry);
    else conflicts.push({ field: `library.${list}.${i}`, key: keyOf(entry), ...verdict });
  });
  return { ...made, conflicts };
}

/** Equal as JSON: a field that is absent and one that is undefined are the same there. */
function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}
