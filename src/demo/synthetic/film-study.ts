import type { BodyPart } from './body-parts';
import { BODY_PARTS } from './body-parts';
import { codeItem, imageTimes, pixelElements, seriesLaterality, studyElements } from './common-modules';
import { secondsLater } from './dicom-time';
import type { DicomElement } from './dictionary';
import { element } from './dictionary';
import type { Picture, View } from './phantom';
import { radiograph } from './phantom';
import type { DraftInstance, StudyOrder } from './study-order';
import { uidFrom } from './uid';

const DX_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.1';
const COMPUTED_RADIOGRAPHY = '1.2.840.10008.5.1.4.1.1.1';
const DEFAULT_WIDTH = 1024;
const SECONDS_BETWEEN_EXPOSURES = 45;

/** View code (PS3.16 CID 4010) and the directions of rows and columns (PS3.3 C.7.6.1.1.1) of every view. */
const VIEWS: Readonly<Record<View, { code: string; meaning: string; orientation: readonly [string, string] }>> = {
  PA: { code: '272479007', meaning: 'postero-anterior', orientation: ['L', 'F'] },
  AP: { code: '399348003', meaning: 'antero-posterior', orientation: ['L', 'F'] },
  LL: { code: '399173006', meaning: 'left lateral', orientation: ['P', 'F'] },
};

const usualViews = (bodyPart: BodyPart): readonly View[] => {
  switch (bodyPart) {
    case 'CHEST':
    case 'KNEE':
    case 'ANKLE':
    case 'CSPINE':
    case 'LSPINE':
      return [bodyPart === 'CHEST' ? 'PA' : 'AP', 'LL'];
    case 'HAND':
    case 'SINUS':
    case 'HEAD':
      return ['PA'];
    default:
      return ['AP'];
  }
};

const sideOfLimb = ({ bodyPart, laterality }: StudyOrder): 'L' | 'R' | undefined =>
  BODY_PARTS[bodyPart].limb && laterality !== 'B' ? laterality : undefined;

/** Instances of a plain film study, one series (DX IOD PS3.3 A.26, CR IOD A.2). */
export function filmInstances(order: StudyOrder): (studyInstanceUid: string) => Iterable<DraftInstance> {
  const views = order.views ?? usualViews(order.bodyPart);
  if (views.length === 0) throw new RangeError('views: none');
  const seriesInstanceUid = uidFrom('series', order.seed, 0);
  return function* (studyInstanceUid) {
    const shared = [...studyElements(order, studyInstanceUid), ...seriesElements(order, seriesInstanceUid)];
    for (let index = 0; index < order.slices; index++) {
      const view = views[index % views.length] ?? 'AP';
      const picture = radiograph({
        seed: `${order.pixelSeed ?? order.seed} ${index}`,
        bodyPart: order.bodyPart,
        view,
        width: order.width ?? DEFAULT_WIDTH,
        finding: order.finding,
        side: sideOfLimb(order),
      });
      yield {
        sopClassUid: order.modality === 'CR' ? COMPUTED_RADIOGRAPHY : DX_FOR_PRESENTATION,
        seriesInstanceUid,
        sopInstanceUid: uidFrom('instance', order.seed, 0, index),
        elements: [...shared, ...imageElements(order, view, index, picture)],
      };
    }
  };
}

function seriesElements(order: StudyOrder, seriesInstanceUid: string): DicomElement[] {
  return [
    element('Modality', order.modality),
    element('BodyPartExamined', order.bodyPart),
    element('SeriesInstanceUID', seriesInstanceUid),
    element('SeriesNumber', 1),
    element('SeriesDescription', order.description),
    element('ProtocolName', order.description),
    // DX gives the side per image, as Image Laterality; CR and CT per series (PS3.3 C.7.3.1.1.2).
    ...(order.modality === 'DX' ? [element('PresentationIntentType', 'FOR PRESENTATION')] : seriesLaterality(order)),
  ];
}

function imageElements(order: StudyOrder, view: View, index: number, picture: Picture): DicomElement[] {
  const at = secondsLater(order.startedAt, index * SECONDS_BETWEEN_EXPOSURES);
  const spacing = Math.round(picture.pixelMm * 1e6) / 1e6;
  return [
    ...imageTimes(order, order.startedAt, at),
    element('AcquisitionNumber', index + 1),
    element('InstanceNumber', index + 1),
    element('ViewPosition', view),
    element('PatientOrientation', VIEWS[view].orientation),
    element('ImagerPixelSpacing', [spacing, spacing]),
    element('KVP', view === 'LL' ? 125 : 110),
    element('Exposure', 4),
    element('WindowCenter', 2048),
    element('WindowWidth', 4096),
    ...(order.modality === 'DX' ? digitalXRayElements(order, view) : [element('ImageType', ['ORIGINAL', 'PRIMARY'])]),
    ...pixelElements(picture),
  ];
}

/** DX Anatomy Imaged, DX Image and DX Detector modules (PS3.3 C.8.11.2, C.8.11.3, C.8.11.4). */
function digitalXRayElements(order: StudyOrder, view: View): DicomElement[] {
  const { code, meaning, paired } = BODY_PARTS[order.bodyPart];
  return [
    element('ImageType', ['ORIGINAL', 'PRIMARY', '']),
    element('ImageLaterality', order.laterality ?? (paired ? 'B' : 'U')),
    element('AnatomicRegionSequence', [codeItem(code, 'SCT', meaning)]),
    element('ViewCodeSequence', [codeItem(VIEWS[view].code, 'SCT', VIEWS[view].meaning)]),
    element('AcquisitionContextSequence', []),
    element('PositionerType', 'NONE'),
    element('DetectorType', 'SCINTILLATOR'),
    element('PixelIntensityRelationship', 'LOG'),
    element('PixelIntensityRelationshipSign', -1),
    element('RescaleIntercept', 0),
    element('RescaleSlope', 1),
    element('RescaleType', 'US'),
    element('PresentationLUTShape', 'IDENTITY'),
  ];
}
