/**
 * What people call the fields of the API, by the last name of a field's path. Where one name means several things, its word is
 * under `context.name`: the context is the field it is a part of (`ladder.to`) or, for a field of the request itself, a word
 * of the route's path (`people.name`).
 */
export type FieldWords = Readonly<Record<string, string>>;

/** Words the fields in what people are told; the platform knows none of the words, the product provides them. */
export class FieldNames {
  constructor(private readonly words: FieldWords) {}

  /**
   * `studies.1.modality` → 设备类型（第 2 项）. `route` is the pattern of the path that was called: `/api/people/:person`. What
   * has no word is named as the API does.
   */
  of(path: string, route = ''): string {
    const parts = path.split('.');
    const names = parts.filter((part) => !isPosition(part)).map(camelCase);
    const word = this.wordOf(names.at(-1) ?? '', names.length > 1 ? names.slice(-2, -1) : contextsOf(route));
    if (word === undefined) return path;
    const positions = parts.filter(isPosition).map((part) => Number(part) + 1);
    return positions.length === 0 ? word : `${word}（第 ${positions.join('-')} 项）`;
  }

  private wordOf(name: string, contexts: readonly string[]): string | undefined {
    const keys = [...contexts.map((context) => `${context}.${name}`), name];
    const key = keys.find((one) => Object.hasOwn(this.words, one));
    return key === undefined ? undefined : this.words[key];
  }
}

const isPosition = (part: string): boolean => /^\d+$/.test(part);

/** A rule on a row names the column. */
const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The words of a route's path, the nearest first: what `/api/worklist/:exam/consult` is about is a consult. */
const contextsOf = (route: string): string[] =>
  route
    .split('/')
    .filter((word) => /^[a-z]/.test(word))
    .reverse();
