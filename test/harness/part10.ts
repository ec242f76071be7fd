import type { DataSet } from 'dicom-parser';
import { parseDicom } from 'dicom-parser';
import type { Keyword } from '../../src/demo/synthetic';
import { tagOf } from '../../src/demo/synthetic';

interface CharacterSetLibrary {
  convertBytes: (charset: string | undefined, bytes: Uint8Array, o: { vr: string }) => string;
}

/** Decodes text by a Specific Character Set value; a third-party library, so that our encoder has an independent judge. */
export const { convertBytes: decodeText } = jest.requireActual<CharacterSetLibrary>('dicom-character-set');

export interface ReadFile {
  dataSet: DataSet;
  /** A value without its padding, undefined when the element is missing. `charset` overrides the file's own label. */
  text(keyword: Keyword, charset?: string): string | undefined;
  /** The bytes of a value as they are in the file. */
  raw(keyword: Keyword): Buffer | undefined;
}

const key = (tag: number): string => `x${tag.toString(16).padStart(8, '0')}`;

/** Reads a Part 10 file back with dicom-parser. */
export function readPart10(bytes: Buffer): ReadFile {
  const dataSet = parseDicom(bytes);
  const raw = (keyword: Keyword): Buffer | undefined => {
    const found = dataSet.elements[key(tagOf(keyword))];
    return found && bytes.subarray(found.dataOffset, found.dataOffset + found.length);
  };
  const label = dataSet.string('x00080005');
  return {
    dataSet,
    raw,
    text: (keyword, charset = label) => {
      const value = raw(keyword);
      const vr = keyword.endsWith('Name') ? 'PN' : 'LO';
      return value && decodeText(charset, value, { vr }).replace(/[ \0]+$/, '');
    },
  };
}
