/** One line of the summary: of the whole, of a clinic, or of a hospital. */
export interface SummaryRow {
  readonly of: 'all' | 'clinic' | 'hospital';
  readonly clinic_id: string | null;
  readonly clinic_name: string | null;
  readonly hospital_id: string | null;
  readonly hospital_name: string | null;
  readonly n: string;
  readonly acknowledged_in_time: string;
  readonly notified_in_time: string;
  readonly open: string;
  readonly breached: string;
  readonly pending: string;
  readonly median_seconds: number | null;
}

export interface Figures {
  /** Values marked by a radiologist in the period, without false alarms. */
  readonly n: number;
  /** A person of the clinic entered it within the limit. */
  readonly acknowledgedInTime: number;
  /** acknowledgedInTime of those whose limit has passed or that are acknowledged; null when there are none. */
  readonly share: number | null;
  /** The radiologist recorded the call within the limit. */
  readonly notifiedInTime: number;
  readonly open: number;
  readonly breached: number;
  /** From the mark to the clinic's acknowledgement; null when none is acknowledged. */
  readonly medianSeconds: number | null;
}

export interface SummaryView extends Figures {
  readonly byClinic: readonly (Figures & { readonly clinicId: string; readonly clinicName: string })[];
  readonly byHospital: readonly (Figures & { readonly hospitalId: string; readonly hospitalName: string })[];
}

/**
 * Parameters: county, from, to, now. Withdrawals are told like critical values and are none, so they do not count. A
 * breach is a fact of the times, whether or not the ladder has come to write it down.
 */
export const SUMMARY = `
  WITH one AS (
    SELECT c.clinic_id, c.hospital_id, c.state, c.found_at, c.breach_at, c.acknowledged_at, c.notified_at
    FROM critical_cycle c
    WHERE c.county_id = $1 AND c.found_at >= $2 AND c.found_at < $3 AND c.kind = 'new' AND c.state <> 'FALSE_ALARM'
  )
  SELECT g.of, g.clinic_id, k.name AS clinic_name, g.hospital_id, h.name AS hospital_name, g.n, g.acknowledged_in_time,
    g.notified_in_time, g.open, g.breached, g.pending, g.median_seconds
  FROM (
    SELECT CASE WHEN grouping(clinic_id) = 0 THEN 'clinic' WHEN grouping(hospital_id) = 0 THEN 'hospital' ELSE 'all' END AS of,
      clinic_id, hospital_id, count(*) AS n,
      count(*) FILTER (WHERE acknowledged_at <= breach_at) AS acknowledged_in_time,
      count(*) FILTER (WHERE notified_at <= breach_at) AS notified_in_time,
      count(*) FILTER (WHERE state <> 'CLOSED') AS open,
      count(*) FILTER (WHERE coalesce(acknowledged_at, $4) > breach_at) AS breached,
      count(*) FILTER (WHERE acknowledged_at IS NULL AND $4 <= breach_at) AS pending,
      round(percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM acknowledged_at - found_at)::float8))
        FILTER (WHERE acknowledged_at IS NOT NULL))::float8 AS median_seconds
    FROM one GROUP BY GROUPING SETS ((), (clinic_id), (hospital_id))
  ) g LEFT JOIN clinic k ON k.id = g.clinic_id LEFT JOIN hospital h ON h.id = g.hospital_id
  ORDER BY k.code, h.code`;

/** Lines into totals and breakdowns. A period without any value still has its line of totals. */
export function summaryOf(rows: readonly SummaryRow[]): SummaryView {
  const total = rows.find((row) => row.of === 'all');
  return {
    ...figures(total!),
    byClinic: rows.flatMap((row) =>
      row.of === 'clinic' ? { clinicId: row.clinic_id!, clinicName: row.clinic_name!, ...figures(row) } : [],
    ),
    byHospital: rows.flatMap((row) =>
      row.of === 'hospital' && row.hospital_id !== null
        ? { hospitalId: row.hospital_id, hospitalName: row.hospital_name!, ...figures(row) }
        : [],
    ),
  };
}

function figures(row: SummaryRow): Figures {
  const n = Number(row.n);
  const acknowledgedInTime = Number(row.acknowledged_in_time);
  const decided = n - Number(row.pending);
  return {
    n,
    acknowledgedInTime,
    share: decided === 0 ? null : acknowledgedInTime / decided,
    notifiedInTime: Number(row.notified_in_time),
    open: Number(row.open),
    breached: Number(row.breached),
    medianSeconds: row.median_seconds,
  };
}
