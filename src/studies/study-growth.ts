import { Injectable } from '@nestjs/common';
import { Images } from '../images';
import { Clock } from '../platform/clock';
import { prepared, type Tx } from '../platform/database';
import { patientColumns } from './study-rows';
import type { StudyFacts } from './tag-mapping.rules';

/** What a study gains by one request. */
export interface Growth {
  readonly studyId: string;
  instances: number;
  bytes: number;
  newSeries: number;
  readonly modalities: Set<string>;
  lastAcquiredAt: Date | null;
  /** Header of a file that replaced another one: what it says about the patient is what counts from now on. */
  corrected: StudyFacts | null;
}

/**
 * `now`: tell the news; `later`: the last news is fresh, a timer has to be set for `announce_due_at`; `pending`: it is
 * set, and whoever it wakes sees these images too, because it locks the study's row first.
 */
export interface News {
  readonly id: string;
  readonly news: 'now' | 'later' | 'pending';
  readonly announce_due_at: Date | null;
}

/**
 * Images come in bursts: the first one of a burst is told at once, the rest together after this time. Each time raises the
 * exam's image set, and a reader of an urgent exam has to look again: often enough to watch it grow, and no oftener.
 */
const GAP_MS = 2_000;
/** A timer that is so late got lost with its queue message; another one is set. */
const LOST_AFTER_MS = 60_000;

const GROW = prepared(
  `UPDATE dicom_study s SET
    instance_count = s.instance_count + gain.instances,
    bytes = s.bytes + gain.bytes,
    series_count = s.series_count + gain.series,
    modalities = CASE WHEN s.modalities @> string_to_array(gain.modalities, ',') THEN s.modalities
      ELSE ARRAY(SELECT DISTINCT m FROM unnest(s.modalities || string_to_array(gain.modalities, ',')) m ORDER BY m) END,
    last_image_at = greatest(s.last_image_at, $2),
    last_acquired_at = greatest(s.last_acquired_at, gain.acquired_at),
    announced_at = CASE WHEN was.news = 'now' THEN $2 ELSE s.announced_at END,
    announce_due_at = CASE was.news WHEN 'now' THEN NULL WHEN 'later' THEN was.next ELSE s.announce_due_at END
  FROM (
    SELECT id, announced_at + make_interval(secs => $3) AS next,
      CASE WHEN announce_due_at > $2::timestamptz - make_interval(secs => $4) THEN 'pending'
        WHEN announced_at > $2::timestamptz - make_interval(secs => $3) THEN 'later' ELSE 'now' END AS news
    FROM dicom_study WHERE county_id = $1 AND id = ANY($5) ORDER BY id FOR NO KEY UPDATE
  ) was
  JOIN unnest($5::uuid[], $6::int[], $7::bigint[], $8::int[], $9::text[], $10::timestamptz[])
    AS gain (id, instances, bytes, series, modalities, acquired_at) ON gain.id = was.id
  WHERE s.id = was.id
  RETURNING s.id, was.news, s.announce_due_at`,
);

/** Changes the rows of studies that have gained images: counters, modalities, times, and what was told of it. */
@Injectable()
export class StudyGrowth {
  constructor(
    private readonly images: Images,
    private readonly clock: Clock,
  ) {}

  /** Answers the news by study. Locks the rows in one order; from here to the commit is all that two requests for one study cannot do at once. */
  async grow(tx: Tx, growths: readonly Growth[]): Promise<Map<string, News>> {
    if (growths.length === 0) return new Map();
    const now = this.clock.now();
    const column = <T>(value: (growth: Growth) => T): T[] => growths.map(value);
    const news = await tx.rows<News>(GROW, [
      tx.ctx.countyId,
      now,
      GAP_MS / 1_000,
      LOST_AFTER_MS / 1_000,
      column((g) => g.studyId),
      column((g) => g.instances),
      column((g) => g.bytes),
      column((g) => g.newSeries),
      column((g) => [...g.modalities].join(',')),
      column((g) => g.lastAcquiredAt),
    ]);
    for (const growth of growths) if (growth.corrected) await this.correct(tx, growth.studyId, growth.corrected);
    return new Map(news.map((one) => [one.id, one]));
  }

  /** After a replacement: the patient as the corrected header has it, and counters counted anew. */
  private async correct(tx: Tx, studyId: string, facts: StudyFacts): Promise<void> {
    const totals = await this.images.totals(tx, studyId);
    const columns = Object.entries({
      ...patientColumns(facts),
      instance_count: totals.instances,
      bytes: totals.bytes,
      series_count: totals.series,
    });
    const assignments = columns.map(([name], n) => `${name} = $${n + 3}`).join(', ');
    await tx.change(`UPDATE dicom_study SET ${assignments} WHERE county_id = $1 AND id = $2`, [
      tx.ctx.countyId,
      studyId,
      ...columns.map(([, value]) => value),
    ]);
  }
}
