import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import { type Ctx, visibleClinics } from '../platform/context';
import { Db, prepared, type Tx } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId } from '../platform/ids';
import { Outbox } from '../platform/outbox';
import { TenancyQueries } from '../tenancy';
import { type ClassAField, classAProblems, type ExamContent, missingClassA } from './content/class-a.rules';
import { requireBirthDate } from './content/birth-date.rules';
import { oddities } from './content/class-b.rules';
import { dutyPhone } from './clinic-phone';
import { ExamCodes } from './content/codes/exam-codes';
import type { Exam } from './exam.entity';
import { BEFORE_CLAIM, reportIsOut } from './exam.state';
import { type ExamView, examView, type ExamWithNames } from './exam.view';
import { ExamFlags, type NewFlag } from './commands/exam-flags';
import { OtherPatient } from './commands/other-patient';
import { EXAM_COLUMNS, newExamRow, ON_ACCESSION_TAKEN } from './exam-row';
import { ExamStates, stateParams } from './exam-states';
import type { RegisterExam } from './exams.dto';
import { examErrors } from './exams.errors';
import { examChanged, patientIdentified } from './exams.events';
import { ExamsQueries } from './exams.queries';
import { Matching } from './images/matching';
import { comparePatients } from './images/matching.rules';
import { StudyLinks } from './images/study-links';
import { contentFacts, ENTER_PATIENT, type KnownPatient, Patients } from './patients';
import { contentOf, requestDigest } from './content/request.rules';

export interface Registered {
  /** False: the clinic had registered this exam before. */
  readonly created: boolean;
  readonly exam: ExamView;
}

/** A request that has passed the rules. */
interface Request {
  readonly clinicId: string;
  readonly content: ExamContent;
  readonly digest: string;
  readonly flags: readonly NewFlag[];
}

/** What the one statement that registers an exam answers. */
interface Made {
  readonly exam: ExamWithNames;
  readonly known: KnownPatient & { readonly is_new: boolean };
}

