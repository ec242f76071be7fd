import type { BodyPart } from './body-parts';
import type { DicomElement } from './dictionary';
import type { TransferSyntax } from './part10-writer';
import type { Finding, View } from './phantom';
import type { Charset } from './text-encoding';

/** What to make. Text is written as given: `张三` (a console without pinyin) or `Zhang^San=张^三` (PS3.5 6.2.1). */
export interface StudyOrder {
  /** Decides every UID that is not given, and every pixel. */
  seed: string | number;
  modality: 'CT' | 'DX' | 'CR';
  bodyPart: BodyPart;
  /** Side of a paired part: L, R or B (both). */
  laterality?: 'L' | 'R' | 'B';
  studyInstanceUid?: string;
  accessionNumber: string;
  patientId: string;
  patientName: string;
  sex: 'M' | 'F' | 'O';
  /** YYYY-MM-DD */
  birthDate?: string;
  /** Age String, e.g. `045Y`, `003M` (PS3.5 6.2). */
  age?: string;
  charset: Charset;
  /** Images in all; for films, one per view, the views being repeated when there are more images than views. */
  slices: number;
  /** CT only: reconstructions that share the scan, e.g. soft tissue and lung; 1 unless said otherwise. */
  series?: number;
  /** Films only; the usual ones of the body part unless given. */
  views?: readonly View[];
  /** Films only: pixels across, 1,024 unless said otherwise; 2,544 is the detector's full resolution. */
  width?: number;
  finding?: Finding;
  /** First exposure. */
  startedAt: Date;
  /** Of the console's wall clock; China's unless said otherwise. */
  utcOffsetMinutes?: number;
  institution: string;
  stationName: string;
  /** Exam item as the console shows it. */
  description: string;
  referringPhysician?: string;
  operator?: string;
  transferSyntax?: TransferSyntax;
  /** CT only: all slices get the pixels of the middle one. For load tests, which must not wait for the drawing (5 ms each). */
  samePixels?: boolean;
  /** Other pixels under the same UIDs, for "same SOP Instance UID, other bytes". */
  pixelSeed?: string | number;
  /** Added to every instance; an element with the same tag replaces ours. */
  extra?: readonly DicomElement[];
  /** Tags left out of every instance (see `tagOf`), for incomplete headers. */
  omit?: readonly number[];
}

export interface MadeInstance {
  sopClassUid: string;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  studyInstanceUid: string;
  /** The whole Part 10 file. */
  bytes: Buffer;
}

/** An instance before it is written: what its modality knows about it. */
export interface DraftInstance {
  sopClassUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  elements: readonly DicomElement[];
}
