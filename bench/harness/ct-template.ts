import { randomBytes } from 'node:crypto';
import { makeStudy } from '../../src/demo/synthetic';

/** As long as a UID may be (PS3.5 §9.1): it is cut to the length of the one it takes the place of. */
const UID_LENGTH = 64;

/** A fresh UID. */
export function freshUid(): string {
  const digits = BigInt(`0x1${randomBytes(32).toString('hex')}`).toString();
  return `2.25.${digits}`.slice(0, UID_LENGTH);
}

/**
 * One CT image of 512 × 512 × 16 bit as a Part 10 file whose UIDs are overwritten in place: a load client makes
 * hundreds of different instances a second from it at the price of a few copied bytes.
 */
export class CtTemplate {
  private constructor(
    private readonly bytes: Buffer,
    private readonly places: readonly Place[],
  ) {}

  static make(patientName = '张三'): CtTemplate {
    const [made] = makeStudy({
      seed: 'bench',
      modality: 'CT',
      bodyPart: 'CHEST',
      studyInstanceUid: freshUid(),
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
    return new CtTemplate(made!.bytes, placesOf(made!.bytes, made!));
  }

  /** Another one with bytes of its own; its UIDs are as long, so that two copies cut a study's UID alike. */
  copy(): CtTemplate {
    return new CtTemplate(Buffer.from(this.bytes), this.places);
  }

  /** Turns the template into another instance and answers its bytes (the same buffer every time). */
  become(uids: { study: string; series: string; sop: string }): Buffer {
    for (const { uid, at, length } of this.places) this.bytes.write(uids[uid], at, length, 'latin1');
    return this.bytes;
  }
}

interface Place {
  readonly uid: 'study' | 'series' | 'sop';
  readonly at: number;
  readonly length: number;
}

interface Made {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

/** Every place of the three UIDs. */
function placesOf(bytes: Buffer, made: Made): Place[] {
  const places: Place[] = [];
  for (const [uid, text] of [
    ['study', made.studyInstanceUid],
    ['series', made.seriesInstanceUid],
    ['sop', made.sopInstanceUid],
  ] as const) {
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1))
      places.push({ uid, at, length: text.length });
  }
  return places;
}
