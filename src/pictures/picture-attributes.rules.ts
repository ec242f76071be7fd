import type { DicomJson, DicomJsonAttribute, ImageShape } from '../images';
import type { Modality, Padding, Window, WindowShape } from './grey.rules';
import { pixelHeight } from './proportions.rules';

/** What the header says of how a frame is shown. Pure. */

const TAG = {
  pixelSpacing: '00280030',
  imagerPixelSpacing: '00181164',
  pixelAspectRatio: '00280034',
  highBit: '00280102',
  paddingValue: '00280120',
  paddingLimit: '00280121',
  windowCenter: '00281050',
  windowWidth: '00281051',
  intercept: '00281052',
  slope: '00281053',
  windowShape: '00281056',
  pixelPresentation: '00089205',
  sharedGroups: '52009229',
  perFrameGroups: '52009230',
  voiGroup: '00289132',
  valueGroup: '00289145',
  measuresGroup: '00289110',
} as const;

export interface PictureAttributes {
  readonly highBit: number | null;
  readonly modality: Modality;
  readonly window: Window | null;
  readonly shape: WindowShape;
  readonly padding: Padding | null;
  /** Times as high as wide. */
  readonly pixelHeight: number;
  /** The upper grey values stand for colours (Pixel Presentation, PS3.3 C.8.16.2): in grey they would mislead. */
  readonly partlyColoured: boolean;
}

/** @param frame from 1: enhanced objects say it frame by frame (PS3.3 C.7.6.16) */
export function pictureAttributes(header: DicomJson, image: ImageShape, frame: number): PictureAttributes {
  const places = placesOf(header, frame);
  const find = (tag: string, group: string): DicomJsonAttribute | undefined =>
    places.map((place) => item(place, group)?.[tag]).find(hasValue) ?? header[tag];
  const windowShape = shapeOf(find(TAG.windowShape, TAG.voiGroup));
  return {
    highBit: numbers(header[TAG.highBit])[0] ?? null,
    modality: {
      slope: numbers(find(TAG.slope, TAG.valueGroup))[0] || 1,
      intercept: numbers(find(TAG.intercept, TAG.valueGroup))[0] ?? 0,
    },
    window: soundWindow(
      numbers(find(TAG.windowCenter, TAG.voiGroup))[0],
      numbers(find(TAG.windowWidth, TAG.voiGroup))[0],
      windowShape,
    ),
    shape: windowShape,
    padding: paddingOf(header),
    pixelHeight: pixelHeight([
      numbers(find(TAG.pixelSpacing, TAG.measuresGroup)),
      numbers(header[TAG.imagerPixelSpacing]),
      numbers(header[TAG.pixelAspectRatio]),
    ]),
    partlyColoured:
      (image.photometricInterpretation ?? '').startsWith('MONOCHROME') &&
      ['COLOR', 'MIXED'].includes(text(header[TAG.pixelPresentation]) ?? ''),
  };
}

/**
 * Null for a window that has no meaning. LINEAR needs a width of at least 1 (PS3.3 C.11.2.1.2.1); devices that write less
 * (values of PET, perfusion) mean the exact function.
 */
export function soundWindow(center: number | undefined, width: number | undefined, shape: WindowShape): Window | null {
  if (center === undefined || width === undefined || !Number.isFinite(center) || !(width > 0 && width < Infinity))
    return null;
  return { center, width, shape: shape === 'LINEAR' && width < 1 ? 'LINEAR_EXACT' : shape };
}

function placesOf(header: DicomJson, frame: number): DicomJson[] {
  return [itemAt(header[TAG.perFrameGroups], frame - 1), itemAt(header[TAG.sharedGroups], 0)].filter(
    (place) => place !== undefined,
  );
}

function paddingOf(header: DicomJson): Padding | null {
  const [value] = numbers(header[TAG.paddingValue]);
  if (value === undefined) return null;
  const limit = numbers(header[TAG.paddingLimit])[0] ?? value;
  return { from: Math.min(value, limit), to: Math.max(value, limit) };
}

function shapeOf(attribute: DicomJsonAttribute | undefined): WindowShape {
  const shape = text(attribute);
  return shape === 'LINEAR_EXACT' || shape === 'SIGMOID' ? shape : 'LINEAR';
}

export function hasValue(attribute: DicomJsonAttribute | undefined): boolean {
  return (attribute?.Value?.length ?? 0) > 0;
}

/** The item of a sequence. */
export function itemAt(attribute: DicomJsonAttribute | undefined, index: number): DicomJson | undefined {
  const value = attribute?.vr === 'SQ' ? attribute.Value?.[index] : undefined;
  return value && typeof value === 'object' ? (value as DicomJson) : undefined;
}

const item = (header: DicomJson, tag: string): DicomJson | undefined => itemAt(header[tag], 0);

/** Its values up to the first that is none. */
export function numbers(attribute: DicomJsonAttribute | undefined): number[] {
  const values = attribute?.Value ?? [];
  const end = values.findIndex((value) => typeof value !== 'number');
  return (end < 0 ? values : values.slice(0, end)) as number[];
}

function text(attribute: DicomJsonAttribute | undefined): string | undefined {
  const value = attribute?.Value?.[0];
  return typeof value === 'string' ? value : undefined;
}
