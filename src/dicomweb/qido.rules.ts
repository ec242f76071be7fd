import { commonErrors, DomainError } from '../platform/errors';
import { type Match, matchOf, UnusableValue } from './qido-match.rules';
import { type Attribute, attributeNamed, ATTRIBUTES, type Level, LEVELS } from './qido.attributes';

/** From the parameters of a QIDO-RS request (PS3.18 §8.3.4) to a search. Pure. */

/** What the path says: which level is searched, within which study and series. */
export interface SearchPlace {
  readonly level: Level;
  readonly study?: string;
  readonly series?: string;
}

export interface Condition {
  readonly attribute: Attribute;
  readonly match: Match;
}

export interface Search extends SearchPlace {
  readonly conditions: readonly Condition[];
  /** In the order of their tags. */
  readonly answered: readonly Attribute[];
  readonly limit: number;
  readonly offset: number;
}

export type QueryParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Parameters that are no attributes. */
const RESERVED: ReadonlySet<string> = new Set(['limit', 'offset', 'fuzzymatching', 'includefield', 'accept']);
/** Most results of one answer: of a search, and of all that one study or series holds. */
const MOST = { search: 1_000, within: 10_000 } as const;
const DEFAULT_LIMIT = 100;
const MAX_OFFSET = 1_000_000;
const MAX_PATTERN = 200;

/**
 * An attribute that cannot be matched is refused (400) rather than ignored, which the standard would also allow: a filter
 * that is silently dropped shows other patients' studies as if they had been asked for. An `includefield` that cannot be
 * answered is left out of the answer, as the standard has it.
 * @throws DomainError `invalid_input` with the parameter as `field`
 */
export function searchOf(place: SearchPlace, parameters: QueryParameters): Search {
  const fuzzy = flag(parameters, 'fuzzymatching');
  const conditions: Condition[] = [];
  const named: Attribute[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (RESERVED.has(name) || value === undefined) continue;
    const attribute = matchable(place, name);
    const match = matched(attribute, name, value, fuzzy);
    named.push(attribute);
    if (match) conditions.push({ attribute, match });
  }
  const within = place.study !== undefined;
  const most = within ? MOST.within : MOST.search;
  return {
    ...place,
    conditions,
    answered: answeredAttributes(place, named, included(place, parameters)),
    limit: Math.min(whole(parameters, 'limit') ?? (within ? most : DEFAULT_LIMIT), most),
    offset: whole(parameters, 'offset') ?? 0,
  };
}

function matchable({ level }: SearchPlace, name: string): Attribute {
  const attribute = attributeNamed(name);
  if (!attribute) throw invalid(name, '不是本服务可检索的 DICOM 属性');
  if (attribute.matching === null) throw invalid(name, '只能返回，不能作为检索条件');
  if (depth(attribute.level) > depth(level)) throw invalid(name, `不能用于 ${level} 级检索`);
  return attribute;
}

function matched(
  attribute: Attribute,
  name: string,
  value: string | readonly string[],
  fuzzy: boolean,
): Match | undefined {
  // A key given twice is a list where lists are meant (PS3.18 §8.3.4.1), and a contradiction elsewhere.
  const isList = attribute.matching === 'uid' || attribute.matching === 'codes' || attribute.matching === 'code';
  if (typeof value !== 'string' && !isList) throw invalid(name, '重复');
  const text = typeof value === 'string' ? value : value.join(',');
  if (/[\u0000-\u001f\u007f]/.test(text)) throw invalid(name, '含有不允许的控制字符');
  if (!isList && text.length > MAX_PATTERN) throw invalid(name, `不能超过 ${MAX_PATTERN} 个字`);
  try {
    return matchOf(attribute.matching as NonNullable<Attribute['matching']>, text, { fuzzy });
  } catch (error) {
    if (error instanceof UnusableValue) throw invalid(name, error.message);
    throw error;
  }
}

/** Attributes that `includefield` asks for; those this service does not hold are left out. */
function included({ level }: SearchPlace, parameters: QueryParameters): Attribute[] {
  const names = [parameters['includefield'] ?? []].flat().flatMap((value) => value.split(','));
  const upTo = ATTRIBUTES.filter((attribute) => depth(attribute.level) <= depth(level));
  if (names.some((name) => name.trim() === 'all')) return upTo;
  const wanted = new Set(names.map((name) => attributeNamed(name.trim())));
  return upTo.filter((attribute) => wanted.has(attribute));
}

/** Those of the searched level, those of the levels above that the path leaves open, and what was named. */
function answeredAttributes(place: SearchPlace, named: readonly Attribute[], asked: readonly Attribute[]): Attribute[] {
  const open = LEVELS.filter(
    (level) => level === place.level || (depth(level) < depth(place.level) && !fixed(place, level)),
  );
  const wanted = new Set<Attribute>([...named, ...asked]);
  const answered = ATTRIBUTES.filter(
    (attribute) =>
      wanted.has(attribute) ||
      // What ties a result to what is above it, and where and whether it can be fetched, is always said.
      isKeyAbove(place, attribute) ||
      attribute.column === null ||
      (attribute.always && open.includes(attribute.level)),
  );
  return answered.sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

const KEYS: ReadonlySet<string> = new Set(['StudyInstanceUID', 'SeriesInstanceUID']);
const isKeyAbove = ({ level }: SearchPlace, attribute: Attribute): boolean =>
  KEYS.has(attribute.keyword) && depth(attribute.level) < depth(level);

const fixed = (place: SearchPlace, level: Level): boolean =>
  (level === 'study' && place.study !== undefined) || (level === 'series' && place.series !== undefined);

const depth = (level: Level): number => LEVELS.indexOf(level);

function whole(parameters: QueryParameters, name: string): number | undefined {
  const given = parameters[name];
  if (given === undefined || given === '') return undefined;
  if (typeof given !== 'string' || !/^\d{1,9}$/.test(given) || Number(given) > MAX_OFFSET) {
    throw invalid(name, `须为 0 至 ${MAX_OFFSET} 的整数`);
  }
  return Number(given);
}

function flag(parameters: QueryParameters, name: string): boolean {
  const given = parameters[name] ?? 'false';
  if (given !== 'true' && given !== 'false') throw invalid(name, '须为 true 或 false');
  return given === 'true';
}

const invalid = (field: string, problem: string): DomainError =>
  new DomainError(commonErrors.invalid_input, { field: field.slice(0, 100), problem });
