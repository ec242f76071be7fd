import { Injectable } from '@nestjs/common';
import { Audit, Commands } from '../../audit';
import { normaliseIdNumber, type Sex } from '../../exams';
import { Notices } from '../../notices';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { People } from './people';
import { contradictionOf, wouldContradict } from './person-group.rules';
import { LINK_DEEDS, LINK_STATE_NAMES, type LinkDeed, mayDo } from './person-link.state';
import type { DecideInput, LinkInput } from '../priors.dto';
import { PersonLink } from '../priors.entities';
import { priorsErrors } from '../priors.errors';
import { type Comparison, type Evidence, type KnownAs, samePerson } from './same-person.rules';

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

const NUMBER_CORRECTED = '身份证号已更正';
const CONTRADICTS = '与“非同一人”的判定矛盾';

/** What whoever has to look is told, by the reason for which a link waits; without one, something else differs. */
const REVIEW_TEXTS: Readonly<Record<string, string>> = {
  [NUMBER_CORRECTED]: '患者身份证号已更正，请核对原有关联是否同一人',
  [CONTRADICTS]: '有患者关联与“非同一人”的判定矛盾，已暂停关联，请逐一核对',
};
const DIFFERS = '两家机构的患者身份证号相同而其他信息不一致，请核对是否同一人';

