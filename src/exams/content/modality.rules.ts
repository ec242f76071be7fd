/** Modalities (0008,0060), defined terms of PS3.3 C.7.3.1.1.1. Pure. */

/** Upper case; `DR`, which people say and DICOM does not know, is `DX`. */
export function normaliseModality(text: string): string {
  const modality = text.trim().toUpperCase();
  return modality === 'DR' ? 'DX' : modality;
}

const RADIOGRAPHY: ReadonlySet<string> = new Set(['CR', 'DX', 'DR', 'RG']);

/** Plain radiography goes by several names (CR, DX …), everything else by one. */
export function sameFamily(a: string, b: string): boolean {
  return a === b || (RADIOGRAPHY.has(a) && RADIOGRAPHY.has(b));
}

/** Modalities that make pictures for a radiologist, the leading one first; reports and states of displays are none. */
const IMAGING = ['CT', 'MR', 'DX', 'CR', 'MG', 'RF', 'XA', 'US', 'PT', 'NM', 'IO', 'PX', 'OT'];

/** The modality an exam goes by when its study holds several; null when none makes pictures. */
export function leadingModality(modalities: readonly string[]): string | null {
  const known = IMAGING.find((modality) => modalities.includes(modality));
  return known ?? modalities.find((modality) => !NO_PICTURES.has(modality)) ?? null;
}

const NO_PICTURES: ReadonlySet<string> = new Set(['SR', 'PR', 'KO', 'DOC', 'AU', 'PLAN', 'REG', 'SEG', 'RWV', '']);
