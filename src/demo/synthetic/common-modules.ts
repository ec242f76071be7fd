import { CHINA_UTC_OFFSET_MINUTES, dicomTime } from './dicom-time';
import type { DicomElement } from './dictionary';
import { element } from './dictionary';
import { IMPLEMENTATION_CLASS_UID } from './part10-writer';
import type { Picture } from './phantom';
import type { StudyOrder } from './study-order';

/** What all instances of a study share: Patient, General Study and General Equipment modules (PS3.3 C.7.1.1, C.7.2.1, C.7.5.1). */
export function studyElements(order: StudyOrder, studyInstanceUid: string): DicomElement[] {
  const started = dicomTime(order.startedAt, order.utcOffsetMinutes ?? CHINA_UTC_OFFSET_MINUTES);
  return [
    element('StudyDate', started.date),
    element('StudyTime', started.time),
    element('TimezoneOffsetFromUTC', started.offset),
    element('AccessionNumber', order.accessionNumber),
    element('ReferringPhysicianName', order.referringPhysician ?? ''),
    element('StudyDescription', order.description),
    element('RequestedProcedureDescription', order.description),
    element('PatientName', order.patientName),
    element('PatientID', order.patientId),
    element('PatientBirthDate', (order.birthDate ?? '').replaceAll('-', '')),
    element('PatientSex', order.sex),
    ...(order.age === undefined ? [] : [element('PatientAge', order.age)]),
    element('StudyInstanceUID', studyInstanceUid),
    element('StudyID', order.accessionNumber.slice(-16)),
    element('InstitutionName', order.institution),
    element('StationName', order.stationName),
    element('Manufacturer', 'Synthetic'),
    element('ManufacturerModelName', order.modality === 'CT' ? 'Phantom CT 16' : 'Phantom DR 17'),
    element('SoftwareVersions', IMPLEMENTATION_CLASS_UID.slice(-12)),
    ...(order.operator === undefined ? [] : [element('OperatorsName', order.operator)]),
  ];
}

/** Times of one image, all the same: acquisition, content and creation, and its series' (PS3.3 C.7.3.1, C.7.6.1). */
export function imageTimes(order: StudyOrder, seriesStart: Date, at: Date): DicomElement[] {
  const offset = order.utcOffsetMinutes ?? CHINA_UTC_OFFSET_MINUTES;
  const series = dicomTime(seriesStart, offset);
  const { date, time } = dicomTime(at, offset);
  return [
    element('SeriesDate', series.date),
    element('SeriesTime', series.time),
    element('AcquisitionDate', date),
    element('AcquisitionTime', time),
    element('ContentDate', date),
    element('ContentTime', time),
    element('InstanceCreationDate', date),
    element('InstanceCreationTime', time),
  ];
}

/** Image Pixel module (PS3.3 C.7.6.3): one sample, 16 bits allocated, 12 stored, unsigned. */
export function pixelElements(picture: Picture): DicomElement[] {
  const { buffer, byteOffset, byteLength } = picture.pixels;
  return [
    element('SamplesPerPixel', 1),
    element('PhotometricInterpretation', 'MONOCHROME2'),
    element('Rows', picture.rows),
    element('Columns', picture.columns),
    element('BitsAllocated', 16),
    element('BitsStored', 12),
    element('HighBit', 11),
    element('PixelRepresentation', 0),
    element('BurnedInAnnotation', 'NO'),
    element('LossyImageCompression', '00'),
    // The words of a typed array are in the machine's order: little endian on every platform that we support.
    element('PixelData', new Uint8Array(buffer, byteOffset, byteLength)),
  ];
}

/** Laterality (0020,0060) takes L or R only; a film of both sides carries none. */
export const seriesLaterality = ({ laterality }: StudyOrder): DicomElement[] =>
  laterality === 'L' || laterality === 'R' ? [element('Laterality', laterality)] : [];

/** One item of a code sequence (PS3.3 8.8). */
export const codeItem = (code: string, scheme: string, meaning: string): DicomElement[] => [
  element('CodeValue', code),
  element('CodingSchemeDesignator', scheme),
  element('CodeMeaning', meaning),
];
