import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import { prepared, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import type { Instance } from './instance.entity';

/** An instance whose bytes are durable under county/clinic/sha256. */
export interface NewInstance {
  readonly studyId: string;
  readonly seriesId: string;
  readonly clinicId: string;
  readonly sopInstanceUid: string;
  /** '' when the file does not say. */
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly instanceNumber: number | null;
  readonly frames: number;
  readonly rows: number | null;
  readonly columns: number | null;
  /** The study is open for corrections: other bytes take the place of those that are there. */
  readonly mayReplace: boolean;
}

const INSERT_INSTANCES = prepared(
  `INSERT INTO instance (id, county_id, clinic_id, study_id, series_id, sop_uid, sop_class_uid, transfer_syntax_uid,
    sha256, bytes, instance_number, frames, rows, columns, received_at)
  SELECT id, $1, clinic_id, study_id, series_id, sop_uid, sop_class_uid, transfer_syntax_uid,
    sha256, bytes, instance_number, frames, rows, columns, $2
  FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::bigint[], $12::int[], $13::int[], $14::int[], $15::int[])
    AS new_row (id, clinic_id, study_id, series_id, sop_uid, sop_class_uid, transfer_syntax_uid,
      sha256, bytes, instance_number, frames, rows, columns)
  ON CONFLICT (study_id, sop_uid) WHERE superseded_at IS NULL DO NOTHING RETURNING id`,
);

/**
 * - `stored`: new; `duplicate`: the same bytes were there already, nothing changed
 * - `replaced`: other bytes were there and are superseded (`replaces` has their SHA-256)
 * - `collision`: other bytes are there and stay; these are not registered
 */
export type RegisterOutcome =
  | { readonly outcome: 'stored' | 'duplicate' }
  | { readonly outcome: 'replaced' | 'collision'; readonly presentSha256: string };

type Outcomes = Map<NewInstance, RegisterOutcome>;

/** More than two requests that correct the same instance at the same moment are a fault, not a race. */
const ROUNDS = 4;

interface Present {
  id: string;
  study_id: string;
  sop_uid: string;
  sha256: string;
}

/** The registry of received instances: which bytes stand for which SOP Instance UID of which study. */
@Injectable()
export class Images {
  constructor(private readonly clock: Clock) {}

  /**
   * Registers instances in the caller's transaction, in bulk. Answers one outcome per instance, in order. No two of them
   * may have the same study and SOP Instance UID. Rows are inserted in one order by every caller, so that two requests
   * with the same instances wait for each other instead of deadlocking.
   */
  async register(tx: Tx, instances: readonly NewInstance[]): Promise<RegisterOutcome[]> {
    const outcomes: Outcomes = new Map();
    let left = [...instances].sort(byKey);
    for (let round = 0; left.length > 0; round += 1) {
      if (round === ROUNDS) throw new Error('instances are replaced faster than they can be looked at');
      for (const instance of await this.insert(tx, left)) outcomes.set(instance, { outcome: 'stored' });
      left = left.filter((instance) => !outcomes.has(instance));
      if (left.length > 0) left = await this.settleKnown(tx, left, outcomes);
    }
    return instances.map((instance) => outcomes.get(instance) as RegisterOutcome);
  }

  /** The instances in force of a study, series by series, in the order of their numbers. */
  ofStudy(tx: Tx, studyId: string): Promise<Instance[]> {
    return tx.rows<Instance>(
      `SELECT * FROM instance WHERE county_id = $1 AND study_id = $2 AND superseded_at IS NULL
       ORDER BY series_id, instance_number, sop_uid`,
      [tx.ctx.countyId, studyId],
    );
  }

  /** The instances in force of a series, in the order of their numbers. */
  ofSeries(tx: Tx, seriesId: string): Promise<Instance[]> {
    return tx.rows<Instance>(
      `SELECT * FROM instance WHERE county_id = $1 AND series_id = $2 AND superseded_at IS NULL
       ORDER BY instance_number, sop_uid`,
      [tx.ctx.countyId, seriesId],
    );
  }

  /** One instance in force of a study, or undefined. */
  one(tx: Tx, studyId: string, sopInstanceUid: string): Promise<Instance | undefined> {
    return tx.row<Instance>(
      'SELECT * FROM instance WHERE county_id = $1 AND study_id = $2 AND sop_uid = $3 AND superseded_at IS NULL',
      [tx.ctx.countyId, studyId, sopInstanceUid],
    );
  }

  /**
   * Which of these instances one clinic has with just these bytes. Answers SOP Instance UID → study id. Rows of other
   * clinics are not looked at: nobody learns by a hash what another clinic has.
   */
  async held(
    tx: Tx,
    clinicId: string,
    wanted: readonly { readonly sopInstanceUid: string; readonly sha256: string }[],
  ): Promise<Map<string, string>> {
    const rows = await tx.rows<{ sop_uid: string; study_id: string }>(
      `SELECT i.sop_uid, i.study_id FROM unnest($3::text[], $4::text[]) AS wanted (sop_uid, sha256)
       JOIN instance i ON i.clinic_id = $2 AND i.sop_uid = wanted.sop_uid COLLATE "C" AND i.sha256 = wanted.sha256
       WHERE i.county_id = $1 AND i.superseded_at IS NULL`,
      [tx.ctx.countyId, clinicId, wanted.map((one) => one.sopInstanceUid), wanted.map((one) => one.sha256)],
    );
    return new Map(rows.map((row) => [row.sop_uid, row.study_id]));
  }

  /** What is in force of a study, counted. */
  async totals(tx: Tx, studyId: string): Promise<{ instances: number; series: number; bytes: number }> {
    const row = await tx.row<{ instances: string; series: string; bytes: string }>(
      `SELECT count(*) AS instances, count(DISTINCT series_id) AS series, coalesce(sum(bytes), 0) AS bytes
       FROM instance WHERE county_id = $1 AND study_id = $2 AND superseded_at IS NULL`,
      [tx.ctx.countyId, studyId],
    );
    return { instances: Number(row?.instances), series: Number(row?.series), bytes: Number(row?.bytes) };
  }

  /** Inserts what is not there; answers what it has inserted. */
  private async insert(tx: Tx, instances: readonly NewInstance[]): Promise<NewInstance[]> {
    const byId = new Map(instances.map((instance) => [newId(), instance]));
    const column = <T>(value: (instance: NewInstance) => T): T[] => instances.map(value);
    const inserted = await tx.rows<{ id: string }>(INSERT_INSTANCES, [
      tx.ctx.countyId,
      this.clock.now(),
      [...byId.keys()],
      column((i) => i.clinicId),
      column((i) => i.studyId),
      column((i) => i.seriesId),
      column((i) => i.sopInstanceUid),
      column((i) => i.sopClassUid),
      column((i) => i.transferSyntaxUid),
      column((i) => i.sha256),
      column((i) => i.bytes),
      column((i) => i.instanceNumber),
      column((i) => i.frames),
      column((i) => i.rows),
      column((i) => i.columns),
    ]);
    return inserted.map((row) => byId.get(row.id) as NewInstance);
  }

  /**
   * What could not be inserted is there already: with the same bytes, or with others. Answers what must be tried again,
   * because another request has replaced it in between.
   */
  private async settleKnown(tx: Tx, instances: readonly NewInstance[], outcomes: Outcomes): Promise<NewInstance[]> {
    const present = await this.present(tx, instances);
    const replacing = new Map<NewInstance, Present>();
    const again: NewInstance[] = [];
    for (const instance of instances) {
      const row = present.get(`${instance.studyId} ${instance.sopInstanceUid}`);
      if (!row) again.push(instance);
      else if (row.sha256 === instance.sha256) outcomes.set(instance, { outcome: 'duplicate' });
      else if (instance.mayReplace) replacing.set(instance, row);
      else outcomes.set(instance, { outcome: 'collision', presentSha256: row.sha256 });
    }
    if (replacing.size === 0) return again;
    await tx.change('UPDATE instance SET superseded_at = $3 WHERE county_id = $1 AND id = ANY($2)', [
      tx.ctx.countyId,
      [...replacing.values()].map((row) => row.id),
      this.clock.now(),
    ]);
    for (const instance of await this.insert(tx, [...replacing.keys()])) {
      outcomes.set(instance, { outcome: 'replaced', presentSha256: (replacing.get(instance) as Present).sha256 });
    }
    return again;
  }

  /** The rows in force under these keys; locked where they may be replaced, so that nobody else does it meanwhile. */
  private async present(tx: Tx, instances: readonly NewInstance[]): Promise<Map<string, Present>> {
    const lock = instances.some((instance) => instance.mayReplace) ? 'FOR UPDATE OF i' : '';
    const rows = await tx.rows<Present>(
      `SELECT i.id, i.study_id, i.sop_uid, i.sha256 FROM instance i
       JOIN unnest($2::uuid[], $3::text[]) AS wanted (study_id, sop_uid)
         ON i.study_id = wanted.study_id AND i.sop_uid = wanted.sop_uid COLLATE "C"
       WHERE i.county_id = $1 AND i.superseded_at IS NULL ORDER BY i.study_id, i.sop_uid ${lock}`,
      [tx.ctx.countyId, instances.map((one) => one.studyId), instances.map((one) => one.sopInstanceUid)],
    );
    return new Map(rows.map((row) => [`${row.study_id} ${row.sop_uid}`, row]));
  }
}

function byKey(a: NewInstance, b: NewInstance): number {
  if (a.studyId !== b.studyId) return a.studyId < b.studyId ? -1 : 1;
  return a.sopInstanceUid < b.sopInstanceUid ? -1 : a.sopInstanceUid > b.sopInstanceUid ? 1 : 0;
}
