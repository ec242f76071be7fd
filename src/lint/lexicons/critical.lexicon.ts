import { ORGAN_RUPTURE, PERFORATION, STRANGULATION } from './critical-abdomen.lexicon';
import { AIRWAY, ANEURYSM_RUPTURE, CHEST, DISSECTION, PULMONARY_EMBOLISM, TAMPONADE } from './critical-chest.lexicon';
import { EXTRA_AXIAL, HAEMORRHAGE, HERNIATION, INFARCT, SUBARACHNOID } from './critical-head.lexicon';
import type { FindingSpec } from './phrase';

/** The findings a radiologist must tell the clinic at once, in the order of the list. */
export const CRITICAL_SPECS: readonly FindingSpec[] = [
  PULMONARY_EMBOLISM,
  DISSECTION,
  ANEURYSM_RUPTURE,
  TAMPONADE,
  CHEST,
  AIRWAY,
  INFARCT,
  HAEMORRHAGE,
  EXTRA_AXIAL,
  SUBARACHNOID,
  HERNIATION,
  PERFORATION,
  ORGAN_RUPTURE,
  STRANGULATION,
];
