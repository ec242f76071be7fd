/** What people call the fields of the API, by the last name of a field's path. */
export type FieldNames = Readonly<Record<string, string>>;

let names: FieldNames = {};

/** Told once by the product, whose words these are: the platform knows none of them. */
export function nameFields(table: FieldNames): void {
  names = table;
}

/**
 * The words for a field in a message: `studies.1.modality` → 设备类型（第 2 项）. What has no word is named as the API does.
 */
export function fieldName(path: string): string {
  const parts = path.split('.');
  const last = parts.filter((part) => !isPosition(part)).at(-1) ?? '';
  const name = camelCase(last);
  if (!Object.hasOwn(names, name)) return path;
  const positions = parts.filter(isPosition).map((part) => Number(part) + 1);
  const word = names[name] ?? path;
  return positions.length === 0 ? word : `${word}（第 ${positions.join('-')} 项）`;
}

const isPosition = (part: string): boolean => /^\d+$/.test(part);

/** A rule on a row names the column. */
const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
