import { jpegFault, jpegSize } from './jpeg.rules';
import type { Size } from './picture-size';
import { plainPng, pngFault, pngSize } from './png.rules';

/** What a picture of a handwritten signature must be. Pure. */

export type PictureType = 'image/png' | 'image/jpeg';

export const MAX_PICTURE_BYTES = 200 * 1024;
/** A signature is broader than high; what is smaller prints as blots, what is larger is a photo and no signature. */
export const PICTURE_LIMITS = { minWidth: 60, minHeight: 20, maxWidth: 1_600, maxHeight: 800 } as const;

/** - `type`: neither of the two, whatever its name says - `form`: of a kind that sheets cannot carry - `damaged` - `size` */
export type PictureFault = 'type' | 'form' | 'damaged' | 'size';

export type Judged = ({ readonly type: PictureType } & Size) | { readonly fault: PictureFault };

const MAGIC: readonly (readonly [PictureType, Buffer])[] = [
  ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff])],
];
const READERS = {
  'image/png': { size: pngSize, fault: pngFault },
  'image/jpeg': { size: jpegSize, fault: jpegFault },
} as const;

/** What a picture is by its first bytes; undefined for everything that is none. */
export const pictureType = (bytes: Buffer): PictureType | undefined =>
  MAGIC.find(([, magic]) => bytes.subarray(0, magic.length).equals(magic))?.[0];

/**
 * Looks at a picture from its first byte to its last: every sample of a PNG is inflated, every coefficient of a JPEG
 * decoded, so that what is taken in can be printed. Its size is looked at first: a bomb is never unpacked.
 */
export function judgePicture(bytes: Buffer): Judged {
  const type = pictureType(bytes);
  if (!type) return { fault: 'type' };
  const size = READERS[type].size(bytes);
  if (size === null) return { fault: 'damaged' };
  if (!withinLimits(size)) return { fault: 'size' };
  const fault = READERS[type].fault(bytes);
  return fault === null ? { type, ...size } : { fault };
}

/**
 * What is kept of a picture that was judged without fault, never more bytes than came: of a PNG what is printed, a JPEG
 * as it is.
 */
export const plainPicture = (bytes: Buffer): Buffer => (pictureType(bytes) === 'image/png' ? plainPng(bytes) : bytes);

function withinLimits({ width, height }: Size): boolean {
  const { minWidth, minHeight, maxWidth, maxHeight } = PICTURE_LIMITS;
  return width >= minWidth && width <= maxWidth && height >= minHeight && height <= maxHeight;
}