/** The JSON door: a clinic says what is to be examined, with images to follow or not. */
@Injectable()
export class ExamDoor {
  constructor(
    private readonly db: Db,
    private readonly states: ExamStates,
    private readonly flags: ExamFlags,
    private readonly patients: Patients,
    private readonly otherPatient: OtherPatient,
    private readonly studies: StudyLinks,
    private readonly matching: Matching,
    private readonly tenancy: TenancyQueries,
    private readonly queries: ExamsQueries,
    private readonly codes: ExamCodes,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers an exam. The same request again changes nothing; another content under a known accession number changes the
   * exam as long as no reader has claimed it, and its patient only before its first image. Throws `invalid_input` for a birth
   * date that can be nobody's, `class_a_missing` (every gap in `params.problems`), `clinic_required`, `not_found` for a clinic
   * that is not the caller's, `other_patient` (and flags the exam), `exam_content_locked`.
   */
  async register(ctx: Ctx, input: RegisterExam): Promise<Registered> {
    const request = this.accept(ctx, input);
    const enter = async (tx: Tx): Promise<Registered> => {
      const made = await this.make(tx, request);
      if (made) {
        await this.finish(tx, request, made);
        return { created: true, exam: examView(made.exam) };
      }
      return this.meetExisting(tx, request);
    };
    return this.otherPatient.watch(ctx, () => this.db.write(ctx, enter));
  }

  private accept(ctx: Ctx, input: RegisterExam): Request {
    requireBirthDate(input.birthDate, this.clock.now());
    const content = contentOf(input, this.codes);
    // A STAT request may leave the phone to the clinic's duty phone; whether there is one shows in the database.
    const missing = missingClassA(content).filter((field) => field !== 'orderingPhone' || content.priority !== 'STAT');
    if (missing.length > 0) throw classAMissing(missing);
    return {
      clinicId: clinicOf(ctx, input.clinicId),
      content,
      digest: requestDigest(input),
      flags: this.oddities(content),
    };
  }

  private oddities(content: ExamContent): NewFlag[] {
    return oddities(content, this.clock.now(), this.codes.find(content.item_code ?? '')?.modality);
  }

  /** Patient and exam in one statement; undefined when the clinic is not open or has an exam of that accession number. */
  private async make(tx: Tx, { clinicId, content, digest }: Request): Promise<Made | undefined> {
    const row = newExamRow({
      id: newId(),
      countyId: tx.ctx.countyId,
      clinicId,
      content,
      patientId: null,
      mode: 'diagnose',
      state: content.metadata_only ? 'QUEUED' : 'REGISTERED',
      missing: [],
      requestDigest: digest,
      createdBy: tx.ctx.actor.name,
      now: this.clock.now(),
    });
    const { county_id, clinic_id, accession_number, modality } = row;
    const made = await tx.row<MadeRow>(REGISTER, [
      JSON.stringify(row),
      newId(),
      county_id,
      clinic_id,
      accession_number,
      modality,
    ]);
    if (!made) return undefined;
    const { known, ...decided } = made;
    if (decided.ordering_phone === null) throw classAMissing(['orderingPhone'], NO_DUTY_PHONE);
    const taken_uids = await this.studies.takenUids(tx, clinicId, declaredUids(content));
    return { exam: { ...row, ...decided, study_uids: [], taken_uids }, known };
  }

  private async finish(tx: Tx, { content, flags }: Request, { exam, known }: Made): Promise<void> {
    const contradicts = await this.patients.reconcile(tx, known, content);
    const taken = takenFlags(exam.taken_uids);
    await this.flags.raise(tx, exam, [...flags, ...taken, ...patientMismatch(known.id, contradicts)]);
    // Images can only have come before for a patient whom the clinic knew before.
    if (!known.is_new) await this.matching.suggestRequest(tx, exam);
    await Promise.all([
      this.audit.record(tx, {
        action: 'exam.register',
        subjectType: 'exam',
        subjectId: exam.id,
        details: { state: exam.state, metadataOnly: exam.metadata_only },
      }),
      this.outbox.emit(tx, examChanged(exam)),
      ...(exam.id_number === null ? [] : [this.outbox.emit(tx, patientIdentified(exam.id))]),
    ]);
  }

  private async meetExisting(tx: Tx, request: Request): Promise<Registered> {
    const exam = await tx.row<Exam>(
      `SELECT * FROM exam WHERE county_id = $1 AND clinic_id = $2 AND accession_number = $3 AND state <> 'VOID' FOR UPDATE`,
      [tx.ctx.countyId, request.clinicId, request.content.accession_number],
    );
    if (!exam) return this.refuseClinic(tx, request.clinicId);
    if (exam.request_digest === request.digest) return this.answer(tx, exam.id);
    const locked = !BEFORE_CLAIM.includes(exam.state) || reportIsOut(exam);
    const madeFromImages = exam.request_digest === null;
    const { otherPatient } = comparePatients(contentFacts(exam), contentFacts(request.content));
    if (madeFromImages && otherPatient && !locked) return this.standApart(tx, exam, request);
    const anothers = this.otherPatient.check(exam, request.content);
    if (locked) throw new DomainError(examErrors.exam_content_locked, { ...stateParams(exam.state), examId: exam.id });
    await this.change(tx, exam, request, anothers);
    return this.answer(tx, exam.id);
  }

  private async answer(tx: Tx, examId: string): Promise<Registered> {
    return { created: false, exam: examView(await this.queries.one(tx, examId)) };
  }

  private async refuseClinic(tx: Tx, clinicId: string): Promise<never> {
    const clinic = await tx.row('SELECT id FROM clinic WHERE county_id = $1 AND id = $2', [tx.ctx.countyId, clinicId]);
    throw clinic
      ? new DomainError(examErrors.clinic_closed, { field: 'clinicId' })
      : new DomainError(commonErrors.not_found, { field: 'clinicId' });
  }

  /** The images under this accession number are another patient's: they keep their exam, the request gets its own. */
  private async standApart(tx: Tx, images: Exam, request: Request): Promise<Registered> {
    await this.states.amend(tx, {
      examId: images.id,
      from: [images.state],
      action: 'exam.accession-lost',
      set: { accession_number: null, missing: missingClassA({ ...images, accession_number: null }) },
    });
    const made = await this.make(tx, request);
    if (!made) throw new Error('the accession number was given free in this transaction');
    await this.finish(tx, request, made);
    const details = { accessionNumber: images.accession_number };
    await this.flags.raise(tx, images, [
      { code: 'patient_id_mismatch', details: { ...details, examId: made.exam.id } },
    ]);
    await this.flags.raise(tx, made.exam, [
      { code: 'patient_id_mismatch', details: { ...details, examId: images.id } },
    ]);
    return { created: true, exam: examView(made.exam) };
  }

  /** `anothers`: it becomes another patient's, and nothing that was said of the former one stays. */
  private async change(tx: Tx, exam: Exam, request: Request, anothers: boolean): Promise<void> {
    const { content, digest, clinicId } = request;
    const madeFromImages = exam.request_digest === null;
    const patient = await this.patients.enter(tx, clinicId, content);
    const before = anothers ? null : exam.ordering_phone;
    const phone = content.ordering_phone ?? before ?? (await dutyPhone(tx, clinicId));
    if (phone === null) throw classAMissing(['orderingPhone'], NO_DUTY_PHONE);
    // What was supplemented by hand, or read from the images, is not lost because this request does not repeat it.
    const set = { ...(anothers ? content : known(content)), ordering_phone: phone };
    await this.states.settle(tx, exam, {
      action: madeFromImages ? 'exam.request-met' : 'exam.change',
      set: {
        ...set,
        patient_id: patient?.patientId ?? null,
        mode: await this.tenancy.readingMode(tx, clinicId, content.modality ?? ''),
        missing: [],
        request_digest: digest,
        images_complete: imagesCompleteAfter(exam, content),
      },
    });
    const { differing } = comparePatients(contentFacts(exam), contentFacts(content));
    const fields = madeFromImages ? differing : changedColumns(exam, set);
    const code = madeFromImages ? 'images_patient_mismatch' : 'content_changed';
    await this.flags.raise(tx, exam, [
      // What stays from before may contradict what is new.
      ...this.oddities({ ...exam, ...set }),
      ...takenFlags(await this.studies.takenUids(tx, clinicId, declaredUids(content))),
      ...patientMismatch(patient?.patientId ?? null, patient?.contradicts ?? []),
      ...(fields.length > 0 ? [{ code, details: { fields } } as const] : []),
    ]);
  }
}

/** What the database decides about a new exam. */
type MadeRow = Pick<ExamWithNames, 'patient_id' | 'mode' | 'ordering_phone' | 'clinic_name'> & Pick<Made, 'known'>;

/** Columns of the exam row that are not simply what the row says. */
const DECIDED: Readonly<Record<string, string>> = {
  patient_id: 'known.id',
  mode: 'door.mode',
  ordering_phone: `coalesce(said.ordering_phone, nullif(door.duty_phone, ''))`,
};

/**
 * One statement, because a clinic's morning is many of these: the open clinic and its reading mode, the patient and the
 * exam. It does nothing where the accession number is taken: the caller then looks at that exam under its lock.
 * $1 = the exam's row as JSON, $2 = id of a new patient, $3 = county, $4 = clinic, $5 = accession number, $6 = modality.
 */
const REGISTER = prepared(`
  WITH said AS MATERIALIZED (SELECT * FROM jsonb_populate_record(NULL::exam, $1)),
  door AS (
    SELECT c.name, c.duty_phone, coalesce((SELECT a.mode FROM clinic_agreement a WHERE a.clinic_id = $4 AND a.modality = $6), 'diagnose') AS mode
    FROM clinic c WHERE c.county_id = $3 AND c.id = $4 AND c.active AND NOT EXISTS (
      SELECT 1 FROM exam e WHERE e.county_id = $3 AND e.clinic_id = $4 AND e.accession_number = $5 AND e.state <> 'VOID')
  ),
  known AS (
    INSERT INTO patient ${ENTER_PATIENT.columns} SELECT $2, ${ENTER_PATIENT.values} FROM said, door ${ENTER_PATIENT.otherwise},
      xmax = 0 AS is_new
  ),
  made AS (
    INSERT INTO exam (${EXAM_COLUMNS.join()}) SELECT ${EXAM_COLUMNS.map((column) => DECIDED[column] ?? `said.${column}`).join()}
    FROM said, door, known ${ON_ACCESSION_TAKEN} DO NOTHING
    RETURNING patient_id, mode, ordering_phone
  )
  SELECT made.patient_id, made.mode, made.ordering_phone, door.name AS clinic_name, to_jsonb(known) AS known
  FROM made, door, known`);

const NO_DUTY_PHONE = '急诊检查未填申请医师电话，卫生院也没有登记值班电话';

/** The clinic a caller registers for: his only one, or the one he names among his. */
function clinicOf(ctx: Ctx, named: string | null | undefined): string {
  const visible = visibleClinics(ctx);
  if (named) {
    if (visible !== null && !visible.includes(named))
      throw new DomainError(commonErrors.not_found, { field: 'clinicId' });
    return named;
  }
  const [only, ...others] = visible ?? [];
  if (only === undefined || others.length > 0) throw new DomainError(examErrors.clinic_required, { field: 'clinicId' });
  return only;
}

function classAMissing(fields: readonly ClassAField[], problem?: string): DomainError {
  const problems = classAProblems(fields).map((one) => (problem ? { ...one, problem } : one));
  return new DomainError(examErrors.class_a_missing, { ...problems[0], missing: fields, problems });
}

function patientMismatch(patientId: string | null, fields: readonly string[]): NewFlag[] {
  return fields.length > 0 ? [{ code: 'patient_mismatch', details: { patientId, fields } }] : [];
}

function declaredUids(content: ExamContent): string[] {
  return content.declared_studies.map((study) => study.studyInstanceUid);
}

function takenFlags(studyInstanceUids: readonly string[]): NewFlag[] {
  return studyInstanceUids.length > 0 ? [{ code: 'study_quarantined', details: { studyInstanceUids } }] : [];
}

function imagesCompleteAfter(exam: Exam, content: ExamContent): Exam['images_complete'] {
  if (content.metadata_only) return 'metadata_only';
  return exam.images_complete === 'metadata_only' ? null : exam.images_complete;
}

function known(content: ExamContent): Partial<ExamContent> {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
}

function changedColumns(exam: Exam, set: Partial<ExamContent>): string[] {
  const columns = Object.keys(set) as (keyof ExamContent)[];
  return columns.filter((column) => JSON.stringify(exam[column]) !== JSON.stringify(set[column]));
}
