/** What decides whether an image may leave without its patient; values as they stand in the file, without padding. */
export interface ImageFacts {
  readonly sopClassUid: string;
  /** (0028,0301) */
  readonly burnedIn: string;
  /** (0008,0064): set by whoever made an image out of a picture of one. */
  readonly conversionType: string;
  /** (0008,0008), value by value. */
  readonly imageType: readonly string[];
  /** An overlay lies in unused bits of the pixels themselves (60xx,0102; retired, still written). */
  readonly overlayInPixels: boolean;
  /** Uncompressed, and longer than what the image's size needs: nobody sees what stands behind it. */
  readonly pixelsBeyond: boolean;
}

export type ImageRefusal =
  | 'burned_in'
  | 'kind_unsure'
  | 'captured'
  | 'overlay_in_pixels'
  | 'pixels_beyond'
  | 'encoding'
  | 'header_too_large'
  | 'unreadable';

/** Why an image stays behind, as its reader is told. */
export const REFUSAL_TEXTS: Readonly<Record<ImageRefusal, string>> = {
  burned_in: '设备标明图像画面内烧录有文字',
  kind_unsure: '该类影像（二次采集、超声、视频、文档等）的画面内常有患者信息，无法确认',
  captured: '图像是屏幕截取或翻拍，画面内可能有患者信息',
  overlay_in_pixels: '像素数据中嵌有覆盖层，其中可能有文字',
  pixels_beyond: '像素数据长于图像尺寸，尾部可能有其他内容',
  encoding: '图像的编码方式不支持去标识',
  header_too_large: '图像文件头过大，无法去标识',
  unreadable: '图像文件无法完整解析',
};

/**
 * What a scanner computes, where devices put no text of their own into the pixels unless they say so. Everything else
 * (secondary capture, ultrasound, endoscopy, video, dose screens, documents) usually shows the name, and a "NO" in
 * Burned In Annotation is a device's default there and no knowledge.
 */
const KNOWN_CLASSES: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.1', // Computed Radiography
  '1.2.840.10008.5.1.4.1.1.1.1', // Digital X-Ray, for presentation
  '1.2.840.10008.5.1.4.1.1.1.1.1', // and for processing
  '1.2.840.10008.5.1.4.1.1.1.2', // Digital Mammography, for presentation
  '1.2.840.10008.5.1.4.1.1.1.2.1', // and for processing
  '1.2.840.10008.5.1.4.1.1.2', // CT
  '1.2.840.10008.5.1.4.1.1.2.1', // Enhanced CT
  '1.2.840.10008.5.1.4.1.1.4', // MR
  '1.2.840.10008.5.1.4.1.1.4.1', // Enhanced MR
]);

const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** JPEG, JPEG-LS, JPEG 2000 and RLE (PS3.5 A.4); not the video streams behind .100, which can carry sound and titles. */
const COMPRESSED = /^1\.2\.840\.10008\.1\.2\.(5|4\.(5[0-7]|70|8[01]|9[0-3]))$/;
/** Dose pages, screen savings and photographs that scanners file among their own images. */
const PICTURE_OF_A_SCREEN =
  /SCREEN[ _]?(SAVE|SHOT|CAP)|SNAPSHOT|CAPTURE|DOSE[ _]?(INFO|PAGE|RECORD)|(^|[^A-Z])PROT(OCOL)?($|[^A-Z])|REPORT|SUMMARY/;

/** Why the image stays behind; undefined when it may leave. */
export function imageRefusal(facts: ImageFacts): ImageRefusal | undefined {
  if (facts.burnedIn.toUpperCase() === 'YES') return 'burned_in';
  if (!KNOWN_CLASSES.has(facts.sopClassUid)) return 'kind_unsure';
  if (facts.conversionType !== '') return 'captured';
  if (facts.imageType.some((value) => PICTURE_OF_A_SCREEN.test(value.toUpperCase()))) return 'captured';
  if (facts.overlayInPixels) return 'overlay_in_pixels';
  return facts.pixelsBeyond ? 'pixels_beyond' : undefined;
}

/**
 * The transfer syntax of the rewritten file: implicit VR becomes explicit, whose pixels are the same bytes; compressed
 * ones stay. Undefined for what would have to be decoded first: big endian (retired), deflated, video.
 */
export function writtenSyntax(transferSyntaxUid: string): string | undefined {
  if (transferSyntaxUid === IMPLICIT_LITTLE_ENDIAN || transferSyntaxUid === EXPLICIT_LITTLE_ENDIAN)
    return EXPLICIT_LITTLE_ENDIAN;
  return COMPRESSED.test(transferSyntaxUid) ? transferSyntaxUid : undefined;
}
