import { type Ctx, visibleClinics } from '../platform/context';

/** Collects the values of a statement and hands out their places. */
export class Binder {
  readonly values: unknown[] = [];

  /** @returns `$n` */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/**
 * The studies (alias `st`) whose images the caller may see, as a condition: a clinic's people and its gateway see their
 * own; people of hospitals all of the county but what is quarantined (another clinic's UID: nobody has looked yet whose
 * images they are); people of the county itself all.
 */
export function visibleStudies(ctx: Ctx, bind: Binder): string {
  const county = `st.county_id = ${bind.place(ctx.countyId)}`;
  const clinics = visibleClinics(ctx);
  if (clinics !== null) return `${county} AND ${ownClinics(clinics, bind)}`;
  if (ctx.actor.countyWide) return county;
  const own = ctx.actor.clinicIds.length > 0 ? ` OR ${ownClinics(ctx.actor.clinicIds, bind)}` : '';
  return `${county} AND (st.quarantined_at IS NULL${own})`;
}

/** Equality with the only clinic lets one index serve both the filter and the order. */
function ownClinics(clinics: readonly string[], bind: Binder): string {
  const [only, ...more] = clinics;
  if (only !== undefined && more.length === 0) return `st.clinic_id = ${bind.place(only)}`;
  return `st.clinic_id = ANY(${bind.place(clinics)}::uuid[])`;
}

/** Of two studies with one UID, the one that was there first and is not quarantined. */
export const FIRST_OF_SAME_UID = 'st.quarantined_at IS NOT NULL, st.first_byte_at, st.id';
