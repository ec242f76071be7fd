import type { ReportAmendment } from '../revisions.entities';

/** An open tab gives a sign of life this often; a save within it of the last one was made before the line went dead. */
export const SIGN_OF_LIFE_MS = 60_000;

type Held = Pick<
  ReportAmendment,
  'state' | 'writer_id' | 'writer_hospital_id' | 'released_at' | 'opened_at' | 'saved_at' | 'taken_at'
>;

/** 离岗 of its writer at this time lets it go; what he opened or took up later he does in spite of it. */
export function goesWithWriter(amendment: Held, { personId, at }: { personId: string; at: Date }): boolean {
  return isHeld(amendment) && amendment.writer_id === personId && taken(amendment) <= at.getTime();
}

/**
 * A hospital from which nothing was heard after this time lets go what is written there. A save that came clearly later
 * says that its writer is there, whatever became of the claims.
 */
export function goesWithHospital(
  amendment: Held,
  { hospitalId, lastSignAt }: { hospitalId: string; lastSignAt: Date },
): boolean {
  const touched = Math.max(taken(amendment), amendment.saved_at.getTime());
  const here = isHeld(amendment) && amendment.writer_hospital_id === hospitalId;
  return here && touched <= lastSignAt.getTime() + SIGN_OF_LIFE_MS;
}

const isHeld = ({ state, released_at: releasedAt }: Held): boolean => state === 'WRITING' && releasedAt === null;

/** When its writer came to it. */
const taken = ({ opened_at: opened, taken_at: at }: Held): number => Math.max(opened.getTime(), at?.getTime() ?? 0);
