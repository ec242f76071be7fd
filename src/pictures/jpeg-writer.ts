import { createRequire } from 'node:module';
import type sharp from 'sharp';
import type { Painted } from './paint';
import type { PictureSize } from './proportions.rules';

type Sharp = typeof sharp;
const load = createRequire(__filename);
let loaded: Sharp | undefined;

/** Loaded with the first picture: it takes 19 MiB, which a process that paints none has no use for. */
const drawing = (): Sharp => (loaded ??= prepared(load('sharp') as Sharp));

/** Pictures are of all sizes and never come twice: a cache would only hold memory. One core is left to the requests. */
function prepared(draw: Sharp): Sharp {
  draw.cache(false);
  draw.concurrency(1);
  return draw;
}

const QUALITY = 88;

/**
 * Resizes and compresses pixels that our own thread has painted; never foreign bytes. The work is done on libuv's threads.
 * Colour keeps its full resolution: thin coloured lines and letters are all the colour an ultrasound picture has.
 */
export function writtenJpeg(
  { pixels, channels, columns, rows }: Painted,
  { width, height }: PictureSize,
): Promise<Buffer> {
  const picture = drawing()(pixels, { raw: { width: columns, height: rows, channels } });
  const sized = width === columns && height === rows ? picture : picture.resize(width, height, { fit: 'fill' });
  return sized
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4', optimiseCoding: true })
    .toBuffer();
}
