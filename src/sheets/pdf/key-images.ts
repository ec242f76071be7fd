import { type Block, type Row, space, stack } from './flow';
import { printable } from './line-break.rules';
import { type KeyImage, type ReportDocument } from './report-document';
import { DATA_SIZE, type Item, type Measure, type PaperStyle, type Part, textWidth } from './sheet';
import { headingRow, textBlock } from './text-rows';

/** 关键图像: a row of pictures of one height in the middle of the sheet, each with its number and caption below it. */

const HEADING = '关键图像：';
const NOTE = '图像仅供参考，非诊断用图像';
const GUTTER = 10;
const LEADING = 1.3;
/** A picture that is narrower has its caption in this width, where the row has room; a single one has the whole line. */
const CAPTION_WIDTH = 12 * DATA_SIZE;
/** On paper nobody sees where a white or a black picture ends. */
const EDGE = 0.5;
/** Width to height of the frames of several pictures: what is longer or narrower (a scout, a strip of a spine) stands small in its own. */
const NARROWEST = 0.5;
const BROADEST = 1.6;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture's place in the row; `slot` is what it and its caption share. */
interface Place {
  readonly number: number;
  readonly image: KeyImage;
  readonly frame: { readonly x: number; readonly width: number };
  readonly slot: { readonly x: number; readonly width: number };
}

/**
 * Heading, pictures and remark, which no page parts; none where the report has no pictures. `most` is how large a picture
 * may be, in points. Captions are part of what is signed and printed whole.
 */
export function keyImageRows(
  images: ReportDocument['keyImages'],
  paper: PaperStyle,
  measure: Measure,
  { most, size, gap }: { most: Size; size: number; gap: number },
): Row[] {
  if (images.length === 0) return [];
  const line = {
    x: paper.side,
    width: textWidth(paper),
    size: DATA_SIZE,
    weight: 'regular',
    leading: LEADING,
  } as const;
  const height = rowHeight(images, most, paper);
  const places = placesOf(images, height, paper);
  const pictures = abreast(places.map((place) => figure(place, height, measure)));
  const captions = abreast(places.map((place) => caption(place, measure)));
  const note = textBlock(NOTE, { ...line, align: 'center' }, { role: 'P' }, measure);
  return [
    headingRow(HEADING, '', { ...line, size, gap }, measure),
    { ...stack([space(2), beneath(pictures, captions), space(3), note]), gap: 0, keep: false },
  ];
}

/** The height that all of them have: the most they may have, lower where they would be too broad side by side. */
function rowHeight(images: readonly KeyImage[], most: Size, paper: PaperStyle): number {
  const shapes = shapesOf(images);
  const room = textWidth(paper) - GUTTER * (images.length - 1);
  const abreast = room / shapes.reduce((sum, shape) => sum + shape, 0);
  return Math.min(most.height, abreast, most.width / Math.max(...shapes));
}

function placesOf(images: readonly KeyImage[], height: number, paper: PaperStyle): Place[] {
  const gutters = GUTTER * (images.length - 1);
  const frames = shapesOf(images).map((shape) => shape * height);
  const spare = textWidth(paper) - gutters - total(frames);
  const wished = images.length === 1 ? textWidth(paper) : CAPTION_WIDTH;
  const slots = frames.map((width) => Math.max(width, Math.min(wished, width + spare / images.length)));
  let x = paper.side + (textWidth(paper) - gutters - total(slots)) / 2;
  return images.map((image, i) => {
    const slot = { x, width: slots[i]! };
    x += slot.width + GUTTER;
    const width = frames[i]!;
    return { number: i + 1, image, slot, frame: { x: slot.x + (slot.width - width) / 2, width } };
  });
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

/**
 * Width to height of each picture's frame; one that cannot be shown has a square one. A picture that stands alone has its
 * own shape, for it takes nobody's room.
 */
function shapesOf(images: readonly KeyImage[]): number[] {
  return images.map(({ picture }) => {
    if ('missing' in picture) return 1;
    const shape = picture.width / picture.height;
    return images.length === 1 ? shape : Math.min(BROADEST, Math.max(NARROWEST, shape));
  });
}

/** 「图1 右肺上叶结节」 */
const captionOf = ({ number, image }: Place): string => `图${number} ${printable(image.caption ?? '')}`.trim();

function figure(place: Place, height: number, measure: Measure): Block {
  const { picture, caption: said } = place.image;
  if ('missing' in picture) return emptyFrame(picture.missing, place.frame, height, measure);
  const alt = `图${place.number}${said === null ? '' : `：${printable(said)}`}`;
  const part: Part = { role: 'Figure', alt };
  const { x, width } = fitted(picture, place.frame, height);
  const high = (width * picture.height) / picture.width;
  return {
    height,
    draw: (y): Item[] => [
      { kind: 'picture', bytes: picture.jpeg, x, y, width, height, part },
      { kind: 'box', x, y: y + (height - high) / 2, width, height: high, thickness: EDGE },
    ],
  };
}

/** Where the picture itself stands in its frame: in the middle of it, with what it is narrower on both sides. */
function fitted(picture: Size, frame: Place['frame'], height: number): { x: number; width: number } {
  const width = Math.min(frame.width, (height * picture.width) / picture.height);
  return { x: frame.x + (frame.width - width) / 2, width };
}

/** The frame of a picture that is not there, with the reason in the middle of it. */
function emptyFrame(reason: string, { x, width }: Place['frame'], height: number, measure: Measure): Block {
  const pad = DATA_SIZE / 2;
  const style = { x: x + pad, width: width - 2 * pad, size: DATA_SIZE, weight: 'regular', leading: LEADING } as const;
  const most = Math.max(1, Math.floor((height - pad) / (DATA_SIZE * LEADING)));
  const words = textBlock(reason, { ...style, align: 'center', most }, { role: 'P' }, measure);
  return {
    height,
    draw: (y) => [{ kind: 'box', x, y, width, height, thickness: 0.6 }, ...words.draw(y + (height - words.height) / 2)],
  };
}

function caption(place: Place, measure: Measure): Block {
  const style = { ...place.slot, size: DATA_SIZE, weight: 'regular', leading: LEADING, align: 'center' } as const;
  return textBlock(captionOf(place), style, { role: 'P' }, measure);
}

interface Abreast {
  height: number;
  blocks: readonly Block[];
}

const abreast = (blocks: readonly Block[]): Abreast => ({
  blocks,
  height: Math.max(...blocks.map(({ height }) => height)),
});

/** Two rows of blocks, one below the other; drawn column by column, so that each caption is read after its picture. */
function beneath(above: Abreast, below: Abreast): Block {
  return {
    height: above.height + 3 + below.height,
    draw: (top) =>
      above.blocks.flatMap((block, i) => [
        ...block.draw(top),
        ...(below.blocks[i]?.draw(top + above.height + 3) ?? []),
      ]),
  };
}
