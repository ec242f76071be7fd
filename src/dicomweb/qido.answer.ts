import { type DicomJson, type DicomJsonAttribute, type DicomJsonValue, splitPersonName } from '../images';
import type { Attribute, Level } from './qido.attributes';

/** From a found row to a result in the DICOM JSON model (PS3.18 Annex F). Pure. */

export type ColumnValue = string | number | readonly string[] | null;

/** UIDs under `study`, `series`, `instance`; every other value under the tag of its attribute. */
export type FoundRow = Readonly<Partial<Record<Level, string>>> & Readonly<Record<string, ColumnValue>>;

/** @param service URL of the DICOMweb service, e.g. `https://host/dicomweb` */
export function resultOf(row: FoundRow, answered: readonly Attribute[], service: string): DicomJson {
  const result: DicomJson = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
  for (const attribute of answered) result[attribute.tag] = valueOf(attribute, row, service);
  return result;
}

/** Path of a study, series or instance below the service. */
export function resourcePath({ study, series, instance }: Readonly<Partial<Record<Level, string>>>): string {
  const below = [series && `/series/${series}`, instance && `/instances/${instance}`];
  return `/studies/${study}${below.filter((part) => part !== undefined).join('')}`;
}

function valueOf({ keyword, tag, vr }: Attribute, row: FoundRow, service: string): DicomJsonAttribute {
  if (keyword === 'RetrieveURL') return { vr, Value: [service + resourcePath(row)] };
  // Bytes are durable before a row exists.
  if (keyword === 'InstanceAvailability') return { vr, Value: ['ONLINE'] };
  const values = [row[tag] ?? []].flat().filter((value) => value !== '');
  return values.length === 0 ? { vr } : { vr, Value: vr === 'PN' ? names(values) : values };
}

const names = (values: readonly (string | number)[]): DicomJsonValue[] =>
  values.map((value) => splitPersonName(String(value)));