/** Links between patients, with their evidence; conflicts wait for a person, nothing is silently merged, all can be undone. */
@Injectable()
export class PersonLinks {
  constructor(
    private readonly commands: Commands,
    private readonly people: People,
    private readonly notices: Notices,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Compares an exam's patient with everybody in the county who carries the same 身份证号. A known pair is left as it is. Who
   * would make one person of two that were said to be two is linked to nobody before a person has looked.
   */
  async propose(tx: Tx, examId: string): Promise<void> {
    const patient = await tx.row<PatientRow>(
      `SELECT p.id, p.clinic_id, p.name, p.sex, p.birth_date, p.id_number
       FROM exam e JOIN patient p ON p.county_id = e.county_id AND p.id = e.patient_id WHERE e.county_id = $1 AND e.id = $2`,
      [tx.ctx.countyId, examId],
    );
    if (!patient || !(await this.concerns(tx, patient))) return;
    await alone(tx);
    await this.doubtOutdated(tx, patient);
    const found = await this.bearers(tx, patient);
    const alike = found.filter(({ verdict }) => verdict === 'linked').map(({ other }) => other);
    const contested = await this.contested(tx, patient, alike);
    for (const { other, verdict, evidence } of found) {
      const doubtful = contested && verdict === 'linked';
      await this.add(tx, patient.id, other.id, {
        state: doubtful ? 'review' : verdict,
        evidence,
        how: 'id_number',
        ...(doubtful ? { reason: CONTRADICTS } : {}),
      });
    }
  }

  /** Whether anybody else carries his number, or is linked with him; most patients are alone. */
  private async concerns(tx: Tx, patient: PatientRow): Promise<boolean> {
    const somebody = await tx.row(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM patient WHERE county_id = $1 AND id_number = $3 AND id <> $2)
         OR EXISTS (SELECT 1 FROM person_link WHERE county_id = $1 AND patient_a = $2)
         OR EXISTS (SELECT 1 FROM person_link WHERE county_id = $1 AND patient_b = $2)`,
      [tx.ctx.countyId, patient.id, patient.id_number],
    );
    return somebody !== undefined;
  }

  /** Who carries the same number, and how far he is alike. */
  private async bearers(tx: Tx, patient: PatientRow): Promise<({ readonly other: PatientRow } & Comparison)[]> {
    if (patient.id_number === null) return [];
    const others = await tx.rows<PatientRow>(
      `SELECT id, clinic_id, name, sex, birth_date, id_number FROM patient
       WHERE county_id = $1 AND id_number = $2 AND id <> $3 ORDER BY id LIMIT $4`,
      [tx.ctx.countyId, patient.id_number, patient.id, MOST_BEARERS],
    );
    if (others.length === MOST_BEARERS) return [];
    return others.flatMap((other) => {
      const compared = samePerson(knownAs(patient), knownAs(other));
      return compared ? [{ other, ...compared }] : [];
    });
  }

  /** Whether links by this number would contradict what people have decided about its bearers. */
  private async contested(tx: Tx, patient: PatientRow, alike: readonly PatientRow[]): Promise<boolean> {
    if (alike.length === 0) return false;
    const bearers = new Map([patient, ...alike].map((row) => [row.id, knownAs(row)]));
    const ids = [...bearers.keys()];
    const known = await this.people.pairsAmong(tx, ids);
    return wouldContradict(known, ids, (a, b) => samePerson(bearers.get(a)!, bearers.get(b)!)?.verdict === 'linked');
  }

  /** A number that was put right holds its patient to nobody any more: a person looks at the links that it made. */
  private async doubtOutdated(tx: Tx, patient: PatientRow): Promise<void> {
    const outdated = await tx.rows<{ id: string }>(
      `SELECT l.id FROM person_link l JOIN patient other
         ON other.id = CASE WHEN l.patient_a = $2 THEN l.patient_b ELSE l.patient_a END
       WHERE l.county_id = $1 AND l.how = 'id_number' AND l.state = 'linked' AND $2 IN (l.patient_a, l.patient_b)
         AND other.id_number IS DISTINCT FROM $3`,
      [tx.ctx.countyId, patient.id, patient.id_number],
    );
    for (const { id } of outdated) {
      await this.doubt(tx, id, NUMBER_CORRECTED);
      await this.askForReview(tx, id, NUMBER_CORRECTED, `person-link-${id}`);
    }
  }

  /** Takes a link back to the review list. */
  private async doubt(tx: Tx, linkId: string, reason: string): Promise<void> {
    await tx.change(
      `UPDATE person_link SET state = 'review', decided_by = NULL, decided_at = $4, reason = $3
       WHERE county_id = $1 AND id = $2 AND state = 'linked'`,
      [tx.ctx.countyId, linkId, reason, this.clock.now()],
    );
    await this.record(tx, linkId, 'doubt', { from: 'linked', to: 'review' }, reason);
  }

  /**
   * Links the patients of two exams by hand. Throws `not_found`, `patient_unknown`, `same_patient`, `link_state_conflict`,
   * `link_contradicts`.
   */
  async link(ctx: Ctx, { examId, otherExamId, reason }: LinkInput): Promise<{ linkId: string }> {
    return this.commands.run(ctx, 'person-link.link', examId, async (tx) => {
      await alone(tx);
      const a = await this.patientOf(tx, examId, 'examId');
      const b = await this.patientOf(tx, otherExamId, 'otherExamId');
      if (a === b) throw new DomainError(priorsErrors.same_patient, { field: 'otherExamId' });
      const evidence: Evidence = { agrees: [], differs: [] };
      const linkId = await this.add(tx, a, b, { state: 'linked', how: 'manual', evidence, reason });
      if (linkId) {
        await this.settle(tx, [a, b], 'confirm');
        return { linkId };
      }
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

  /**
   * What a person decides about a link. Throws `not_found`, `link_state_conflict` with the present state in `params`,
   * `link_contradicts`.
   */
  async decide(
    ctx: Ctx,
    linkId: string,
    deed: LinkDeed,
    { reason }: DecideInput,
  ): Promise<{ linkId: string; state: string }> {
    const decided = async (tx: Tx) => {
      await alone(tx);
      const link = await this.lock(tx, 'id = $2 AND $3::text IS NULL', linkId, null);
      await this.step(tx, link, deed, reason);
      return { linkId, state: LINK_DEEDS[deed].to };
    };
    return this.commands.run(ctx, `person-link.${deed}`, linkId, decided, 'person_link');
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
    await this.settle(tx, [link.patient_a, link.patient_b], deed);
  }

  /**
   * After a person's word about two patients: the links that contradict it wait for review. Two people whom another person
   * has told apart are not made one by the way: that decision has to be taken back first.
   */
  private async settle(tx: Tx, patients: readonly [string, string], deed: LinkDeed): Promise<void> {
    const { inDoubt, apart } = contradictionOf(await this.people.pairsAmong(tx, patients));
    if (deed === 'confirm' && inDoubt.some(({ byPerson }) => byPerson)) {
      throw new DomainError(priorsErrors.link_contradicts, { linkIds: apart.map(({ id }) => id) });
    }
    for (const { id } of inDoubt) await this.doubt(tx, id, CONTRADICTS);
    const [first] = inDoubt;
    if (first) await this.askForReview(tx, first.id, CONTRADICTS);
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
    if (link.state === 'review') await this.askForReview(tx, added.id, link.reason, `person-link-${added.id}`);
    return added.id;
  }

  private askForReview(tx: Tx, linkId: string, reason: string | undefined, key?: string): Promise<void> {
    return this.notices.tell(tx, {
      kind: 'person-link.review',
      text: REVIEW_TEXTS[reason ?? ''] ?? DIFFERS,
      to: [{ county: true, permission: 'identity.link' }],
      params: { linkId },
      ...(key === undefined ? {} : { key }),
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

/** Links are decided one after the other in a county: two that each fit what is there may contradict each other. */
async function alone(tx: Tx): Promise<void> {
  await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended('person link ' || $1, 0))", [tx.ctx.countyId]);
}

const knownAs = ({ name, sex, birth_date: birthDate, id_number }: PatientRow): KnownAs => ({
  name,
  sex,
  birthDate,
  idNumber: id_number === null ? null : normaliseIdNumber(id_number),
});
