/** Hours after which a patient who has not been told is spoken of: first to the clinic's head, then to the county, again and again. */
export interface EscalationHours {
  readonly patientHeadHours: number;
  readonly patientCountyHours: number;
}

const HOUR_MS = 3_600_000;

/** When the next escalation is due, `level` of them having been. Every `patientCountyHours` until somebody closes it. */
export function nextEscalation(openedAt: Date, level: number, hours: EscalationHours): Date {
  const after = level === 0 ? hours.patientHeadHours : level * hours.patientCountyHours;
  return new Date(openedAt.getTime() + after * HOUR_MS);
}

export const tells = (level: number): 'head' | 'county' => (level === 0 ? 'head' : 'county');
