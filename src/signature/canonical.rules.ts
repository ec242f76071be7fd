/** A value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one way to write a JSON value (RFC 8785, JCS): no spaces, members sorted by the UTF-16 units of their names, numbers
 * and strings as ECMAScript writes them. Equal values give equal text, so that a hash over it can be taken again later.
 *
 * @throws TypeError for what has no such text: NaN, infinities, half a surrogate pair, `undefined`
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is not JSON`);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${canonicalString(name)}:${canonicalJson(value[name] as Json)}`).join(',')}}`;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is not JSON`);
  return JSON.stringify(value);
}

function canonicalString(value: string): string {
  // JSON.stringify would write an escape that other implementations refuse, and Postgres cannot store the character.
  if (/\p{Surrogate}/u.test(value)) throw new TypeError('half a surrogate pair is not text');
  return JSON.stringify(value);
}
