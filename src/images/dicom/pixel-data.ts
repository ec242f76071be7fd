import type { ByteSource } from './byte-source';
import { attributeOf, type DicomJsonValue, jsonTag } from './dicom-json';
import type { Encoding, RootElement, RootElements } from './element-reader';
import {
  bitsPerFrame,
  type ByteRange,
  endsCodeStream,
  type ImageShape,
  type PixelDataPlace,
  readFragments,
} from './frames';
import { HeaderRefusal, tagForPeople } from './header-limits';

type Elements = ReadonlyMap<string, RootElement>;

/** The first value of an attribute of plain ASCII or binary VR, as the JSON model has it. */
function firstValue(elements: Elements, tag: string, encoding: Encoding): DicomJsonValue | undefined {
  const root = elements.get(tag);
  const context = { encoding, pixelsSigned: false, charsetFor: () => 'ISO_IR 6', warn: () => undefined };
  return root && attributeOf(root, '', context)?.Value?.[0];
}

/** The Image Pixel module as far as it is needed to cut frames. What is not a sensible number counts as absent. */
export function imageShape(elements: Elements, encoding: Encoding): ImageShape {
  const number = (tag: string): number | null => {
    const value = firstValue(elements, tag, encoding);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  const photometric = firstValue(elements, 'x00280004', encoding);
  return {
    frames: Math.max(1, number('x00280008') ?? 1),
    rows: number('x00280010'),
    columns: number('x00280011'),
    samplesPerPixel: number('x00280002'),
    bitsAllocated: number('x00280100'),
    bitsStored: number('x00280101'),
    pixelRepresentation: number('x00280103'),
    planarConfiguration: number('x00280006'),
    photometricInterpretation: typeof photometric === 'string' ? photometric : null,
  };
}

/**
 * Finds the pixel data behind the header and makes sure that all of it is there.
 * @throws HeaderRefusal `truncated`: what was cut off must not pass for a complete image
 */
export function findPixelData(
  source: ByteSource,
  { stop, elements }: RootElements,
  image: ImageShape,
  deflated: boolean,
  warnings: Set<string>,
): PixelDataPlace | null {
  if (stop === undefined || stop.tag > 'x7fe00010') {
    if (image.rows && image.columns) warnings.add('pixel_data_absent');
    return null;
  }
  const place: PixelDataPlace = {
    tag: jsonTag(stop.tag),
    offset: stop.offset,
    length: stop.length ?? 0,
    encapsulated: stop.length === null,
    deflated,
    extendedOffsets: valueRange(elements.get('x7fe00001')),
    extendedLengths: valueRange(elements.get('x7fe00002')),
  };
  if (place.encapsulated) return { ...place, length: encapsulatedLength(source, place, image, warnings) };
  if (place.offset + place.length > source.size) {
    throw new HeaderRefusal(
      'truncated',
      `${tagForPeople(stop.tag)} is ${place.offset + place.length - source.size} bytes short`,
    );
  }
  const expected = bitsPerFrame(image);
  if (expected !== null && place.length * 8 < expected * image.frames)
    warnings.add('pixel_data_shorter_than_described');
  return place;
}

function valueRange(root: RootElement | undefined): ByteRange | null {
  return root ? { offset: root.base + root.element.dataOffset, length: root.element.length } : null;
}

function encapsulatedLength(
  source: ByteSource,
  place: PixelDataPlace,
  image: ImageShape,
  warnings: Set<string>,
): number {
  const found = readFragments(source, place.offset);
  if (found === null) throw new HeaderRefusal('too_many_elements', 'fragments of pixel data');
  const { fragments, ending, end } = found;
  const last = fragments.at(-1);
  if (ending === 'cut' || !last) throw new HeaderRefusal('truncated', 'the last fragment of the pixel data is cut off');
  if (ending === 'open') {
    // Some devices forget the final delimiter. Then only a code stream that ends properly proves that nothing is missing.
    if (fragments.length < image.frames || !endsCodeStream(source, last)) {
      throw new HeaderRefusal('truncated', 'the encapsulated pixel data has no end');
    }
    warnings.add('pixel_data_without_delimiter');
  }
  if (fragments.length < image.frames) warnings.add('pixel_data_shorter_than_described');
  return end - place.offset;
}
