/**
 * The attributes that a de-identified image keeps, at every level of nesting. What is not named here does not leave, so a
 * device's new or private attribute cannot tell anything: group → VR → element numbers (PS3.6). No description, comment,
 * person, place, date, time or identifier is among them; texts are only such as devices choose from a list.
 *
 * `US|SS` is what Pixel Representation (0028,0103) decides, `US|OW` what the file says (PS3.5 A.1).
 */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // What kind of image: Image Type, SOP Class, Modality, Presentation Intent; frame types of enhanced images.
  '0008': { CS: '0008 0060 0068 9007 9205 9206 9207 9208 9209', UI: '0016' },
  '0010': { CS: '0040', AS: '1010' },
  // Acquisition technique, dose, geometry of tube, table and detector, collimator and shutter.
  '0018': {
    CS: '0015 0020 0021 0022 0023 1140 1147 1166 1191 1312 1315 1508 1600 1700 5100 5101 7004 7034 7050 7060 9302 9323 9315',
    DS: '0050 0060 0080 0081 0082 0083 0084 0087 0088 0090 0093 0094 0095 1100 1110 1111 1114 1120 1130 1164 1190 11a0 11a2 1314 1316 1411 1412 1413 1450 1510 1511 1530 1531 6000 7022 7030 7032',
    IS: '0086 0089 0091 1149 1150 1151 1152 1153 1170 1405 1602 1604 1606 1608 1610 1612 1620 1702 1704 1706 1708 1710 1712 1720',
    SH: '1210',
    US: '1310 1622',
    FD: '9073 9082 9087 9089 9305 9306 9307 9309 9310 9311 9324 9328 9330 9332 9345',
    SQ: '9112 9114 9117 9226 9301 9304 9308 9314 9321 9325 9329',
  },
  // Position of the image in the patient and in its series.
  '0020': {
    CS: '0020 0060 0062 9072',
    DS: '0032 0037 1041',
    IS: '0011 0012 0013 0100 0105 1002',
    AT: '9165 9167',
    UL: '9057 9128 9157',
    US: '9156',
    SQ: '9071 9111 9113 9116 9221 9222',
  },
  // Image pixels, what their values mean, and how they are shown.
  '0028': {
    CS: '0004 0300 0301 0a02 1040 1056 1300 1350 2110 2114',
    US: '0002 0006 0010 0011 0100 0101 0102 0103',
    'US|SS': '0106 0107 0120 0121 1101 1102 1103 3002',
    SS: '1041',
    IS: '0008 0034',
    DS: '0030 1050 1051 1052 1053 2112',
    LO: '1054 3004',
    OW: '1201 1202 1203',
    'US|OW': '3006',
    SQ: '3000 3010 9110 9132 9145',
  },
  '0040': { US: '0316', DS: '8302' },
  '2050': { CS: '0020' },
  '5200': { SQ: '9229 9230' },
};

const VR_OF = new Map<string, string>();
for (const [group, byVr] of Object.entries(ALLOWED))
  for (const [vr, elements] of Object.entries(byVr))
    for (const element of elements.split(' ')) VR_OF.set(`x${group}${element}`, vr);

/** VR of an attribute that is copied, by its tag as dicom-parser writes it (`x00080060`); undefined for all others. */
export const allowedVr = (tag: string): string | undefined => VR_OF.get(tag);

/** UIDs of this study alone: each becomes another one, the same one wherever it stands (PS3.15 E.3.9). */
export const REPLACED_UIDS: ReadonlySet<string> = new Set([
  'x00080018', // SOP Instance UID
  'x0020000d', // Study Instance UID
  'x0020000e', // Series Instance UID
  'x00200052', // Frame of Reference UID
  'x00209164', // Dimension Organization UID
]);

/** Attributes of type 2 that must stand there although they say nothing now (PS3.15 table E.1-1, action Z), with their VR. */
export const EMPTIED: Readonly<Record<string, string>> = {
  x00080020: 'DA', // Study Date
  x00080030: 'TM', // Study Time
  x00080050: 'SH', // Accession Number
  x00080070: 'LO', // Manufacturer
  x00080090: 'PN', // Referring Physician's Name
  x00100030: 'DA', // Patient's Birth Date
  x00200010: 'SH', // Study ID
  x00201040: 'LO', // Position Reference Indicator
};

/** Whose values name the patient: no text that is kept may have one of their words. */
export const NAMING: readonly string[] = [
  'x00100010', // Patient's Name
  'x00100020', // Patient ID
  'x00101000', // Other Patient IDs
  'x00101001', // Other Patient Names
  'x00101005', // Patient's Birth Name
  'x00100030', // Patient's Birth Date
  'x00102154', // Patient's Telephone Numbers
  'x00080050', // Accession Number
  'x00200010', // Study ID
  'x00380010', // Admission ID
  'x00080090', // Referring Physician's Name
  'x00081050', // Performing Physician's Name
  'x00081070', // Operators' Name
];
