import { Injectable } from '@nestjs/common';
import type { Exam } from '../../exams';
import { type Ctx, visibleClinics } from '../../platform/context';
import { Db, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { ReportKind } from '../../reporting';
import type { BoxInput } from '../collaboration.dto';
import type { Referral } from '../collaboration.entities';
import { among, byId, idAfter } from '../keyset';
import { OPEN_REFERRAL, REFERRAL_STATE_NAMES, type ReferralState, UNFINISHED_REFERRAL } from './referral.state';
import { Referrals } from './referrals';

/** A referral as both sides see it: the patient goes, so nothing of him is hidden from where he goes to. */
export interface ReferralView {
  readonly referralId: string;
  readonly state: ReferralState;
  readonly stateName: string;
  readonly urgency: Referral['urgency'];
  readonly reason: string;
  readonly examId: string;
  readonly accessionNumber: string | null;
  readonly clinicName: string;
  readonly patient: Pick<Exam, 'sex'> & {
    readonly name: string;
    readonly age: number | null;
    readonly ageUnit: Exam['age_unit'];
  };
  readonly phone: string | null;
  readonly modality: string | null;
  readonly itemName: string | null;
  /** The version it was made with; `newest` is a later one that has come since, if there is one. */
  readonly report: {
    readonly versionId: string;
    readonly number: number;
    /**
     * null once the report is void or this version was recalled: nobody is to go by it any more. To the clinic also as
     * long as none of its people has opened the version: a referral is no way round the report and its first look.
     */
    readonly impression: string | null;
    readonly voided: boolean;
    readonly recalled: boolean;
    readonly newest: { readonly versionId: string; readonly number: number } | null;
  };
  /** The images as they were then. */
  readonly studies: readonly { readonly studyInstanceUid: string }[];
  readonly toHospital: { readonly hospitalId: string; readonly name: string };
  readonly requestedBy: string;
  readonly requestedSide: Referral['requested_side'];
  readonly requestedAt: Date;
  readonly acceptedBy: string | null;
  readonly acceptedAt: Date | null;
  readonly arrangement: string | null;
  readonly arrivedAt: Date | null;
  readonly answer: { readonly text: string; readonly by: string; readonly at: Date } | null;
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
}

type Row = Referral &
  Pick<
    Exam,
    'accession_number' | 'patient_name' | 'sex' | 'age_value' | 'age_unit' | 'phone' | 'modality' | 'item_name'
  > & {
    readonly clinic_name: string;
    readonly hospital_name: string;
    readonly impression: string;
    readonly newest_id: string;
    readonly newest_number: number;
    readonly newest_kind: ReportKind;
    readonly recalled: boolean;
    /** Whether a person of the sending clinic has opened the version. */
    readonly opened: boolean;
  };

/** Referrals with what is shown of the exam beside them; `r` is the page, so that the names are looked up for it alone. */
const withNames = (page: string): string => `
  SELECT r.*, e.accession_number, e.patient_name, e.sex, e.age_value, e.age_unit, e.phone, e.modality, e.item_name,
    k.name AS clinic_name, h.name AS hospital_name, v.impression, newest.id AS newest_id, newest.number AS newest_number,
    newest.kind AS newest_kind,
    EXISTS (SELECT 1 FROM report_recall c WHERE c.county_id = $1 AND c.version_id = r.report_version_id) AS recalled,
    EXISTS (SELECT 1 FROM report_sighting s WHERE s.county_id = $1 AND s.version_id = r.report_version_id
      AND s.clinic_id = r.clinic_id AND s.person_id IS NOT NULL) AS opened
  FROM (${page}) r JOIN exam e ON e.id = r.exam_id JOIN clinic k ON k.id = r.clinic_id JOIN hospital h ON h.id = r.to_hospital_id
  JOIN report_version v ON v.id = r.report_version_id
  JOIN LATERAL (SELECT n.id, n.number, n.kind FROM report_version n WHERE n.county_id = $1 AND n.exam_id = r.exam_id
    ORDER BY n.number DESC LIMIT 1) newest ON true ORDER BY r.id DESC`;

/** Patients sent: of a clinic, those of its exams, whoever referred them; of a reader, those he referred himself. */
const BOXES = { in: 'r.to_hospital_id', clinic: 'r.clinic_id', reader: 'r.requested_by' } as const;

/** A page of a box: $2 whose, $3 states or null, $4 id of the last line or null, $5 limit. Exported for the plan test. */
export const referralBox = (box: keyof typeof BOXES, sites: number): string =>
  withNames(`SELECT r.* FROM referral r WHERE r.county_id = $1 AND ${BOXES[box]} ${among(sites)} AND ($3::text[] IS NULL OR r.state = ANY($3))
    AND ($4::uuid IS NULL OR r.id < $4) ORDER BY r.id DESC LIMIT $5`);

@Injectable()
export class ReferralsQueries {
  constructor(
    private readonly db: Db,
    private readonly referrals: Referrals,
  ) {}

  /** What came in to the caller's hospitals, or what he or his clinics sent; newest first. */
  async box(ctx: Ctx, { box, open, cursor, limit }: BoxInput): Promise<Page<ReferralView>> {
    const states = open ? (box === 'in' ? OPEN_REFERRAL : UNFINISHED_REFERRAL) : null;
    const { actor } = ctx;
    const which = box === 'in' ? 'in' : actor.clinicIds.length > 0 ? 'clinic' : 'reader';
    const whose = { in: actor.hospitalIds, clinic: actor.clinicIds, reader: [actor.id] }[which];
    const params = [ctx.countyId, whose, states, idAfter(cursor), limit + 1];
    const rows = await this.db.read(ctx, (tx) => tx.rows<Row>(referralBox(which, whose.length), params));
    return pageOf(rows, limit, shownTo(ctx), byId);
  }

  /** One referral that the caller has to do with. Throws `not_found`. */
  async one(ctx: Ctx, id: string): Promise<ReferralView> {
    return this.db.read(ctx, async (tx) => {
      await this.referrals.find(tx, id, ['hospital', 'sender']);
      return this.view(tx, id);
    });
  }

  /** The same in the caller's transaction, for who has been let in already. */
  async view(tx: Tx, id: string): Promise<ReferralView> {
    const row = await tx.row<Row>(withNames('SELECT r.* FROM referral r WHERE r.county_id = $1 AND r.id = $2'), [
      tx.ctx.countyId,
      id,
    ]);
    if (!row) throw new DomainError(commonErrors.not_found);
    return shownTo(tx.ctx)(row);
  }
}

const shownTo =
  (ctx: Ctx) =>
  (row: Row): ReferralView =>
    referralView(row, visibleClinics(ctx) === null || row.opened);

function referralView(row: Row, mayRead: boolean): ReferralView {
  const { answer: text, answered_by_name: by, answered_at: at } = row;
  const voided = row.newest_kind === 'void';
  return {
    referralId: row.id,
    state: row.state,
    stateName: REFERRAL_STATE_NAMES[row.state],
    urgency: row.urgency,
    reason: row.reason,
    examId: row.exam_id,
    accessionNumber: row.accession_number,
    clinicName: row.clinic_name,
    patient: { name: row.patient_name, sex: row.sex, age: row.age_value, ageUnit: row.age_unit },
    phone: row.phone,
    modality: row.modality,
    itemName: row.item_name,
    report: {
      versionId: row.report_version_id,
      number: row.version_number,
      impression: voided || row.recalled || !mayRead ? null : row.impression,
      voided,
      recalled: row.recalled,
      newest: row.newest_number > row.version_number ? { versionId: row.newest_id, number: row.newest_number } : null,
    },
    studies: row.study_uids.map((studyInstanceUid) => ({ studyInstanceUid })),
    toHospital: { hospitalId: row.to_hospital_id, name: row.hospital_name },
    requestedBy: row.requested_by_name,
    requestedSide: row.requested_side,
    requestedAt: row.requested_at,
    acceptedBy: row.accepted_by_name,
    acceptedAt: row.accepted_at,
    arrangement: row.arrangement,
    arrivedAt: row.arrived_at,
    answer: text !== null && by !== null && at ? { text, by, at } : null,
    endedBy: row.ended_by_name,
    endedAt: row.ended_at,
    endReason: row.end_reason,
  };
}
