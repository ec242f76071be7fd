import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { normaliseIdNumber, type Sex } from '../exams';
import { Notices } from '../notices';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { People } from './people';
import { LINK_DEEDS, LINK_STATE_NAMES, type LinkDeed, mayDo } from './person-link.state';
import type { DecideInput, LinkInput } from './priors.dto';
import { PersonLink } from './priors.entities';
import { priorsErrors } from './priors.errors';
import { type Evidence, type KnownAs, samePerson } from './same-person.rules';

/** A number that so many patients carry is a test card or a clerk's own; it links nobody. */
const MOST_BEARERS = 20;

interface PatientRow {
  readonly id: string;
  readonly clinic_id: string;
  readonly name: string;
  readonly sex: Sex | null;
  readonly birth_date: string | null;
  readonly id_number: string | null;
}

type NewLink = Pick<PersonLink, 'state' | 'how' | 'evidence'> & { readonly reason?: string };

/** Links between patients, with their evidence; conflicts wait for a person, nothing is silently merged, all can be undone. */
@Injectable()
export class PersonLinks {
  constructor(
    private readonly db: Db,
    private readonly people: People,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Compares an exam's patient with everybody in the county who carries the same 身份证号. A known pair is left as it is. */
  async propose(tx: Tx, examId: string): Promise<void> {
    const patient = await tx.row<PatientRow>(
      `SELECT p.id, p.clinic_id, p.name, p.sex, p.birth_date, p.id_number
       FROM exam e JOIN patient p ON p.county_id = e.county_id AND p.id = e.patient_id WHERE e.county_id = $1 AND e.id = $2`,
      [tx.ctx.countyId, examId],
    );
    if (!patient) return;
    await this.doubtOutdated(tx, patient);
    if (!patient.id_number) return;
    const others = await tx.rows<PatientRow>(
      `SELECT id, clinic_id, name, sex, birth_date, id_number FROM patient
       WHERE county_id = $1 AND id_number = $2 AND id <> $3 LIMIT $4`,
      [tx.ctx.countyId, patient.id_number, patient.id, MOST_BEARERS],
    );
    if (others.length === MOST_BEARERS) return;
    for (const other of others) {
      const compared = samePerson(knownAs(patient), knownAs(other));
      if (!compared) continue;
      const { verdict: state, evidence } = compared;
      await this.add(tx, patient.id, other.id, { state, evidence, how: 'id_number' });
    }
  }

  /** A number that was put right holds its patient to nobody any more: a person looks at the links that it made. */
  private async doubtOutdated(tx: Tx, patient: PatientRow): Promise<void> {
    const outdated = await tx.rows<{ id: string }>(
      `UPDATE person_link l SET state = 'review', decided_by = NULL, decided_at = NULL, reason = '身份证号已更正'
       FROM patient other WHERE l.county_id = $1 AND l.how = 'id_number' AND l.state = 'linked' AND $2 IN (l.patient_a, l.patient_b)
         AND other.id = CASE WHEN l.patient_a = $2 THEN l.patient_b ELSE l.patient_a END AND other.id_number IS DISTINCT FROM $3
       RETURNING l.id`,
      [tx.ctx.countyId, patient.id, patient.id_number],
    );
    for (const { id } of outdated) {
      await this.record(tx, id, 'doubt', { from: 'linked', to: 'review' }, '身份证号已更正');
      await this.askForReview(tx, id);
    }
  }

  /** Links the patients of two exams by hand. Throws `not_found`, `patient_unknown`, `same_patient`, `link_state_conflict`. */
  async link(ctx: Ctx, { examId, otherExamId, reason }: LinkInput): Promise<{ linkId: string }> {
    return this.db.write(ctx, async (tx) => {
      const a = await this.patientOf(tx, examId, 'examId');
      const b = await this.patientOf(tx, otherExamId, 'otherExamId');
      if (a === b) throw new DomainError(priorsErrors.same_patient, { field: 'otherExamId' });
      const evidence: Evidence = { agrees: [], differs: [] };
      const linkId = await this.add(tx, a, b, { state: 'linked', how: 'manual', evidence, reason });
      if (linkId) return { linkId };
      const known = await this.lock(
        tx,
        'patient_a = least($2::uuid, $3::uuid) AND patient_b = greatest($2::uuid, $3::uuid)',
        a,
        b,
      );
      await this.step(tx, known, 'confirm', reason);
      return { linkId: known.id };
    });
  }

  /** What a person decides about a link. Throws `not_found`, `link_state_conflict` with the present state in `params`. */
  async decide(
    ctx: Ctx,
    linkId: string,
    deed: LinkDeed,
    { reason }: DecideInput,
  ): Promise<{ linkId: string; state: string }> {
    return this.db.write(ctx, async (tx) => {
      const link = await this.lock(tx, 'id = $2 AND $3::text IS NULL', linkId, null);
      await this.step(tx, link, deed, reason);
      return { linkId, state: LINK_DEEDS[deed].to };
    });
  }

  private async lock(tx: Tx, which: string, ...params: readonly unknown[]): Promise<PersonLink> {
    const link = await tx.row<PersonLink>(`SELECT * FROM person_link WHERE county_id = $1 AND ${which} FOR UPDATE`, [
      tx.ctx.countyId,
      ...params,
    ]);
    if (!link) throw new DomainError(commonErrors.not_found);
    return link;
  }

  private async step(tx: Tx, link: PersonLink, deed: LinkDeed, reason: string): Promise<void> {
    const { state } = link;
    if (!mayDo(state, deed)) {
      throw new DomainError(priorsErrors.link_state_conflict, { state, stateName: LINK_STATE_NAMES[state] });
    }
    const { to } = LINK_DEEDS[deed];
    await tx.change(
      'UPDATE person_link SET state = $3, decided_by = $4, decided_at = $5, reason = $6 WHERE county_id = $1 AND id = $2',
      [tx.ctx.countyId, link.id, to, tx.ctx.actor.name, this.clock.now(), reason],
    );
    await this.record(tx, link.id, deed, { from: state, to }, reason);
  }

  /** Adds a pair that is not known yet; undefined when it is. */
  private async add(tx: Tx, a: string, b: string, link: NewLink): Promise<string | undefined> {
    const [first, second] = a < b ? [a, b] : [b, a];
    const decided = link.how === 'manual' ? [tx.ctx.actor.name, this.clock.now()] : [null, null];
    const added = await tx.row<{ id: string }>(
      `INSERT INTO person_link (id, county_id, patient_a, patient_b, state, how, evidence, made_by, made_at, decided_by, decided_at, reason)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (county_id, patient_a, patient_b) DO NOTHING RETURNING id`,
      [
        newId(),
        tx.ctx.countyId,
        first,
        second,
        link.state,
        link.how,
        JSON.stringify(link.evidence),
        tx.ctx.actor.name,
        this.clock.now(),
        ...decided,
        link.reason ?? null,
      ],
    );
    if (!added) return undefined;
    await this.record(tx, added.id, 'propose', { how: link.how, to: link.state, ...link.evidence }, link.reason);
    if (link.state === 'review') await this.askForReview(tx, added.id);
    return added.id;
  }

  private askForReview(tx: Tx, linkId: string): Promise<void> {
    return this.notices.tell(tx, {
      kind: 'person-link.review',
      text: '两家机构的患者身份证号相同而其他信息不一致，请核对是否同一人',
      to: [{ county: true, permission: 'identity.link' }],
      params: { linkId },
      key: `person-link-${linkId}`,
    });
  }

  private async patientOf(tx: Tx, examId: string, field: string): Promise<string> {
    const patientId = await this.people.ofExam(tx, examId, null);
    if (patientId === null) throw new DomainError(priorsErrors.patient_unknown, { field });
    return patientId;
  }

  private record(
    tx: Tx,
    linkId: string,
    deed: LinkDeed | 'propose' | 'doubt',
    details: Readonly<Record<string, unknown>>,
    reason?: string,
  ): Promise<void> {
    return this.audit.record(tx, {
      action: `person-link.${deed}`,
      subjectType: 'person_link',
      subjectId: linkId,
      details,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

const knownAs = ({ name, sex, birth_date: birthDate, id_number }: PatientRow): KnownAs => ({
  name,
  sex,
  birthDate,
  idNumber: id_number === null ? null : normaliseIdNumber(id_number),
});
