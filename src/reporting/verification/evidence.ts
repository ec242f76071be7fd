import type { Tx } from '../../platform/database';
import { takesPlaceSql } from '../report.state';
import { VERSION_ROWS } from '../report-view';
import type { Evidence } from './verification.rules';

/** Everything that speaks for or against the versions that `which` (a WHERE on `report_version v`) names, in order of id. */
const evidenceSql = (which: string): string => `
  SELECT version.*,
    ARRAY(SELECT added.number FROM report_version added
      WHERE added.exam_id = version.exam_id AND added.id <> version.id AND added.kind = 'addendum'
        AND NOT EXISTS (SELECT 1 FROM report_version taking WHERE taking.exam_id = added.exam_id
          AND taking.number > added.number AND taking.number <= version.number AND ${takesPlaceSql('taking.kind', 'added.kind')})
      ORDER BY added.number) AS addenda,
    list.sha256s, key.public_key, key.algorithm AS key_algorithm,
    seal.version_id IS NOT NULL AS chained, seal.seq, seal.prev_hash, seal.hash, seal.sealed_at, before.hash AS hash_before,
    exam.identity_hold_at AS doubted_since
  FROM (${VERSION_ROWS} WHERE ${which}) version
  LEFT JOIN exam ON exam.county_id = version.county_id AND exam.id = version.exam_id
  LEFT JOIN report_image_list list ON list.county_id = version.county_id AND list.version_id = version.id
  LEFT JOIN signing_key key ON key.key_id = version.signature_key_id
  LEFT JOIN report_seal seal ON seal.county_id = version.county_id AND seal.version_id = version.id
  LEFT JOIN report_seal before ON before.county_id = seal.county_id AND before.seq = seal.seq - 1
  ORDER BY version.id`;

const BY_CODE = evidenceSql('v.verification_code = $1');
const PAGE = evidenceSql('v.county_id = $1 AND v.id > $2 ORDER BY v.id LIMIT $3');

/** Each row may bring the list of a thousand images. */
export const EVIDENCE_PAGE = 200;

export const evidenceByCode = (tx: Tx, code: string): Promise<Evidence | undefined> =>
  tx.row<Evidence>(BY_CODE, [code]);

/** The next versions of a county behind the id `after`, at most {@link EVIDENCE_PAGE}. */
export const evidencePage = (tx: Tx, countyId: string, after: string): Promise<Evidence[]> =>
  tx.rows<Evidence>(PAGE, [countyId, after, EVIDENCE_PAGE]);
