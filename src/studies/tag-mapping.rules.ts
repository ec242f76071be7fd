import { capped, type DicomHeader, type DicomJson, personDisplayName } from '../images';
import { age, code, date, firstItem, integer, person, personNameText, persons, text, time } from './dicom-values.rules';
import { searchName } from './name-search.rules';

/** From a received file's header to the columns of study, series and instance (PS3.3 C.7). Pure. */

/** Columns of `dicom_study` that a header decides. */
export interface StudyFacts {
  readonly studyUid: string;
  readonly accessionNumber: string;
  readonly patientLocalId: string;
  readonly patientNameDicom: string;
  readonly patientName: string;
  readonly sex: string;
  readonly birthDate: string;
  readonly age: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyIdText: string;
  readonly description: string;
  readonly referringPhysician: string;
  readonly charset: string;
  readonly charsetHow: string;
}

/** Columns of `dicom_series` that a header decides. */
export interface SeriesFacts {
  readonly seriesUid: string;
  readonly modality: string;
  readonly seriesNumber: number | null;
  readonly description: string;
  readonly bodyPart: string;
  readonly laterality: string;
  readonly stationName: string;
  readonly device: string;
  readonly institution: string;
  readonly operators: string;
  readonly seriesDate: string;
  readonly seriesTime: string;
}

/** What one file says; small, so that a request of thousands of files can be held in memory. */
export interface InstanceFacts {
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly instanceNumber: number | null;
  readonly frames: number;
  readonly rows: number | null;
  readonly columns: number | null;
  /** When the image was taken, by the device's clock; null when it does not say. */
  readonly acquiredAt: Date | null;
  /** Oddities of the header, as codes. */
  readonly warnings: readonly string[];
  readonly study: StudyFacts;
  readonly series: SeriesFacts;
}

/** Columns that hold more would only be misused; a name or number of this length is no name or number. */
const LIMIT = { id: 64, name: 200, line: 200, description: 400 } as const;

/** @param localOffset of the clinic's wall clock where the device does not say (0008,0201), e.g. `+08:00` */
export function factsOf(header: DicomHeader, localOffset: string): InstanceFacts {
  const { attributes, image } = header;
  return {
    sopInstanceUid: header.sopInstanceUid,
    sopClassUid: header.sopClassUid,
    transferSyntaxUid: header.transferSyntaxUid,
    instanceNumber: integer(attributes, '00200013'),
    frames: Math.min(image.frames, 0x7fffffff),
    rows: image.rows,
    columns: image.columns,
    acquiredAt: acquiredAt(attributes, localOffset),
    warnings: [...(header.charset.repaired ? ['charset_repaired'] : []), ...header.warnings],
    study: studyFacts(header),
    series: seriesFacts(header),
  };
}

function studyFacts({ attributes, studyInstanceUid, charset }: DicomHeader): StudyFacts {
  const request = firstItem(attributes, '00400275');
  const name = person(attributes, '00100010');
  return {
    studyUid: studyInstanceUid,
    // Consoles that were given no worklist keep the request's number in the request attributes alone.
    accessionNumber: text(attributes, '00080050', LIMIT.id) || text(request, '00080050', LIMIT.id),
    patientLocalId: text(attributes, '00100020', LIMIT.id),
    patientNameDicom: capped(personNameText(name), LIMIT.name),
    patientName: capped(personDisplayName(name), LIMIT.name),
    sex: sexOf(text(attributes, '00100040', 16)),
    birthDate: date(attributes, '00100030'),
    age: age(attributes, '00101010'),
    studyDate: date(attributes, '00080020'),
    studyTime: time(attributes, '00080030'),
    studyIdText: text(attributes, '00200010', LIMIT.id),
    description:
      text(attributes, '00081030', LIMIT.description) ||
      text(attributes, '00321060', LIMIT.description) ||
      text(request, '00321060', LIMIT.description) ||
      text(attributes, '00400254', LIMIT.description),
    referringPhysician: capped(personDisplayName(person(attributes, '00080090')), LIMIT.name),
    charset: capped(charset.used, LIMIT.id),
    charsetHow: charset.how,
  };
}

