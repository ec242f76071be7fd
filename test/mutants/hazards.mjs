import { CRITICAL } from './hazards/critical-values.mjs';
import { IMAGES, PATIENT } from './hazards/patients-and-images.mjs';
import { CLOCK, SIGNATURE } from './hazards/signatures-and-clocks.mjs';
import { DRAFT, TEXT } from './hazards/texts-and-drafts.mjs';
import { CLINIC, DELIVERY, VERSION } from './hazards/versions-and-delivery.mjs';

/**
 * The hazards of docs/safety.md as data: for each the barrier that stands against it, the defect that takes the barrier
 * away, and the test that must turn red then. `defect` lists every layer of a doubled barrier (service check and database
 * constraint): they are removed together, because each of them alone would hold. A `search` occurs exactly once in its file.
 *
 * @type {import('./hazards.d.mts').Hazard[]}
 */
export const HAZARDS = [
  ...PATIENT,
  ...TEXT,
  ...VERSION,
  ...IMAGES,
  ...DELIVERY,
  ...CRITICAL,
  ...DRAFT,
  ...CLINIC,
  ...SIGNATURE,
  ...CLOCK,
];
