/**
 * What QIDO-RS can match and answer (PS3.18 §10.6, tables 10.6.1-5 and 10.6.3-3 to -5): each attribute with the column it
 * lives in. Only what the registry holds is here; what stands in a file's header alone comes with its metadata.
 */

/** Information entities from the top; a search at one level may also use the attributes of the levels above it. */
export const LEVELS = ['study', 'series', 'instance'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * How values are compared (PS3.4 §C.2.2.2):
 * - `uid`: one or a list · `date`, `time`: one, or a range · `number`: one
 * - `text`: one, or with wildcards, by upper and lower case · `prose`: the same, whatever the case
 * - `code`: one, a list, or with wildcards · `codes`: a list, of which any may be among the values
 * - `patient`: the patient's name, by character or by sound
 */
export type Matching = 'uid' | 'date' | 'time' | 'number' | 'text' | 'prose' | 'code' | 'codes' | 'patient';

export interface Attribute {
  readonly keyword: string;
  /** Eight upper-case hexadecimal digits. */
  readonly tag: string;
  readonly vr: string;
  readonly level: Level;
  /** Of the aliases st (dicom_study), se (dicom_series), i (instance); null when it is worked out for the answer. */
  readonly column: string | null;
  /** Null: can be answered, not matched. */
  readonly matching: Matching | null;
  /** In every answer; the others only when `includefield` asks. */
  readonly always: boolean;
}

type Spec = readonly [
  tag: string,
  keyword: string,
  vr: string,
  column: string | null,
  matching: Matching | null,
  asked?: 'asked',
];

const STUDY: readonly Spec[] = [
  ['00080020', 'StudyDate', 'DA', 'st.study_date', 'date'],
  ['00080030', 'StudyTime', 'TM', 'st.study_time', 'time'],
  ['00080050', 'AccessionNumber', 'SH', 'st.accession_number', 'text'],
  ['00080056', 'InstanceAvailability', 'CS', null, null],
  ['00080061', 'ModalitiesInStudy', 'CS', 'st.modalities', 'codes'],
  ['00080090', 'ReferringPhysicianName', 'PN', 'st.referring_physician', 'prose'],
  ['00081030', 'StudyDescription', 'LO', 'st.description', 'prose', 'asked'],
  ['00081190', 'RetrieveURL', 'UR', null, null],
  ['00100010', 'PatientName', 'PN', 'st.patient_name_dicom', 'patient'],
  ['00100020', 'PatientID', 'LO', 'st.patient_local_id', 'text'],
  ['00100030', 'PatientBirthDate', 'DA', 'st.birth_date', 'date'],
  ['00100040', 'PatientSex', 'CS', 'st.patient_sex', 'code'],
  ['00101010', 'PatientAge', 'AS', 'st.patient_age', null, 'asked'],
  ['0020000D', 'StudyInstanceUID', 'UI', 'st.study_uid', 'uid'],
  ['00200010', 'StudyID', 'SH', 'st.study_id_text', 'text'],
  ['00201206', 'NumberOfStudyRelatedSeries', 'IS', 'st.series_count', null],
  ['00201208', 'NumberOfStudyRelatedInstances', 'IS', 'st.instance_count', null],
];

const SERIES: readonly Spec[] = [
  ['00080021', 'SeriesDate', 'DA', 'se.series_date', 'date', 'asked'],
  ['00080031', 'SeriesTime', 'TM', 'se.series_time', 'time', 'asked'],
  ['00080060', 'Modality', 'CS', 'se.modality', 'code'],
  ['00080080', 'InstitutionName', 'LO', 'se.institution', 'prose', 'asked'],
  ['00081010', 'StationName', 'SH', 'se.station_name', 'text', 'asked'],
  ['0008103E', 'SeriesDescription', 'LO', 'se.description', 'prose'],
  ['00180015', 'BodyPartExamined', 'CS', 'se.body_part', 'code', 'asked'],
  ['0020000E', 'SeriesInstanceUID', 'UI', 'se.series_uid', 'uid'],
  ['00200011', 'SeriesNumber', 'IS', 'se.series_number', 'number'],
  ['00200060', 'Laterality', 'CS', 'se.laterality', 'code', 'asked'],
  [
    '00201209',
    'NumberOfSeriesRelatedInstances',
    'IS',
    '(SELECT count(*)::int FROM instance n WHERE n.series_id = se.id AND n.superseded_at IS NULL)',
    null,
  ],
];

const INSTANCE: readonly Spec[] = [
  ['00080016', 'SOPClassUID', 'UI', 'i.sop_class_uid', 'uid'],
  ['00080018', 'SOPInstanceUID', 'UI', 'i.sop_uid', 'uid'],
  ['00083002', 'AvailableTransferSyntaxUID', 'UI', 'i.transfer_syntax_uid', null],
  ['00200013', 'InstanceNumber', 'IS', 'i.instance_number', 'number'],
  ['00280008', 'NumberOfFrames', 'IS', 'i.frames', null],
  ['00280010', 'Rows', 'US', 'i.rows', null],
  ['00280011', 'Columns', 'US', 'i.columns', null],
];

const attributesOf = (level: Level, specs: readonly Spec[]): Attribute[] =>
  specs.map(([tag, keyword, vr, column, matching, asked]) => {
    return { level, tag, keyword, vr, column, matching, always: asked === undefined };
  });

export const ATTRIBUTES: readonly Attribute[] = [
  ...attributesOf('study', STUDY),
  ...attributesOf('series', SERIES),
  ...attributesOf('instance', INSTANCE),
];

const BY_NAME = new Map(
  ATTRIBUTES.flatMap((attribute) => [[attribute.tag, attribute] as const, [attribute.keyword, attribute] as const]),
);

/** An attribute by keyword, or by tag in either case. */
export function attributeNamed(name: string): Attribute | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(name.toUpperCase());
}
