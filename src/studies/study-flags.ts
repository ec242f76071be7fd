import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { gathered, type NewFlag } from './flags.rules';

/** A device that numbers every image alike must not fill the table: of one request's flags so many are kept. */
const MAX_FLAGS_PER_REQUEST = 100;

/** Writes flags: one open row per study, code and subject, with a count of how often it was raised. */
@Injectable()
export class StudyFlags {
  constructor(private readonly clock: Clock) {}

  async raise(tx: Tx, flags: readonly NewFlag[]): Promise<void> {
    if (flags.length === 0) return;
    const rows = gathered(flags, MAX_FLAGS_PER_REQUEST).sort(byKey);
    await tx.change(
      `INSERT INTO study_flag (id, county_id, clinic_id, study_id, code, subject, details, occurrences, raised_at, last_at)
       SELECT new_row.id, s.county_id, s.clinic_id, s.id, new_row.code, new_row.subject, new_row.details, new_row.times, $2, $2
       FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::int[])
         AS new_row (id, study_id, code, subject, details, times)
       JOIN dicom_study s ON s.county_id = $1 AND s.id = new_row.study_id
       ORDER BY new_row.study_id, new_row.code, new_row.subject COLLATE "C"
       ON CONFLICT (study_id, code, subject) WHERE resolved_at IS NULL
         DO UPDATE SET occurrences = study_flag.occurrences + excluded.occurrences, last_at = excluded.last_at`,
      [
        tx.ctx.countyId,
        this.clock.now(),
        rows.map(() => newId()),
        rows.map((row) => row.studyId),
        rows.map((row) => row.code),
        rows.map((row) => row.subject),
        rows.map((row) => JSON.stringify(row.details)),
        rows.map((row) => row.times),
      ],
    );
  }
}

/** One order for all requests, so that two of them cannot deadlock on each other's flags. */
function byKey(a: NewFlag, b: NewFlag): number {
  const [left, right] = [a, b].map((flag) => `${flag.studyId} ${flag.code} ${flag.subject}`) as [string, string];
  return left < right ? -1 : 1;
}
