/** What one row of a sheet takes. */
export const MOST_KEY_IMAGES = 4;

/**
 * 关键图像 as it is marked, signed and printed. A type, so that it is Json. `sha256` says which file's pixels it shows,
 * whatever is sent later under the same UID.
 */
export type KeyImage = {
  readonly sopInstanceUid: string;
  readonly sha256: string;
  /** From 1. */
  readonly frame: number;
  /** 窗位 and 窗宽 as the doctor had them, in the values after the modality LUT (PS3.3 C.11.2); null: as the file says. */
  readonly window: { readonly center: number; readonly width: number } | null;
  /** What the doctor says of it; null: nothing. */
  readonly caption: string | null;
};
