import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import { TenancyQueries } from '../../tenancy';
import { type ExamContent, missingClassA } from '../content/class-a.rules';
import { belongsIn } from './completeness.rules';
import type { Exam } from '../exam.entity';
import { BEFORE_CLAIM, reportIsOut } from '../exam.state';
import { ExamFlags } from '../commands/exam-flags';
import { ExamImages } from './exam-images';
import { newExamRow } from '../exam-row';
import { ExamStates } from '../exam-states';
import { contentOfHeader } from '../content/header-mapping.rules';
import { Matching } from './matching';
import { accessionNumbersIn, comparePatients } from './matching.rules';
import { contentFacts, patientPart, Patients } from '../patients';
import { type StudyFacts, StudyLinks } from './study-links';

/**
 * Brings DICOM studies and exams together, in the transaction of the message that asks for it. It derives everything from
 * what is there now, so it may run late, twice, or once for many messages.
 */
@Injectable()
export class Assembly {
  constructor(
    private readonly studies: StudyLinks,
    private readonly images: ExamImages,
    private readonly states: ExamStates,
    private readonly patients: Patients,
    private readonly matching: Matching,
    private readonly flags: ExamFlags,
    private readonly tenancy: TenancyQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives a study its exam, or tells its exams of new images. `manifestDone` when an upload by manifest that brought images
   * of this study is complete. A quarantined study (another clinic's UID) is never linked.
   */
  async assemble(tx: Tx, studyId: string, manifestDone: boolean): Promise<void> {
    // The lock also keeps two messages of one study from making two exams of it.
    const study = await this.studies.lock(tx, studyId);
    if (!study || study.quarantined_at) return;
    const exams = await this.lockExamsOf(tx, studyId);
    for (const exam of exams) await this.refresh(tx, exam, study, manifestDone);
    if (exams.length === 0) await this.place(tx, study, manifestDone);
  }

  /** A manifest was announced: its exam is being uploaded, though no byte may be here yet. */
  async uploadOpened(tx: Tx, uploadId: string): Promise<void> {
    const found = await this.studies.upload(tx, uploadId);
    if (!found?.upload.accession_number) return;
    const { clinic_id, accession_number } = found.upload;
    const [exam] = await this.lockByAccession(tx, clinic_id, [accession_number]);
    if (exam?.state !== 'REGISTERED') return;
    await this.states.move(tx, {
      examId: exam.id,
      from: ['REGISTERED'],
      to: 'UPLOADING',
      action: 'exam.upload-opened',
      details: { uploadId },
    });
  }

  /** Every part of a manifest is stored. */
  async uploadCompleted(tx: Tx, uploadId: string): Promise<void> {
    const found = await this.studies.upload(tx, uploadId);
    for (const studyId of [...(found?.studyIds ?? [])].sort()) await this.assemble(tx, studyId, true);
  }

  private async refresh(tx: Tx, exam: Exam, study: StudyFacts, manifestDone: boolean): Promise<void> {
    const complete = manifestDone && !(await this.studies.uploading(tx, exam.id)) ? 'manifest' : null;
    if (await this.images.noteNew(tx, exam.id, study)) {
      const fill = { ...headerFill(exam, study), ...(await this.correctedPatient(tx, exam, study)) };
      await this.images.arrived(tx, exam, study, complete, fill);
    } else if (complete) {
      await this.images.completed(tx, exam, complete);
    }
  }

  /** A corrected header under an identity hold: an exam that knows its patient from images alone takes the new one. */
  private async correctedPatient(tx: Tx, exam: Exam, study: StudyFacts): Promise<Partial<Exam>> {
    if (exam.identity_hold_at === null || !isMadeOfImages(exam)) return {};
    const header = contentOfHeader(study);
    const patient = await this.patients.enter(tx, exam.clinic_id, header);
    return { ...patientPart(header), patient_id: patient?.patientId ?? null };
  }

  /** The study's first exam: the one of its accession number, else a new one made of the header. */
  private async place(tx: Tx, study: StudyFacts, manifestDone: boolean): Promise<void> {
    const header = contentOfHeader(study);
    const candidates = await this.candidates(tx, study, header);
    const isOther = (exam: Exam): boolean => comparePatients(contentFacts(exam), contentFacts(header)).otherPatient;
    const others = candidates.filter(isOther);
    const own = candidates.filter((exam) => !isOther(exam));
    for (const exam of own) await this.join(tx, exam, study, header, manifestDone);
    if (own.length > 0) return;
    const made = await this.makeOf(
      tx,
      study,
      others.length > 0 ? { ...header, accession_number: null } : header,
      manifestDone,
    );
    // Somebody registered the accession number this very moment: then there is an exam to join.
    if (!made) return this.place(tx, study, manifestDone);
    for (const other of others) await this.keepApart(tx, made, other, study);
  }

  /** Exams the header's accession number(s) mean, locked; a number that exists as it stands is no list. */
  private async candidates(tx: Tx, study: StudyFacts, header: ExamContent): Promise<Exam[]> {
    const whole = header.accession_number;
    if (whole === null) return [];
    const exams = await this.lockByAccession(tx, study.clinic_id, [whole, ...accessionNumbersIn(whole)]);
    const exact = exams.filter((exam) => exam.accession_number === whole);
    return exact.length > 0 ? exact : exams;
  }

  private async join(tx: Tx, exam: Exam, study: StudyFacts, header: ExamContent, manifestDone: boolean): Promise<void> {
    await this.images.link(tx, exam.id, study, 'accession');
    const complete = manifestDone && !(await this.studies.uploading(tx, exam.id)) ? 'manifest' : null;
    await this.images.arrived(tx, exam, study, complete);
    const { differing } = comparePatients(contentFacts(exam), contentFacts(header));
    if (differing.length === 0) return;
    const details = { fields: differing, images: namesOf(header), request: namesOf(exam) };
    await this.flags.raise(tx, exam, [{ code: 'images_patient_mismatch', studyId: study.id, details }]);
  }

  /** An exam made of nothing but images; undefined when its accession number is taken by now. */
  private async makeOf(
    tx: Tx,
    study: StudyFacts,
    content: ExamContent,
    manifestDone: boolean,
  ): Promise<Exam | undefined> {
    const patient = await this.patients.enter(tx, study.clinic_id, content);
    const row = await this.rowOf(tx, study, content, patient?.patientId ?? null, manifestDone);
    const exam = await this.states.create(tx, row, { action: 'exam.made-of-images', details: { studyId: study.id } });
    if (!exam) return undefined;
    await this.images.link(tx, exam.id, study, 'created');
    await this.images.startQuietTime(tx, exam);
    if (patient && patient.contradicts.length > 0) {
      const details = { patientId: patient.patientId, fields: patient.contradicts };
      await this.flags.raise(tx, exam, [{ code: 'patient_mismatch', details }]);
    }
    await this.matching.suggestForImages(tx, exam);
    return exam;
  }

  private async rowOf(
    tx: Tx,
    study: StudyFacts,
    content: ExamContent,
    patientId: string | null,
    manifestDone: boolean,
  ): Promise<Exam> {
    const now = this.clock.now();
    const missing = missingClassA(content);
    const complete = manifestDone ? 'manifest' : null;
    const state = belongsIn({
      state: 'REGISTERED',
      priority: content.priority,
      metadataOnly: false,
      hasImages: true,
      imagesComplete: complete,
      missing,
    });
    const row = newExamRow({
      id: newId(),
      countyId: tx.ctx.countyId,
      clinicId: study.clinic_id,
      content,
      patientId,
      mode: await this.tenancy.readingMode(tx, study.clinic_id, content.modality ?? ''),
      state,
      missing,
      requestDigest: null,
      createdBy: tx.ctx.actor.name,
      now,
    });
    const { first_byte_at, last_image_at } = study;
    return { ...row, image_set: 1, images_complete: complete, first_byte_at, last_image_at };
  }

  /** One accession number, two Patient IDs: two people until somebody has looked. */
  private async keepApart(tx: Tx, made: Exam, other: Exam, study: StudyFacts): Promise<void> {
    const flag = (examId: string) =>
      ({
        code: 'patient_id_mismatch',
        studyId: study.id,
        details: { examId, accessionNumber: other.accession_number },
      }) as const;
    await this.flags.raise(tx, other, [flag(made.id)]);
    await this.flags.raise(tx, made, [flag(other.id)]);
  }

  /** The study's exams, locked; links may have moved before the lock was there, so they are looked at again under it. */
  private async lockExamsOf(tx: Tx, studyId: string): Promise<Exam[]> {
    const ids = await this.images.examsOf(tx, studyId);
    const exams = await tx.rows<Exam>(
      'SELECT * FROM exam WHERE county_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE',
      [tx.ctx.countyId, ids],
    );
    const present = await this.images.examsOf(tx, studyId);
    return present.join() === ids.join() ? exams : this.lockExamsOf(tx, studyId);
  }

  private lockByAccession(tx: Tx, clinicId: string, numbers: readonly string[]): Promise<Exam[]> {
    return tx.rows<Exam>(BY_ACCESSION, [tx.ctx.countyId, clinicId, numbers]);
  }
}

/** Exported for the plan test. */
export const BY_ACCESSION = `SELECT * FROM exam
  WHERE county_id = $1 AND clinic_id = $2 AND accession_number = ANY($3) AND state <> 'VOID' ORDER BY id FOR UPDATE`;

/** Nobody has said anything about it yet but the images, nobody reads it, and no report says whose it is. */
function isMadeOfImages(exam: Exam): boolean {
  return exam.request_digest === null && BEFORE_CLAIM.includes(exam.state) && !reportIsOut(exam);
}

/** What a header that has grown since tells about an exam that was made of it, as long as nobody has claimed it. */
function headerFill(exam: Exam, study: StudyFacts): Partial<Exam> {
  if (!isMadeOfImages(exam)) return {};
  const header = contentOfHeader(study);
  const columns = (['modality', 'item_name', 'body_part', 'laterality'] as const).filter(
    (column) => exam[column] === null && header[column] !== null,
  );
  const fill = Object.fromEntries(columns.map((column) => [column, header[column]])) as Partial<Exam>;
  return { ...fill, missing: missingClassA({ ...exam, ...fill }) };
}

/** The two spellings beside each other, for the technician who compares them. */
function namesOf(exam: ExamContent): Readonly<Record<string, string | null>> {
  return { name: exam.patient_name, sex: exam.sex, birthDate: exam.birth_date };
}
