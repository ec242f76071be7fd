/** Person names (VR PN, PS3.5 §6.2.1; JSON form PS3.18 F.2.2). Pure. */

export interface PersonName {
  Alphabetic?: string;
  Ideographic?: string;
  Phonetic?: string;
}

const HAN = /\p{Script=Han}/u;
/** Spaces between two Chinese characters, which consoles use for alignment: 张　三. */
const SPACE_BETWEEN_HAN = /(?<=\p{Script=Han})[\s\u3000]+(?=\p{Script=Han})/gu;

/** Splits one decoded value into its component groups, trailing empty components left out: `Zhang^San^^=张^三`. */
export function splitPersonName(value: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=').map(withoutEmptyEnd);
  return {
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  };
}

function withoutEmptyEnd(group: string): string {
  let end = group.length;
  while (end > 0 && (group[end - 1] === '^' || group[end - 1] === ' ')) end--;
  return group.slice(0, end);
}

/**
 * The name as people read it, without carets: the Chinese one where there is one (`Zhang^San=张^三` → 张三, wherever it was
 * written), else `Family Given Middle`. Prefix and suffix are left out. Empty when there is no name.
 * @param name JSON form, or the raw decoded value
 */
export function personDisplayName(name: PersonName | string | null | undefined): string {
  if (name === null || name === undefined) return '';
  const person = typeof name === 'string' ? splitPersonName(name) : name;
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = person;
  const chinese = [Ideographic, Alphabetic, Phonetic].find((group) => HAN.test(group));
  if (chinese !== undefined) return nameParts(chinese).join(' ').replace(SPACE_BETWEEN_HAN, '');
  return nameParts([Alphabetic, Ideographic, Phonetic].find((group) => nameParts(group).length > 0) ?? '').join(' ');
}

/** Family, given and middle name. */
function nameParts(group: string): string[] {
  return group
    .split('^')
    .slice(0, 3)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
