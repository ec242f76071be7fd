import type { Ctx } from '../platform/context';
import { Binder, visibleStudies } from './dicomweb-scope';
import { endOfPrefix, type Match, type Pattern } from './qido-match.rules';
import type { Level } from './qido.attributes';
import type { Condition, Search } from './qido.rules';

/**
 * The statement of a search.
 *
 * Newest study first, always: one index gives that order, and the planner leaves it for the index of a filter where that
 * filter is rare. Everything an index shall serve is said with `=`, `>=` and `<` on columns of COLLATE "C": under row-level
 * security Postgres uses an index only for operators that cannot leak (LIKE, && and functions can), and takes its
 * statistics for those alone. LIKE only narrows down what such a range has left.
 */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Ids of the study and series in the path, already looked up for this caller. */
export interface FoundPlace {
  readonly studyId?: string;
  readonly seriesId?: string;
}

const FROM: Readonly<Record<Level, string>> = {
  study: 'dicom_study st',
  series: 'dicom_study st JOIN dicom_series se ON se.study_id = st.id',
  instance: `dicom_study st JOIN dicom_series se ON se.study_id = st.id
     JOIN instance i ON i.series_id = se.id AND i.superseded_at IS NULL`,
};

const ORDER: Readonly<Record<Level, string>> = {
  study: 'st.study_date DESC, st.id DESC',
  series: 'st.study_date DESC, st.id DESC, se.series_number, se.series_uid',
  instance: 'st.study_date DESC, st.id DESC, se.series_number, se.series_uid, i.instance_number, i.sop_uid',
};

/** UIDs that a Retrieve URL is made of. */
const UIDS: Readonly<Record<Level, string>> = {
  study: 'st.study_uid AS study',
  series: 'st.study_uid AS study, se.series_uid AS series',
  instance: 'st.study_uid AS study, se.series_uid AS series, i.sop_uid AS instance',
};

/** One row more than asked for tells whether there are more. */
export function searchStatement(ctx: Ctx, search: Search, found: FoundPlace): Statement {
  const bind = new Binder();
  const { level, answered, limit, offset } = search;
  const columns = answered.flatMap(({ tag, column }) => (column === null ? [] : [`${column} AS "${tag}"`]));
  const where = [
    visibleStudies(ctx, bind),
    ...(found.studyId === undefined ? [] : [`st.id = ${bind.place(found.studyId)}`]),
    ...(found.seriesId === undefined ? [] : [`se.id = ${bind.place(found.seriesId)}`]),
    ...search.conditions.map((condition) => conditionSql(condition, bind)),
    ...(namesInstances(search) ? [INSTANCE_BY_UID] : []),
  ];
  const sql = `SELECT ${[UIDS[level], ...columns].join(', ')}
     FROM ${FROM[level]}
     WHERE ${where.join('\n       AND ')}
     ORDER BY ${ORDER[level]}
     LIMIT ${bind.place(limit + 1)} OFFSET ${bind.place(offset)}`;
  return { sql, values: bind.values };
}

/** The index of instances by UID begins with the clinic: the county's few clinics are looked through one by one. */
const INSTANCE_BY_UID = 'i.clinic_id IN (SELECT c.id FROM clinic c WHERE c.county_id = st.county_id)';

const namesInstances = ({ study, conditions }: Search): boolean =>
  study === undefined && conditions.some(({ attribute }) => attribute.keyword === 'SOPInstanceUID');

function conditionSql({ attribute, match }: Condition, bind: Binder): string {
  return matchSql(attribute.column as string, match, bind);
}

function matchSql(column: string, match: Match, bind: Binder): string {
  switch (match.kind) {
    case 'one-of':
      return match.values.length === 1
        ? `${column} = ${bind.place(match.values[0])}`
        : `${column} = ANY(${bind.place(match.values)}::text[])`;
    case 'any-among':
      return `${column} && ${bind.place(match.values)}::text[]`;
    case 'range':
      return match.from === match.to
        ? `${column} = ${bind.place(match.from)}`
        : `${column} >= ${bind.place(match.from)} AND ${column} <= ${bind.place(match.to)}`;
    case 'number':
      return `${column} = ${bind.place(match.value)}::int`;
    case 'pattern':
      return patternSql(column, match.pattern, bind);
    case 'pattern-any-case':
      return `${column} ILIKE ${bind.place(wholeLike(match.pattern))}`;
    case 'name':
      return patternSql('st.patient_name', match.pattern, bind);
    case 'sound': {
      const either = ['st.name_pinyin', 'st.name_initials'].map((one) => patternSql(one, match.pattern, bind));
      return `((${either.join(') OR (')}))`;
    }
  }
}

function patternSql(column: string, { prefix, like, exact }: Pattern, bind: Binder): string {
  if (exact) return `${column} = ${bind.place(prefix)}`;
  const end = endOfPrefix(prefix);
  const parts = [
    ...(prefix === '' ? [] : [`${column} >= ${bind.place(prefix)}`]),
    ...(prefix === '' || end === undefined ? [] : [`${column} < ${bind.place(end)}`]),
    ...(like === null ? [] : [`${column} LIKE ${bind.place(like)}`]),
  ];
  return parts.join(' AND ');
}

function wholeLike({ prefix, like, exact }: Pattern): string {
  if (like !== null) return like;
  const escaped = prefix.replace(/[\\%_]/g, '\\$&');
  return exact ? escaped : `${escaped}%`;
}
