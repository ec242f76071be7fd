declare module 'dicom-character-set' {
  /**
   * Decodes bytes of a data set with code extensions (PS3.5 §6.1.2.5). `specificCharacterSet` is the raw value of (0008,0005);
   * `vr` decides which delimiters reset the code elements. Throws on an unknown term or escape sequence.
   */
  export function convertBytes(specificCharacterSet: string, bytes: Uint8Array, options?: { vr?: string }): string;
}
