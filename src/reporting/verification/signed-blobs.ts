import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE } from '../../images';
import { blobKey, type BlobStore } from '../../platform/blob';
import type { Evidence, Fault } from './verification.rules';

type Found = 'sound' | 'missing' | 'changed';

/** The files that versions speak of: their images and handwriting as they were signed, their archived sheets. */
@Injectable()
export class SignedBlobs {
  constructor(@Inject(BLOB_STORE) private readonly blobs: BlobStore) {}

  /** A look at the files behind versions, each hashed once however many versions speak of it. */
  look(): (evidence: Evidence) => Promise<Fault[]> {
    const known = new Map<string, Promise<Found>>();
    const ask = ({ county_id }: Evidence, owner: string, sha256: string | null): Promise<Found> => {
      if (sha256 === null) return Promise.resolve('sound');
      const key = `${county_id}/${owner}/${sha256}`;
      const found = known.get(key) ?? this.find(county_id, owner, sha256);
      known.set(key, found);
      return found;
    };
    return async (evidence) => {
      const faults = new Set<Fault>();
      for (const sha256 of evidence.sha256s ?? []) {
        const found = await ask(evidence, evidence.clinic_id, sha256);
        if (found !== 'sound') faults.add(`image_${found}`);
      }
      const sheet = await ask(evidence, evidence.clinic_id, evidence.pdf_sha256);
      if (sheet !== 'sound') faults.add(`sheet_${sheet}`);
      for (const [person, sha256] of handwritingOf(evidence)) {
        const found = await ask(evidence, person, sha256);
        if (found !== 'sound') faults.add(`handwriting_${found}`);
      }
      return [...faults];
    };
  }

  private async find(countyId: string, owner: string, sha256: string): Promise<Found> {
    const key = blobKey(countyId, owner, sha256);
    if (!(await this.blobs.stat(key))) return 'missing';
    const hash = createHash('sha256');
    await pipeline(await this.blobs.open(key), hash);
    return hash.digest('hex') === sha256 ? 'sound' : 'changed';
  }
}

const handwritingOf = (evidence: Evidence): readonly (readonly [person: string, sha256: string | null])[] => [
  [evidence.writer_id, evidence.writer_handwriting_sha256],
  [evidence.reviewer_id, evidence.reviewer_handwriting_sha256],
];
