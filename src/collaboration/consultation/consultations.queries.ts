import { Injectable } from '@nestjs/common';
import { Exams, type Priority } from '../../exams';
import type { Ctx } from '../../platform/context';
import { Db, type Page, pageOf, type Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { BoxInput } from '../collaboration.dto';
import type { Consultation, FormerOpinion } from '../collaboration.entities';
import { among, byId, idAfter } from '../keyset';
import { consultSubject, type ConsultSubject } from './consult-subject.rules';
import {
  type CoSignature,
  coSignatureOf,
  CONSULTATION_STATE_NAMES,
  type ConsultationState,
  OPEN_CONSULTATION,
  UNFINISHED_CONSULTATION,
} from './consultation.state';
import { type Chair, Consultations } from './consultations';

/** A line of an inbox: enough to choose by, and nothing of a patient who is hidden from this chair. */
export interface ConsultationLine {
  readonly consultationId: string;
  readonly state: ConsultationState;
  readonly stateName: string;
  readonly access: Consultation['access'];
  readonly deidentified: boolean;
  readonly question: string;
  readonly asker: { readonly name: string; readonly hospital: string };
  readonly to: { readonly hospitalId: string; readonly hospital: string };
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly acceptedBy: string | null;
  readonly acceptedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  /** Words of a person, in which the patient may be named: null for the asked hospital of a de-identified one. */
  readonly endReason: string | null;
  readonly exam: {
    readonly examId: string | null;
    readonly accessionNumber: string | null;
    readonly patientName: string | null;
    readonly modality: string | null;
    readonly bodyPart: string | null;
    readonly priority: Priority;
  };
}

export interface ConsultationView extends ConsultationLine {
  readonly opinion: {
    readonly text: string;
    readonly sha256: string;
    readonly by: string;
    readonly title: string;
    readonly at: Date;
    readonly coSignature: CoSignature;
    /** When its author confirmed this very text; null for a word of advice, and when the text was changed since. */
    readonly coSignedAt: Date | null;
    readonly takenOver: boolean | null;
    /** What it said before it was changed, oldest first. */
    readonly former: readonly FormerOpinion[];
  } | null;
  /** null for the asked hospital once the consultation is over. */
  readonly subject: ConsultSubject | null;
  /** Whether the files can be fetched by way of the consultation; of a de-identified one, without the patient in them. */
  readonly images: boolean;
  /** It is in doubt whose images these are (身份存疑): until that is settled none is handed out. */
  readonly identityHold: boolean;
}

type LineRow = Consultation & {
  readonly from_hospital: string;
  readonly to_hospital: string;
  readonly accession_number: string | null;
  readonly patient_name: string;
  readonly modality: string | null;
  readonly body_part: string | null;
  readonly priority: Priority;
};

/** Consultations with what is shown of the exam beside them; `c` is the page, so that the names are looked up for it alone. */
const withNames = (page: string): string => `
  SELECT c.*, f.name AS from_hospital, t.name AS to_hospital, e.accession_number, e.patient_name, e.modality, e.body_part, e.priority
  FROM (${page}) c JOIN hospital f ON f.id = c.from_hospital_id JOIN hospital t ON t.id = c.to_hospital_id
  JOIN exam e ON e.id = c.exam_id ORDER BY c.id DESC`;

const BOXES = { in: 'c.to_hospital_id', out: 'c.from_hospital_id' } as const;

/** A page of a box: $2 hospitals, $3 states or null, $4 id of the last line or null, $5 limit. Exported for the plan test. */
export const consultationBox = (box: BoxInput['box'], hospitals: number): string =>
  withNames(`SELECT c.* FROM consultation c WHERE c.county_id = $1 AND ${BOXES[box]} ${among(hospitals)}
    AND ($3::text[] IS NULL OR c.state = ANY($3)) AND ($4::uuid IS NULL OR c.id < $4) ORDER BY c.id DESC LIMIT $5`);

/** Consultations as both sides see them. */
@Injectable()
export class ConsultationsQueries {
  constructor(
    private readonly db: Db,
    private readonly exams: Exams,
    private readonly consultations: Consultations,
  ) {}

  /** What came in to the caller's hospitals or went out of them, newest first. */
  async box(ctx: Ctx, { box, open, cursor, limit }: BoxInput): Promise<Page<ConsultationLine>> {
    const states = open ? (box === 'in' ? OPEN_CONSULTATION : UNFINISHED_CONSULTATION) : null;
    const rows = await this.db.read(ctx, (tx) =>
      tx.rows<LineRow>(consultationBox(box, ctx.actor.hospitalIds.length), [
        ctx.countyId,
        ctx.actor.hospitalIds,
        states,
        idAfter(cursor),
        limit + 1,
      ]),
    );
    return pageOf(rows, limit, (row) => line(row, box === 'in' ? 'asked' : 'asker'), byId);
  }

  /** One consultation from the chair the caller sits in. Throws `not_found`. */
  async one(ctx: Ctx, id: string): Promise<ConsultationView> {
    return this.db.read(ctx, async (tx) => {
      const { row, chair } = await this.consultations.seated(tx, id);
      return this.view(tx, row, chair);
    });
  }

  /** The same in the caller's transaction. */
  async view(tx: Tx, { id, exam_id }: Consultation, chair: Chair): Promise<ConsultationView> {
    const row = await tx.row<LineRow>(
      withNames('SELECT c.* FROM consultation c WHERE c.county_id = $1 AND c.id = $2'),
      [tx.ctx.countyId, id],
    );
    if (!row) throw new DomainError(commonErrors.not_found);
    const brief = await this.exams.brief(tx, exam_id);
    const hidden = chair === 'asked' && row.deidentified;
    const identityHold = brief.exam.identity_hold_at !== null;
    return {
      ...line(row, chair),
      opinion: opinionView(row),
      subject: chair === 'asker' || isOpen(row) ? consultSubject(brief.exam, brief, hidden) : null,
      images: isOpen(row) && !identityHold,
      identityHold,
    };
  }
}

/** As long as it is open the asked hospital may look. */
export const isOpen = ({ state }: Consultation): boolean => OPEN_CONSULTATION.includes(state);

function line(row: LineRow, chair: Chair): ConsultationLine {
  const hidden = chair === 'asked' && (row.deidentified || !isOpen(row));
  const shown = <T>(value: T): T | null => (hidden ? null : value);
  return {
    consultationId: row.id,
    state: row.state,
    stateName: CONSULTATION_STATE_NAMES[row.state],
    access: row.access,
    deidentified: row.deidentified,
    question: row.question,
    asker: { name: row.asked_by_name, hospital: row.from_hospital },
    to: { hospitalId: row.to_hospital_id, hospital: row.to_hospital },
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    acceptedBy: row.accepted_by_name,
    acceptedAt: row.accepted_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by_name,
    endReason: chair === 'asked' && row.deidentified ? null : row.end_reason,
    exam: {
      examId: shown(row.exam_id),
      accessionNumber: shown(row.accession_number),
      patientName: shown(row.patient_name),
      modality: row.modality,
      bodyPart: row.body_part,
      priority: row.priority,
    },
  };
}

function opinionView(row: LineRow): ConsultationView['opinion'] {
  if (row.opinion === null || row.answered_at === null) return null;
  const coSignature = coSignatureOf(row);
  return {
    text: row.opinion,
    sha256: row.opinion_sha256 ?? '',
    by: row.accepted_by_name ?? '',
    title: row.answered_by_title ?? '',
    at: row.answered_at,
    coSignature,
    coSignedAt: coSignature === 'SIGNED' ? row.co_signed_at : null,
    takenOver: row.taken_over,
    former: row.former_opinions,
  };
}
