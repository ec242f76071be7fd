import { OPEN_FOR_READING } from '../../exams';
import { OPEN, READERS_TURN } from '../claiming/claim.sql';
import { RANKS } from './priority.rules';
import type { WorklistInput } from '../worklist.dto';

/** Keyset position: the sort values of the last row shown. */
export interface Position {
  readonly rank: number;
  readonly dueAt: string;
  readonly examId: string;
}

export interface ListQuery extends Omit<WorklistInput, 'cursor'> {
  readonly countyId: string;
  readonly personId: string | null;
  readonly clinicIds: readonly string[] | null;
  readonly after: Position | null;
}

export interface Sql {
  readonly text: string;
  readonly params: unknown[];
}

const ORDER = 'rank, due_at, exam_id';
const LAST_RANK = RANKS.at(-1)!;
/** Behind every text that begins with the prefix, under COLLATE "C". */
const LAST = '\u{10FFFF}';

/**
 * One page of the list, in its one order. Filters that mean "one of several" become branches, each walking its own index
 * in order and stopping after a page; Postgres merges them. A plain OR would have to collect and sort everything first.
 * Prefixes are ranges, not LIKE: under row-level security only operators that leak nothing may use an index.
 */
export function pageSql(query: ListQuery): Sql {
  const params: unknown[] = [];
  const bind = (value: unknown): string => `$${params.push(value)}`;
  const where = [`county_id = ${bind(query.countyId)}`, ...filters(query, bind)];
  const alternatives = branches(query, bind);
  const limit = bind(query.limit + 1);
  const selects = alternatives.map((branch, i) => {
    // A row that an earlier branch has is not shown again.
    const earlier = alternatives.slice(0, i).map((other) => `(${other}) IS NOT TRUE`);
    const conditions = [...where, ...(branch === '' ? [] : [branch]), ...earlier].join(' AND ');
    return `SELECT * FROM reading_item WHERE ${conditions} ORDER BY ${ORDER} LIMIT ${limit}`;
  });
  const [only, ...more] = selects;
  const text =
    more.length === 0
      ? only!
      : `SELECT * FROM (${selects.map((select) => `(${select})`).join(' UNION ALL ')}) AS any_of ORDER BY ${ORDER} LIMIT ${limit}`;
  return { text, params };
}

type Bind = (value: unknown) => string;

function filters(query: ListQuery, bind: Bind): string[] {
  const where: string[] = [];
  const { state: states, after } = query;
  where.push(!states || states.every((state) => OPEN_FOR_READING.includes(state)) ? OPEN : READERS_TURN);
  if (states && states.length === 1) where.push(`state = ${bind(states[0])}`);
  if (states && states.length > 1) where.push(`state = ANY(${bind(states)}::text[])`);
  if (query.clinicIds) where.push(`clinic_id = ANY(${bind(query.clinicIds)}::uuid[])`);
  if (query.clinic) where.push(`clinic_id = ${bind(query.clinic)}`);
  if (query.priority) where.push(`priority = ${bind(query.priority)}`);
  if (query.modality) where.push(`modality = ${bind(query.modality)}`);
  if (query.overdue !== undefined) where.push(query.overdue ? 'overdue' : 'NOT overdue');
  if (after) where.push(behind(after, bind));
  return where;
}

/**
 * Everything behind a position. Postgres guesses a row comparison by its first column alone: behind the last rank it
 * would expect nothing and choose any index, so there the rank is named and the comparison begins with the due time.
 */
function behind({ rank, dueAt, examId }: Position, bind: Bind): string {
  const rest = (): string => `${bind(dueAt)}::timestamptz, ${bind(examId)}::uuid`;
  if (rank === LAST_RANK) return `rank = ${bind(rank)}::int AND (due_at, exam_id) > (${rest()})`;
  return `(${ORDER}) > (${bind(rank)}::int, ${rest()})`;
}

/** The "one of several" with the most selective meaning; [''] when there is none. Others stay plain conditions. */
function branches(query: ListQuery, bind: Bind): string[] {
  const mine = query.mine ? mineOf(bind(query.personId)) : [];
  const site = query.hospital ? siteOf(bind(query.hospital)) : [];
  const found = query.q ? searchOf(query.q, bind) : [];
  const [first, ...rest] = [mine, found, site].filter((alternatives) => alternatives.length > 0);
  if (!first) return statesOf(query, bind);
  return first.map((branch) => [branch, ...rest.map((others) => `(${others.join(' OR ')})`)].join(' AND '));
}

function mineOf(me: string): string[] {
  return [
    `holder_id = ${me}`,
    `(state = 'REVISING' AND writer_id = ${me})`,
    `(assigned_person_id = ${me} AND holder_id IS NULL)`,
  ];
}

function siteOf(hospital: string): string[] {
  return [`holder_hospital_id = ${hospital}`, `hospital_id = ${hospital}`];
}

function statesOf({ state: states }: ListQuery, bind: Bind): string[] {
  return states && states.length > 1 ? states.map((state) => `state = ${bind(state)}`) : [''];
}

/** Chinese is a name; anything else an accession number, a name in Latin letters, pinyin or initials. */
function searchOf(q: string, bind: Bind): string[] {
  const startsWith = (column: string, prefix: string): string => {
    const [from, to] = [bind(prefix), bind(prefix + LAST)];
    return `(${column} >= ${from} AND ${column} < ${to})`;
  };
  if (/\p{Script=Han}/u.test(q)) return [startsWith('patient_name', q.replace(/\s/g, ''))];
  const letters = q
    .toLowerCase()
    .replaceAll('ü', 'v')
    .replace(/[\s'·]/g, '');
  const bySound = /^[a-z]+$/.test(letters)
    ? [startsWith('name_pinyin', letters), startsWith('name_initials', letters)]
    : [];
  return [startsWith('accession_number', q), startsWith('patient_name', q), ...bySound];
}
