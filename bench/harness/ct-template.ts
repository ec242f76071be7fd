import { randomBytes } from 'node:crypto';
import { makeStudy } from '../../src/demo/synthetic';

const UID_DIGITS = 38;

/** A fresh UID of always the same length, so that it can be written over another one in place. */
export function freshUid(): string {
  const digits = BigInt(`0x${randomBytes(20).toString('hex')}`)
    .toString()
    .padStart(UID_DIGITS, '7');
  return `2.25.1${digits.slice(0, UID_DIGITS - 1)}`;
}

/**
 * One CT image of 512 × 512 × 16 bit as a Part 10 file whose UIDs are overwritten in place: a load client makes
 * hundreds of different instances a second from it at the price of a few copied bytes.
 */
export class CtTemplate {
  readonly bytes: Buffer;
  private readonly places: readonly { readonly uid: 'study' | 'series' | 'sop'; readonly at: number }[];

  constructor(patientName = '张三') {
    const study = freshUid();
    const [made] = makeStudy({
      seed: 'bench',
      modality: 'CT',
      bodyPart: 'CHEST',
      studyInstanceUid: study,
      accessionNumber: 'BENCH',
      patientId: 'P1',
      patientName,
      sex: 'M',
      charset: 'GB18030',
      slices: 1,
      startedAt: new Date('2026-03-02T01:00:00Z'),
      institution: '云溪卫生院',
      stationName: 'CT1',
      description: '胸部CT平扫',
      samePixels: true,
    });
    const { bytes, replaced } = padUids(made!.bytes, made!);
    this.bytes = bytes;
    this.places = replaced;
  }

  /** Turns the template into another instance and answers its bytes (the same buffer every time). */
  become(uids: { study: string; series: string; sop: string }): Buffer {
    for (const { uid, at } of this.places) this.bytes.write(uids[uid], at, 'latin1');
    return this.bytes;
  }
}

interface Made {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

/** Finds every place of the three UIDs; they are all of the template's fixed length. */
function padUids(
  bytes: Buffer,
  made: Made,
): { bytes: Buffer; replaced: { uid: 'study' | 'series' | 'sop'; at: number }[] } {
  const replaced: { uid: 'study' | 'series' | 'sop'; at: number }[] = [];
  for (const [uid, text] of [
    ['study', made.studyInstanceUid],
    ['series', made.seriesInstanceUid],
    ['sop', made.sopInstanceUid],
  ] as const) {
    if (text.length !== freshUid().length)
      throw new Error(`the ${uid} UID has ${text.length} characters, the bench writes ${freshUid().length}`);
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) replaced.push({ uid, at });
  }
  return { bytes, replaced };
}
