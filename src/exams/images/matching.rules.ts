import { sameFamily } from '../content/modality.rules';
import { sameName } from '../../studies';

/** Which exam a study belongs to, and whether it is the same patient. Pure. */

const HOUR_MS = 3_600_000;
/** Images and their request lie no further apart than this when they are suggested for each other. */
const SUGGEST_WITHIN_MS = 24 * HOUR_MS;

/**
 * The accession numbers in the header's (0008,0050): usually one; consoles that scan two orders at once join them with
 * `\`, a comma, a semicolon or 、. Order kept, repeats left out.
 */
export function accessionNumbersIn(text: string): string[] {
  const parts = text.split(/[\\,;，；、]/).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}

export interface PatientFacts {
  /** The clinic's own number; '' when unknown. */
  readonly localId: string;
  readonly name: string;
  /** M, F, O or ''. */
  readonly sex: string;
  /** YYYY-MM-DD or ''. */
  readonly birthDate: string;
}

export type PatientField = 'name' | 'sex' | 'birthDate';

export interface PatientComparison {
  /** Another number from the same clinic: another person, never merged (domain: identity is clinic + local id). */
  readonly otherPatient: boolean;
  /** What differs between two statements about one number: worth a flag, no more. */
  readonly differing: readonly PatientField[];
}

/** Compares what is known on both sides; what only one side says contradicts nothing. */
export function comparePatients(known: PatientFacts, sent: PatientFacts): PatientComparison {
  const both = (a: string, b: string): boolean => a !== '' && b !== '';
  const differing: PatientField[] = [];
  if (both(known.name, sent.name) && !sameName(known.name, sent.name)) differing.push('name');
  if (both(known.sex, sent.sex) && known.sex !== sent.sex) differing.push('sex');
  if (both(known.birthDate, sent.birthDate) && known.birthDate !== sent.birthDate) differing.push('birthDate');
  return { otherPatient: both(known.localId, sent.localId) && known.localId !== sent.localId, differing };
}

export interface Encounter {
  readonly localId: string;
  /** Every modality of a study, or the one of a request. */
  readonly modalities: readonly string[];
  /** When it was, as well as it is known. */
  readonly at: Date;
}

/** Same patient, same kind of device, same day or so: to be suggested to a person, never joined by itself. */
export function looksLikeOne(request: Encounter, study: Encounter): boolean {
  return (
    request.localId !== '' &&
    request.localId === study.localId &&
    request.modalities.some((wanted) => study.modalities.some((made) => sameFamily(wanted, made))) &&
    Math.abs(request.at.getTime() - study.at.getTime()) <= SUGGEST_WITHIN_MS
  );
}
