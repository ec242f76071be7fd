import { idNumberFacts, type Sex } from '../../exams';
import { sameName } from '../../studies';

/** A patient as one clinic knows him. */
export interface KnownAs {
  readonly name: string;
  readonly sex: Sex | null;
  readonly birthDate: string | null;
  /** 身份证号, normalised; null when the clinic did not give one. */
  readonly idNumber: string | null;
}

export type EvidenceField = 'idNumber' | 'name' | 'sex' | 'birthDate';

/** Why two clinics' patients are, or may not be, one person. Names fields only: never what stands in them. */
export interface Evidence {
  readonly agrees: readonly EvidenceField[];
  readonly differs: readonly EvidenceField[];
}

export interface Comparison {
  /** `linked`: nothing speaks against it; `review`: a person has to look. */
  readonly verdict: 'linked' | 'review';
  readonly evidence: Evidence;
}

/**
 * Compares two patients with the same valid 身份证号 (GB 11643-1999; checksum and all), field by field; what one of them does
 * not say speaks neither for nor against. The number's own birth date and sex count as said by it. undefined when the
 * numbers are missing, invalid or different: a name alone links nobody.
 */
export function samePerson(a: KnownAs, b: KnownAs): Comparison | undefined {
  const facts = a.idNumber !== null && a.idNumber === b.idNumber ? idNumberFacts(a.idNumber) : undefined;
  if (!facts) return undefined;
  const agrees: EvidenceField[] = ['idNumber'];
  const differs: EvidenceField[] = [];
  const compare = (field: EvidenceField, same: boolean | undefined): void => {
    if (same !== undefined) (same ? agrees : differs).push(field);
  };
  compare('name', sameName(a.name, b.name));
  compare('sex', allEqual(facts.sex, known(a.sex), known(b.sex)));
  compare('birthDate', allEqual(facts.birthDate, a.birthDate, b.birthDate));
  return { verdict: differs.length === 0 ? 'linked' : 'review', evidence: { agrees, differs } };
}

/** Other (O) is no statement that could contradict the number. */
const known = (sex: Sex | null): Sex | null => (sex === 'O' ? null : sex);

/** Whether all that is said is the same; undefined when neither patient says anything. */
function allEqual(carried: string, ...said: readonly (string | null)[]): boolean | undefined {
  const spoken = said.filter((value) => value !== null);
  return spoken.length === 0 ? undefined : spoken.every((value) => value === carried);
}
