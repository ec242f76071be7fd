import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError, type ErrorParams } from '../../platform/errors';
import { type KeyImage, MOST_KEY_IMAGES } from '../key-images/key-image';
import { KeyImages } from '../key-images/key-images';
import { takesPlaceOf } from '../report.state';
import type { ReportVersion } from '../reporting.entities';
import type { ReportAmendment } from './revisions.entities';
import { requireSomethingNew, type Stands, withAddenda } from './amendment.rules';

/** A version with what has become of it. */
export type StandingVersion = ReportVersion & { readonly recalled: boolean };

/** The versions of an exam that is locked by the caller. */
@Injectable()
export class StandingVersions {
  constructor(private readonly marks: KeyImages) {}

  /** The newest version, whatever its kind. Throws `not_found` when there is none. */
  async latest(tx: Tx, examId: string): Promise<StandingVersion> {
    const [latest] = await this.newestFirst(tx, examId);
    if (!latest) throw new DomainError(commonErrors.not_found);
    return latest;
  }

  /** The newest version that says something itself and has not been called back: what an amendment is compared with. */
  async base(tx: Tx, examId: string): Promise<StandingVersion | undefined> {
    const versions = await this.newestFirst(tx, examId);
    return versions.find(({ kind, recalled }) => kind !== 'addendum' && kind !== 'void' && !recalled);
  }

  /**
   * Whether this person signed what stands: its text, or an addendum to it. Who confirmed a name has signed no finding, and the
   * text is its signer's after that as before.
   */
  async isSigner(tx: Tx, examId: string, personId: string): Promise<boolean> {
    const versions = (await this.newestFirst(tx, examId)).filter(({ kind }) => kind !== 'demographics');
    const base = versions.find(({ kind, recalled }) => kind !== 'addendum' && kind !== 'void' && !recalled);
    return [base, versions[0]].some((version) => version?.reviewer_id === personId);
  }

  /** What is in force with its addenda taken in: what a correction begins with and has to differ from. */
  async whole(tx: Tx, examId: string): Promise<Stands> {
    const base = await this.base(tx, examId);
    const text = base && withAddenda(base, await this.addenda(tx, examId));
    return { text, keyImages: await this.keyImages(tx, examId) };
  }

  /** Throws `addendum_empty`, `amendment_unchanged` where the amendment would say and show what stands already. */
  async requireSomethingNew(tx: Tx, amendment: ReportAmendment, present: ErrorParams): Promise<void> {
    const examId = amendment.exam_id;
    requireSomethingNew(amendment, await this.marks.marked(tx, examId), await this.whole(tx, examId), present);
  }

  /** The addenda in force, oldest first. */
  async addenda(tx: Tx, examId: string): Promise<StandingVersion[]> {
    const versions = await this.newestFirst(tx, examId);
    const taken = versions.findIndex(({ kind, recalled }) => !recalled && takesPlaceOf(kind, 'addendum'));
    return versions
      .slice(0, taken === -1 ? versions.length : taken)
      .filter(({ kind }) => kind === 'addendum')
      .reverse();
  }

  /** 关键图像 of what stands, with those that its addenda have added; no more than one sheet takes. */
  async keyImages(tx: Tx, examId: string): Promise<readonly KeyImage[]> {
    const versions = [await this.base(tx, examId), ...(await this.addenda(tx, examId))];
    return versions.flatMap((version) => version?.key_images ?? []).slice(0, MOST_KEY_IMAGES);
  }

  private newestFirst(tx: Tx, examId: string): Promise<StandingVersion[]> {
    return tx.rows<StandingVersion>(
      `SELECT v.*, EXISTS (SELECT 1 FROM report_recall r WHERE r.version_id = v.id) AS recalled
       FROM report_version v WHERE v.county_id = $1 AND v.exam_id = $2 ORDER BY v.number DESC`,
      [tx.ctx.countyId, examId],
    );
  }
}
