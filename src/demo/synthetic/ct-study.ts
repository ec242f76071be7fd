import type { BodyPart } from './body-parts';
import { codeItem, imageTimes, pixelElements, seriesLaterality, studyElements } from './common-modules';
import { secondsLater } from './dicom-time';
import type { DicomElement } from './dictionary';
import { element } from './dictionary';
import type { CtScan } from './phantom';
import { CT_MATRIX, CT_RESCALE_INTERCEPT, ctScan } from './phantom';
import type { DraftInstance, StudyOrder } from './study-order';
import { uidFrom } from './uid';

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

interface Reconstruction {
  name: string;
  kernel: string;
  center: number;
  width: number;
}

const SOFT: Reconstruction = { name: '软组织窗', kernel: 'STANDARD', center: 40, width: 400 };
const BONE: Reconstruction = { name: '骨窗', kernel: 'BONE', center: 400, width: 1800 };
const LUNG: Reconstruction = { name: '肺窗', kernel: 'LUNG', center: -600, width: 1500 };
const MEDIASTINUM: Reconstruction = { name: '纵隔窗', kernel: 'STANDARD', center: 40, width: 350 };
const BRAIN: Reconstruction = { name: '脑窗', kernel: 'BRAIN', center: 35, width: 90 };

/** The first reconstruction is the one that a scan always has. */
function reconstructions(bodyPart: BodyPart): readonly [Reconstruction, ...Reconstruction[]] {
  switch (bodyPart) {
    case 'CHEST':
      return [LUNG, MEDIASTINUM, BONE];
    case 'RIB':
    case 'SINUS':
      return [BONE, SOFT];
    case 'HEAD':
      return [BRAIN, BONE];
    default:
      return [SOFT, BONE];
  }
}

/** Millimetres from the first to the last slice of an adult's scan. */
const RANGE_MM: Readonly<Partial<Record<BodyPart, number>>> = { HEAD: 150, SINUS: 90, CSPINE: 130, LSPINE: 190 };
const DEFAULT_RANGE_MM = 320;
const SECONDS_PER_SCAN = 12;
/** Keeps the noise of one series' slices apart from the next one's. */
const MAX_SLICES = 100_000;

/** PS3.16 CID 4052: the plastic cylinder that the dose figure refers to. */
const HEAD_PHANTOM = codeItem('113690', 'DCM', 'IEC Head Dosimetry Phantom');
const BODY_PHANTOM = codeItem('113691', 'DCM', 'IEC Body Dosimetry Phantom');

/** Instances of a CT study: series after series, slices from head to feet (CT Image IOD, PS3.3 A.3). */
export function ctInstances(order: StudyOrder): (studyInstanceUid: string) => Iterable<DraftInstance> {
  const seriesCount = order.series ?? 1;
  const plan = reconstructions(order.bodyPart);
  if (seriesCount < 1 || seriesCount > Math.min(plan.length, order.slices)) {
    throw new RangeError(`series: ${seriesCount} (a CT of ${order.bodyPart} has at most ${plan.length})`);
  }
  const scan = ctScan({ seed: order.pixelSeed ?? order.seed, bodyPart: order.bodyPart, finding: order.finding });
  return function* (studyInstanceUid) {
    const only = order.samePixels ? scan.slice(0.5, 0) : undefined;
    const shared = [...studyElements(order, studyInstanceUid), ...scanElements(order, scan)];
    for (let series = 0; series < seriesCount; series++) {
      // Slices that do not divide evenly go to the first series.
      const count = Math.floor(order.slices / seriesCount) + (series < order.slices % seriesCount ? 1 : 0);
      const seriesInstanceUid = uidFrom('series', order.seed, series);
      const fixed = [...shared, ...seriesElements(order, plan[series] ?? plan[0], series, seriesInstanceUid)];
      for (let index = 0; index < count; index++) {
        const picture = only ?? scan.slice(levelOf(index, count), series * MAX_SLICES + index);
        yield {
          sopClassUid: CT_IMAGE_STORAGE,
          seriesInstanceUid,
          sopInstanceUid: uidFrom('instance', order.seed, series, index),
          elements: [...fixed, ...sliceElements(order, scan, { index, count }), ...pixelElements(picture)],
        };
      }
    }
  };
}

function scanElements(order: StudyOrder, scan: CtScan): DicomElement[] {
  const head = order.bodyPart === 'HEAD' || order.bodyPart === 'SINUS';
  return [
    element('Modality', 'CT'),
    element('BodyPartExamined', order.bodyPart),
    element('PatientPosition', 'HFS'),
    element('FrameOfReferenceUID', uidFrom('frame of reference', order.seed)),
    element('PositionReferenceIndicator', ''),
    element('ImageOrientationPatient', [1, 0, 0, 0, 1, 0]),
    element('PixelSpacing', [round6(scan.pixelMm), round6(scan.pixelMm)]),
    element('RescaleIntercept', CT_RESCALE_INTERCEPT),
    element('RescaleSlope', 1),
    element('RescaleType', 'HU'),
    element('KVP', 120),
    element('XRayTubeCurrent', head ? 220 : 160),
    element('ExposureTime', 750),
    element('GantryDetectorTilt', 0),
    element('DataCollectionDiameter', head ? 250 : 500),
    element('ReconstructionDiameter', round6(scan.pixelMm * CT_MATRIX)),
    element('CTDIvol', head ? 48.2 : 7.6),
    element('CTDIPhantomTypeCodeSequence', [head ? HEAD_PHANTOM : BODY_PHANTOM]),
  ];
}

function seriesElements(
  order: StudyOrder,
  r: Reconstruction,
  series: number,
  seriesInstanceUid: string,
): DicomElement[] {
  // A console that cannot write Chinese keeps to the kernel's name.
  const description = order.charset === 'ASCII' ? r.kernel : r.name;
  return [
    element('SeriesInstanceUID', seriesInstanceUid),
    element('SeriesNumber', series + 2), // 1 would be the scout
    element('SeriesDescription', description),
    element('ProtocolName', description),
    element('ConvolutionKernel', r.kernel),
    element('WindowCenter', r.center),
    element('WindowWidth', r.width),
    ...seriesLaterality(order),
  ];
}

function sliceElements(
  order: StudyOrder,
  scan: CtScan,
  { index, count }: { index: number; count: number },
): DicomElement[] {
  const range = RANGE_MM[order.bodyPart] ?? DEFAULT_RANGE_MM;
  const thickness = round6(range / count);
  const corner = round6((-scan.pixelMm * (CT_MATRIX - 1)) / 2);
  // The patient's z axis points to the head; the scan runs away from it.
  const z = round6(-index * thickness);
  const at = secondsLater(order.startedAt, (SECONDS_PER_SCAN * index) / count);
  return [
    ...imageTimes(order, order.startedAt, at),
    element('ImageType', ['ORIGINAL', 'PRIMARY', 'AXIAL']),
    element('AcquisitionNumber', 1),
    element('InstanceNumber', index + 1),
    element('SliceThickness', thickness),
    element('SliceLocation', z),
    element('ImagePositionPatient', [corner, corner, z]),
  ];
}

/** 0 at the head's end to 1 at the feet's; a single slice lies in the middle. */
const levelOf = (index: number, count: number): number => (count === 1 ? 0.5 : index / (count - 1));

const round6 = (value: number): number => Math.round(value * 1e6) / 1e6;
