import { z } from 'zod';
import { text, uuid } from '../../../platform/http';
import { hospitalId } from '../revisions.dto';

const reason = text(500);

/** At which of his hospitals a doctor with several posts goes on with it. */
export const takeAmendmentSchema = z.strictObject({ reason, hospitalId });
export type TakeAmendment = z.infer<typeof takeAmendmentSchema>;

/** `hospitalId`: for which of his hospitals the receiver writes; needed where he works at several. */
export const giveAmendmentSchema = z.strictObject({ to: uuid, reason, hospitalId });
export type GiveAmendment = z.infer<typeof giveAmendmentSchema>;
