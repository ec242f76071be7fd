import { Injectable } from '@nestjs/common';
import { Commands } from '../../audit';
import { Clock, localDate } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { Claims, Readings } from '../../worklist';
import { Proofreading } from '../writing/proofreading';
import type { SignerSeen } from '../reporting.dto';
import { reportingErrors } from '../reporting.errors';
import { Signatories } from '../signing/signatories';
import { requireCurrent } from '../signing/current-text';
import { requireFinished, requireLicence } from '../signing/signing.rules';
import { RepeatedSigning, type Signed } from '../signing/repeated-signing';
import { Subjects } from '../signing/subjects';
import { SubmissionsService } from '../writing/submissions.service';
import { Annexes } from '../annexes/annexes';
import { Versions } from '../signing/versions';
import { PreliminaryPolicies } from './preliminary-policy.service';

/** 临时报告: the one doctor on duty sends out what he sees; two of them follow with the formal report. */
@Injectable()
export class PreliminaryService {
  constructor(
    private readonly commands: Commands,
    private readonly claims: Claims,
    private readonly readings: Readings,
    private readonly submissions: SubmissionsService,
    private readonly proofreading: Proofreading,
    private readonly subjects: Subjects,
    private readonly signatories: Signatories,
    private readonly annexes: Annexes,
    private readonly repeated: RepeatedSigning,
    private readonly versions: Versions,
    private readonly policies: PreliminaryPolicies,
    private readonly clock: Clock,
  ) {}

  /**
   * CLAIMED → PRELIM_ISSUED: the holder's draft becomes a version that says 以正式报告为准, and waits for another
   * doctor's review. Sent once more, it answers what it has answered. Throws `stale_fence`, `stale_version`,
   * `stale_image_set`, `text_outdated`, `stale_annexes`,
   * `exam_state_conflict`, `report_empty`, `report_unfinished`, `lint_errors`, `licence_invalid`, `exam_data_missing`,
   * `identity_on_hold`, `images_incomplete`, `kind_not_allowed`, and `preliminary_never` or `preliminary_not_on_call` where the county wants
   * two doctors first.
   */
  async issue(ctx: Ctx, examId: string, { annexes, ...seen }: SignerSeen): Promise<Signed> {
    return this.commands.run(ctx, 'report.preliminary', examId, async (tx) => {
      const begun = await this.repeated.unlessDone(tx, examId, { ...seen, annexes }, () =>
        this.claims.require(tx, examId, { fence: seen.fence, stage: 'write' }),
      );
      if ('done' in begun) return begun.done;
      const item = begun.held;
      const { draft, present } = await this.submissions.requireSeen(tx, item, seen);
      const ground = await this.policies.require(tx, item, present);
      if (!draft) throw new DomainError(reportingErrors.report_empty, present);
      await requireCurrent(tx, examId, draft, present);
      await this.annexes.requireSeen(tx, examId, { annexes, since: item.claimed_at }, present);
      requireFinished(draft, present);
      const lint = await this.proofreading.requireClean(tx, examId, draft, present);
      const [writer] = await this.signatories.read(tx, { personId: ctx.actor.id, hospitalId: item.holder_hospital_id });
      requireLicence(writer, '提交', localDate(this.clock.now()), present);
      const latest = await this.versions.before(tx, examId, 'preliminary', present);
      const subject = await this.subjects.of(tx, examId, present);
      const after = await this.readings.preliminary(tx, item, ground);
      const submittedAt = after.submitted_at ?? this.clock.now();
      await this.submissions.end(tx, examId, 'lapsed');
      const by = { imageSet: item.image_set, hospitalId: item.holder_hospital_id, submittedAt };
      // It stays open: what the reviewer signs is what was handed to him with the preliminary report.
      const id = await this.submissions.keep(tx, draft, by);
      const version = await this.versions.issue(tx, {
        versionId: newId(),
        kind: 'preliminary',
        item,
        subject,
        text: draft,
        submission: { id, submitted_at: submittedAt },
        singleSign: true,
        writer,
        reviewer: writer,
        latest,
        signedAt: submittedAt,
      });
      return { examId, state: after.state, lint, ...version };
    });
  }
}
