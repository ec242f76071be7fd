import { createHash } from 'node:crypto';

/** The columns a seal covers, as they come from Postgres (times as ISO text). */
export interface SealedContent {
  readonly id: string;
  readonly county_id: string;
  readonly at: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly actor_name: string;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string | null;
  readonly reason: string | null;
  readonly details: string;
  readonly request_id: string;
  readonly ip: string | null;
}

const FIELDS = [
  'id',
  'county_id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'subject_type',
  'subject_id',
  'reason',
  'details',
  'request_id',
  'ip',
] as const satisfies readonly (keyof SealedContent)[];

/** First link of a county's chain. */
export const FIRST_SEAL = '0'.repeat(64);

/** SHA-256 over the seal before, the position and the row's fields in a fixed order (JSON array, so no two rows read alike). */
export function sealOf(previous: string, number: number, row: SealedContent): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, number, ...FIELDS.map((field) => row[field])]))
    .digest('hex');
}
