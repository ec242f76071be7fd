import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { makeStudy, type MadeInstance, type StudyOrder } from '../../src/demo/synthetic';
import type * as Images from '../../src/images';
import type * as PicturesSlice from '../../src/pictures';
import type * as Blob from '../../src/platform/blob';
import type * as Config from '../../src/platform/config';
import type { KeyImage } from '../../src/sheets/pdf';

/** As sheets have them (src/sheets/sheet-key-images.ts). */
const MOST_PIXELS = 700;
const COUNTY = '0190c000-0000-7000-8000-000000000001';
const CLINIC = '0190c000-0000-7000-8000-000000000002';
/** Pixels across; a chest film is a fifth higher: 2,083 × 2,502. */
const FILM_WIDTH = 2_083;

/** The built product and its threads are measured. */
const built = createRequire(__filename);
const { HeaderReader } = built(resolve('dist/images')) as typeof Images;
const { Pictures } = built(resolve('dist/pictures')) as typeof PicturesSlice;
const { blobKey, DiskBlobStore } = built(resolve('dist/platform/blob')) as typeof Blob;
const { loadConfig } = built(resolve('dist/platform/config')) as typeof Config;

const ORDER: Omit<StudyOrder, 'modality' | 'slices'> = {
  seed: 'bench',
  bodyPart: 'CHEST',
  accessionNumber: 'BENCH',
  patientId: 'P1',
  patientName: '张三',
  sex: 'M',
  charset: 'GB18030',
  startedAt: new Date('2026-03-02T01:00:00Z'),
  institution: '云溪卫生院',
  stationName: 'CT1',
  description: '胸部平扫',
};

/** Two CT slices of 512 × 512 and a film, 16 bits uncompressed as most devices send them, in a blob store on disk. */
export class StoredKeyImages {
  private constructor(
    private readonly folder: string,
    private readonly reader: Images.HeaderReader,
    private readonly pictures: PicturesSlice.Pictures,
    private readonly hashes: readonly string[],
  ) {}

  static async make(): Promise<StoredKeyImages> {
    const folder = mkdtempSync(join(tmpdir(), 'cic-bench-sheet-'));
    const store = await DiskBlobStore.at(folder);
    const made: MadeInstance[] = [
      ...makeStudy({ ...ORDER, modality: 'CT', slices: 2 }),
      ...makeStudy({ ...ORDER, modality: 'DX', slices: 1, width: FILM_WIDTH, views: ['PA'] }),
    ];
    const hashes: string[] = [];
    for (const { bytes } of made) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const received = await store.receive(Readable.from([bytes], { objectMode: false }), { maxBytes: bytes.length });
      await store.commit(received, blobKey(COUNTY, CLINIC, sha256));
      hashes.push(sha256);
    }
    const reader = new HeaderReader(loadConfig({}));
    return new StoredKeyImages(folder, reader, new Pictures(store, reader), hashes);
  }

  /** Pictures in a window that no sheet before had, so that none of them lies in memory. */
  async inWindow(center: number): Promise<KeyImage[]> {
    const images: KeyImage[] = [];
    for (const sha256 of this.hashes) {
      const frame = { countyId: COUNTY, clinicId: CLINIC, sha256, frame: 1, window: { center, width: 1_500 } };
      const picture = await this.pictures.jpeg(frame, { maxEdge: MOST_PIXELS });
      if (!picture.ok) throw new Error(`a stored image cannot be shown: ${picture.code}`);
      images.push({ caption: null, picture });
    }
    return images;
  }

  async close(): Promise<void> {
    await this.pictures.onApplicationShutdown();
    await this.reader.onApplicationShutdown();
    rmSync(this.folder, { recursive: true });
  }
}