function seriesFacts({ attributes, seriesInstanceUid }: DicomHeader): SeriesFacts {
  const device = [text(attributes, '00080070', LIMIT.line), text(attributes, '00081090', LIMIT.line)];
  return {
    seriesUid: seriesInstanceUid,
    modality: code(attributes, '00080060'),
    seriesNumber: integer(attributes, '00200011'),
    description: text(attributes, '0008103E', LIMIT.description) || text(attributes, '00181030', LIMIT.description),
    bodyPart: text(attributes, '00180015', LIMIT.id) || text(firstItem(attributes, '00082218'), '00080104', LIMIT.id),
    // Of the series (0020,0060), or of the single film (0020,0062).
    laterality: sideOf(code(attributes, '00200060')) || sideOf(code(attributes, '00200062')),
    stationName: text(attributes, '00081010', LIMIT.line),
    device: device.filter((part) => part !== '').join(' '),
    institution: text(attributes, '00080080', LIMIT.line),
    operators: operatorsOf(attributes),
    seriesDate: date(attributes, '00080021'),
    seriesTime: time(attributes, '00080031'),
  };
}

/** Sound of the patient's name, for search; looked up in a dictionary, so only when a study is made or corrected. */
export const soundOf = ({ patientName }: StudyFacts): { pinyin: string; initials: string } => searchName(patientName);

/** (0010,0040): M, F or O; consoles also write 男 and 女. */
function sexOf(value: string): string {
  const known: Readonly<Record<string, string>> = { M: 'M', F: 'F', O: 'O', 男: 'M', 女: 'F' };
  return known[value.toUpperCase()] ?? '';
}

/** Logins that stand in consoles as the operator from their delivery on, and name nobody. */
const NOBODY =
  /^(?:admin(?:istrator)?|operator|user|tech(?:nician)?|doctor|service|system|guest|default|test|root|[a-z]{0,3})\d*$/i;

/** (0008,1070), one to n people: 赵六、钱七; without those that are only a login or a number. */
function operatorsOf(attributes: DicomJson): string {
  const names = persons(attributes, '00081070').map((name) => personDisplayName(name).trim());
  const people = names.filter((name) => /\p{L}/u.test(name) && !NOBODY.test(name));
  return capped([...new Set(people)].join('、'), LIMIT.name);
}

const sideOf = (value: string): string => (/^[LRB]$/.test(value) ? value : '');

/** Acquisition date and time, else those of the content: (0008,0022)+(0008,0032), (0008,0023)+(0008,0033). */
function acquiredAt(attributes: DicomJson, localOffset: string): Date | null {
  const offset = offsetOf(attributes) ?? localOffset;
  return (
    moment(date(attributes, '00080022'), time(attributes, '00080032'), offset) ??
    moment(date(attributes, '00080023'), time(attributes, '00080033'), offset)
  );
}

/** Timezone Offset From UTC (0008,0201), `&ZZXX`, in ISO form. */
function offsetOf(attributes: DicomJson): string | undefined {
  const match = /^([+-])(\d{2})(\d{2})$/.exec(text(attributes, '00080201', 16));
  return match ? `${match[1]}${match[2]}:${match[3]}` : undefined;
}

function moment(da: string, tm: string, offset: string): Date | null {
  if (da === '' || tm === '') return null;
  const seconds = tm.slice(4, 6) || '00';
  const at = new Date(
    `${da.slice(0, 4)}-${da.slice(4, 6)}-${da.slice(6)}T${tm.slice(0, 2)}:${tm.slice(2, 4) || '00'}:${seconds === '60' ? '59' : seconds}${offset}`,
  );
  return Number.isNaN(at.getTime()) ? null : at;
}
