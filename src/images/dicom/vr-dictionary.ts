import dictionary from './vr-by-tag.json';

/**
 * Value representation of the public attributes (PS3.6 chapters 6 to 8, edition 2022b).
 *
 * Implicit VR data sets do not carry the VR, and senders that did not know an attribute write UN; both are resolved here.
 * The JSON holds group → VR → element numbers; `US|SS` means that Pixel Representation (0028,0103) decides (PS3.5 A.1).
 */
const VR_OF_TAG = new Map<string, string>();
for (const [group, elementsByVr] of Object.entries(dictionary as Record<string, Record<string, string>>)) {
  for (const [vr, elements] of Object.entries(elementsByVr)) {
    for (const element of elements.split(' ')) VR_OF_TAG.set(`x${group}${element}`, vr);
  }
}

/** A tag in dicom-parser's form: `x` and eight lower-case hexadecimal digits. */
export function isPrivateTag(tag: string): boolean {
  return (parseInt(tag.charAt(4), 16) & 1) === 1;
}

/** VR by the dictionary, or undefined for a private or unknown attribute. `US|SS` is returned as such. */
export function dictionaryVr(tag: string): string | undefined {
  if (tag.endsWith('0000')) return 'UL'; // group length, PS3.5 §7.2
  if (isPrivateTag(tag)) return /^x....00[1-9a-f].$/.test(tag) ? 'LO' : undefined; // private creator, PS3.5 §7.8.1
  const known = VR_OF_TAG.get(tag);
  if (known !== undefined) return known;
  // Overlays and curves repeat in every even group 60xx and 50xx (PS3.5 §7.6); the dictionary lists the first one.
  const repeating = /^x(60|50)..(....)$/.exec(tag);
  return repeating ? VR_OF_TAG.get(`x${repeating[1]}00${repeating[2]}`) : undefined;
}

/** The VRs of PS3.5 §6.2; anything else in an explicit VR data set is a fault of the sender. */
const STANDARD_VRS = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' '),
);

export function isStandardVr(vr: string): boolean {
  return STANDARD_VRS.has(vr);
}
