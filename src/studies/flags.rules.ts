import type { KnownStudy } from './study-rows';
import type { StudyFlagCode } from './studies.entities';
import { sameName } from './name-search.rules';
import type { StudyFacts } from './tag-mapping.rules';

/** Something odd about a study that a person should look at. */
export interface NewFlag {
  readonly studyId: string;
  readonly code: StudyFlagCode;
  /** Which one of several; '' for the study as a whole. */
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

type Known = Pick<KnownStudy, 'id' | 'patientLocalId' | 'patientName' | 'flags'>;

/**
 * What the header of an instance says against its study (domain: another Patient ID from the same clinic is another
 * patient; a different name alone is a flag). What only one side says contradicts nothing. Pure.
 */
export function contradictions(known: Known, sent: StudyFacts): NewFlag[] {
  const flags: NewFlag[] = [];
  const both = (a: string, b: string): boolean => a !== '' && b !== '';
  if (both(known.patientLocalId, sent.patientLocalId) && known.patientLocalId !== sent.patientLocalId) {
    flags.push(flag(known, 'patient_id_mismatch', sent.patientLocalId));
  } else if (both(known.patientName, sent.patientName) && differs(known.patientName, sent.patientName)) {
    flags.push(flag(known, 'patient_name_differs', sent.patientName));
  }
  return flags;
}

/** The label of the character set was wrong: told once per study. */
export function charsetFlag(known: Known, sent: StudyFacts, warnings: readonly string[]): NewFlag[] {
  const isNews = warnings.includes('charset_repaired') && !known.flags.includes('charset_repaired');
  return isNews ? [{ ...flag(known, 'charset_repaired', ''), details: { how: sent.charsetHow } }] : [];
}

export const quarantineFlag = (known: Known): NewFlag => flag(known, 'quarantined', '');

export const collisionFlag = (known: Known, sopUid: string, presentSha256: string, refusedSha256: string): NewFlag => ({
  ...flag(known, 'sop_collision', sopUid),
  details: { presentSha256, refusedSha256 },
});

export const correctedFlag = (known: Known): NewFlag => flag(known, 'corrected', '');

/** One entry per flag with the number of times it was raised; of many subjects the first `limit` are kept. */
export function gathered(flags: readonly NewFlag[], limit: number): (NewFlag & { readonly times: number })[] {
  const byKey = new Map<string, NewFlag & { times: number }>();
  for (const one of flags) {
    const key = [one.studyId, one.code, one.subject].join('\n');
    const known = byKey.get(key);
    if (known) known.times += 1;
    else if (byKey.size < limit) byKey.set(key, { ...one, times: 1 });
  }
  return [...byKey.values()];
}

/** Comparing by sound takes a dictionary: only for texts that are not equal anyway. */
const differs = (a: string, b: string): boolean => a !== b && !sameName(a, b);

const flag = (known: Known, code: StudyFlagCode, subject: string): NewFlag => ({
  studyId: known.id,
  code,
  subject,
  details: {},
});
