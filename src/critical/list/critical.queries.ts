import { Injectable } from '@nestjs/common';
import { Notices } from '../../notices';
import { Clock } from '../../platform/clock';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, decodeCursor, type Page, pageOf, timeAndId, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { CriticalListInput, Period } from '../critical.dto';
import type { CriticalEvent } from '../critical.entities';
import { OPEN } from '../critical.state';
import { type CriticalView, criticalView, type CycleRow, trailView, withNames } from './critical.view';
import { SUMMARY, type SummaryRow, type SummaryView, summaryOf } from './summary';

export type { CriticalView } from './critical.view';

/** Which clinics a list is of: without a filter, one of them (the usual caller), or several. */
export type ClinicFilter = 'all' | 'one' | 'several';

export const CLINICS: Readonly<Record<ClinicFilter, string>> = {
  all: 'AND $2::uuid[] IS NULL',
  one: 'AND clinic_id = ($2::uuid[])[1]',
  several: 'AND clinic_id = ANY($2::uuid[])',
};

export const clinicFilter = (clinics: readonly string[] | null): ClinicFilter =>
  clinics === null ? 'all' : clinics.length === 1 ? 'one' : 'several';

/** What a list of this slice may be narrowed to. */
export interface ListFilter {
  readonly open: boolean;
  readonly clinics: ClinicFilter;
  /** Of one exam. */
  readonly exam: boolean;
}

/** Parameter 3: the exam, or null. */
export const examOf = ({ exam }: ListFilter): string => (exam ? 'AND exam_id = $3::uuid' : 'AND $3::uuid IS NULL');

/**
 * A page, newest first. Parameters: county, clinics or null, exam or null, position (time, id), rows, radiologist or
 * null. One text per filter, so that each walks along its own index.
 */
export const cyclesPage = (filter: ListFilter): string =>
  withNames(
    `SELECT * FROM critical_cycle
     WHERE county_id = $1 ${CLINICS[filter.clinics]} ${examOf(filter)} ${filter.open ? `AND ${OPEN}` : ''}
       AND ($7::uuid IS NULL OR radiologist_id = $7) AND ($4::timestamptz IS NULL OR (raised_at, id) < ($4, $5::uuid))
     ORDER BY raised_at DESC, id DESC LIMIT $6`,
  );

const NEWEST = 'ORDER BY raised_at DESC, id DESC LIMIT $5';
const BEHIND = '($3::timestamptz IS NULL OR (raised_at, id) < ($3, $4::uuid))';

/**
 * Open values of a hospital, newest first: marked by its radiologists, and of exams that its readers hold or have
 * written, whoever marked them. Parameters: county, hospital, position (time, id), rows.
 */
export const OPEN_AT_HOSPITAL = withNames(
  `SELECT * FROM (
     (SELECT * FROM critical_cycle WHERE county_id = $1 AND hospital_id = $2 AND ${OPEN} AND ${BEHIND} ${NEWEST})
     UNION ALL
     (SELECT * FROM critical_cycle v WHERE county_id = $1 AND hospital_id IS DISTINCT FROM $2 AND ${OPEN} AND ${BEHIND}
        AND EXISTS (SELECT 1 FROM reading_item i WHERE i.exam_id = v.exam_id AND i.county_id = $1
          AND (i.holder_hospital_id = $2 OR i.writer_hospital_id = $2)) ${NEWEST})
   ) AS of_hospital ${NEWEST}`,
);

@Injectable()
export class CriticalQueries {
  constructor(
    private readonly db: Db,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** Critical values, newest first; keyset on the time they were raised. */
  async list(ctx: Ctx, input: CriticalListInput): Promise<Page<CriticalView>> {
    const clinics = clinicsOf(ctx, input.clinic);
    const after = input.cursor ? decodeCursor(input.cursor, timeAndId) : [null, null];
    const text = cyclesPage({ open: input.open, clinics: clinicFilter(clinics), exam: input.exam !== undefined });
    const params = [
      ctx.countyId,
      clinics,
      input.exam ?? null,
      ...after,
      input.limit + 1,
      input.mine ? ctx.actor.id : null,
    ];
    const rows = await this.db.read(ctx, (tx) => tx.rows<CycleRow>(text, params));
    return pageOf(rows, input.limit, criticalView, (last) => [last.raised_at.toISOString(), last.id]);
  }

  /**
   * A page of {@link OPEN_AT_HOSPITAL}, for what one shift tells the next. The caller has been asked whether the
   * hospital is his to see.
   */
  async openAtHospital(
    ctx: Ctx,
    hospitalId: string,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<CriticalView>> {
    const after = cursor === undefined ? [null, null] : decodeCursor(cursor, timeAndId);
    const params = [ctx.countyId, hospitalId, ...after, limit + 1];
    const rows = await this.db.read(ctx, (tx) => tx.rows<CycleRow>(OPEN_AT_HOSPITAL, params));
    return pageOf(rows, limit, criticalView, (last) => [last.raised_at.toISOString(), last.id]);
  }

  /** One value as lists show it, in the caller's transaction. Throws `not_found`. */
  async one(tx: Tx, criticalId: string): Promise<CriticalView> {
    const row = await tx.row<CycleRow>(
      withNames(
        `SELECT * FROM critical_cycle WHERE county_id = $1 AND id = $2 AND ($3::uuid[] IS NULL OR clinic_id = ANY($3))`,
      ),
      [tx.ctx.countyId, criticalId, clinicsOf(tx.ctx, undefined)],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    return criticalView(row);
  }

  /** One value with its whole trail: every step, and for each whom it told and who read it. Throws `not_found`. */
  async detail(ctx: Ctx, criticalId: string): Promise<CriticalView & { readonly trail: object[] }> {
    return this.db.read(ctx, async (tx) => {
      const value = await this.one(tx, criticalId);
      const events = await tx.rows<CriticalEvent>(
        'SELECT * FROM critical_event WHERE county_id = $1 AND cycle_id = $2 ORDER BY at, id',
        [ctx.countyId, criticalId],
      );
      const receipts = await this.notices.receipts(
        tx,
        events.flatMap((event) => event.notice_id ?? []),
      );
      return { ...value, trail: events.map((event) => trailView(event, receipts)) };
    });
  }

  /** The 10-minute share and its parts, of values marked in [from, to): in all, by clinic, by hospital. */
  async summary(ctx: Ctx, { from, to }: Period): Promise<SummaryView> {
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<SummaryRow>(SUMMARY, [ctx.countyId, from, to, this.clock.now()]),
    );
    return summaryOf(rows);
  }
}

/** The clinics a list is of: those the caller may see, narrowed to one if asked; null = all. */
export function clinicsOf(ctx: Ctx, asked: string | undefined): readonly string[] | null {
  const visible = visibleClinics(ctx);
  if (asked === undefined) return visible;
  return visible === null || visible.includes(asked) ? [asked] : [];
}
