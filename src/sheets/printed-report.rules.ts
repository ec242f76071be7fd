import { type DraftPrint, type ReportSubject, standingOf, type VersionRow } from '../reporting';
import type { Heading } from './letterhead.entity';
import type { KeyImage, ReportDocument, ReportSeal, ReportVersion as PrintedVersion, Standing } from './pdf';

/** A version as it was signed; what has become of it since is the caller's to say. */
export type PrintableVersion = Omit<VersionRow, 'superseded_by' | 'superseded_by_kind' | 'recalled_at'>;

/** How the head of the sheet is set. */
export interface HeadSetting {
  readonly heading: Heading;
  /** Empty: none. */
  readonly recognitionMark: string;
}

export interface Print {
  /** What its QR code carries. */
  readonly verificationUrl: string;
  readonly head: HeadSetting;
  /** Pictures of the signatures that were in force when it was signed. */
  readonly handwriting?: PrintedHandwriting;
  /** Pictures of the 关键图像 that it carries. */
  readonly keyImages?: readonly KeyImage[];
  /** In force unless said otherwise. */
  readonly standing?: Standing;
}

export interface PrintedHandwriting {
  readonly writer: Uint8Array | null;
  readonly reviewer: Uint8Array | null;
}

const NO_HANDWRITING: PrintedHandwriting = { writer: null, reviewer: null };

/** DICOM modalities (PS3.3 C.7.3.1.1.1) that hospitals print as DR. */
const RADIOGRAPHS: ReadonlySet<string> = new Set(['DX', 'CR', 'DR', 'RG', 'RF', 'XA', 'PX', 'IO']);
/** And those that they print in Chinese. */
const CHINESE: ReadonlyMap<string, string> = new Map([
  ['US', '超声'],
  ['MR', '磁共振'],
  ['MG', '乳腺X线'],
]);
const SIDES = { L: '左', R: '右', B: '双' } as const;

/** What a signed version says on paper. */
export function printedReport(version: PrintableVersion, print: Print): ReportDocument {
  const { subject } = version;
  return {
    letterhead: printedHead(subject, version.reviewer_hospital, print.head),
    ...printedSubject(subject),
    keyImages: print.keyImages ?? [],
    text: {
      technique: version.technique || null,
      findings: version.findings,
      impression: version.impression,
      recommendation: version.recommendation || null,
      positive: version.positive,
      limitation: subject.limitation,
    },
    annexes: (version.annexes ?? []).map((annex) => ({
      institution: annex.institution,
      doctor: annex.doctor,
      title: annex.title || null,
      text: annex.text,
      givenAt: new Date(annex.givenAt),
    })),
    ...printedSigners(version, print.handwriting ?? NO_HANDWRITING),
    version: printedVersion(version),
    standing: print.standing ?? 'in-force',
    seal: {
      verificationCode: version.verification_code,
      verificationUrl: print.verificationUrl,
      contentHash: version.content_sha256,
      signature: signatureOf(version),
    },
  };
}

/** What a draft says on paper: nobody has signed it, and nobody can verify it. */
export function printedDraft(
  { subject, text, writer, writtenAt, savedAt }: Omit<DraftPrint, 'clinicId' | 'keyImages'>,
  head: HeadSetting,
  keyImages: readonly KeyImage[] = [],
): ReportDocument {
  return {
    letterhead: printedHead(subject, null, head),
    ...printedSubject(subject),
    keyImages,
    text: {
      technique: text.technique || null,
      findings: text.findings,
      impression: text.impression,
      recommendation: text.recommendation || null,
      positive: text.positive,
      limitation: subject.limitation,
    },
    annexes: [],
    writer: {
      name: writer.name,
      title: writer.title,
      hospital: writer.hospital ?? subject.clinicName,
      at: writtenAt,
      handwriting: null,
    },
    reviewer: null,
    singleSign: false,
    // No version yet: the sheet says 草稿 where a version's number stands.
    version: { number: 1, kind: 'final', issuedAt: savedAt },
    standing: 'draft',
    seal: null,
  };
}

/** Behind a preliminary report stands one doctor, however it is stored: nobody has reviewed it yet. */
function printedSigners(
  version: PrintableVersion,
  handwriting: PrintedHandwriting,
): Pick<ReportDocument, 'writer' | 'reviewer' | 'singleSign'> {
  const writer = {
    name: version.writer_name,
    title: version.writer_title || null,
    hospital: version.writer_hospital,
    at: version.written_at,
    handwriting: handwriting.writer,
  };
  const reviewer = {
    name: version.reviewer_name,
    title: version.reviewer_title || null,
    hospital: version.reviewer_hospital,
    at: version.signed_at,
    handwriting: handwriting.reviewer,
  };
  const preliminary = version.kind === 'preliminary';
  return { writer, reviewer: preliminary ? null : reviewer, singleSign: version.single_sign && !preliminary };
}

/** Patient and exam, the same on every sheet of the exam. */
export function printedSubject(subject: ReportSubject): Pick<ReportDocument, 'modality' | 'patient' | 'exam'> {
  const modality = printedModality(subject.modality);
  const { part, method } = examined(subject);
  return {
    modality,
    patient: {
      name: subject.patientName,
      sex: subject.sex,
      age: subject.age,
      localNumber: subject.visitNumber ?? subject.patientLocalId,
      ward: subject.department,
    },
    exam: {
      accessionNumber: subject.accessionNumber,
      orderingDoctor: subject.orderingDoctor,
      bodyPart: part,
      // Where the request says no more than the part, the kind of device is the method.
      method: method ?? modality,
      device: subject.device,
      performedAt: new Date(subject.performedAt),
      technician: subject.technician ?? null,
      clinicalDiagnosis: subject.clinicalDiagnosis,
    },
  };
}

/** A head that is set to the signer's hospital falls back to the centre while nobody has signed. */
export function printedHead(
  { centreName, clinicName }: ReportSubject,
  signingHospital: string | null,
  { heading, recognitionMark }: HeadSetting,
): ReportDocument['letterhead'] {
  const name = { centre: centreName, clinic: clinicName, hospital: signingHospital || centreName }[heading];
  return {
    name,
    requestingClinic: clinicName,
    readingCentre: name === centreName ? null : centreName,
    recognitionMark: recognitionMark || null,
  };
}

function signatureOf({ signature, signature_reliable }: PrintableVersion): ReportSeal['signature'] {
  if (signature === null) return 'none';
  return signature_reliable ? 'reliable' : 'software';
}

/** How a version is marked when it is printed now. */
export function standingNow(
  version: Pick<VersionRow, 'kind' | 'superseded_by' | 'superseded_by_kind' | 'recalled_at' | 'amending_since'>,
): Standing {
  const standing = standingOf(version);
  if (standing === 'superseded') return { supersededBy: version.superseded_by ?? 0 };
  if (standing !== 'in_force') return standing;
  return version.amending_since === null ? 'in-force' : 'amending';
}

/**
 * 检查部位 and 检查方法 as people read them: the Chinese of the two comes first (consoles send CHEST), and the side is
 * named unless the words name it already.
 */
export function examined(subject: Pick<ReportSubject, 'bodyPart' | 'itemName' | 'laterality'>): {
  part: string;
  method: string | null;
} {
  const words = [subject.bodyPart, subject.itemName].flatMap((word) => (word?.trim() ? [word] : []));
  const chinese = words.filter((word) => /\p{Script=Han}/u.test(word));
  const part = chinese[0] ?? words[0] ?? '';
  // A console's code beside Chinese words says nothing more to anybody who reads the sheet.
  const method = (chinese.length > 0 ? chinese : words).find((word) => word !== part) ?? null;
  const side = subject.laterality && SIDES[subject.laterality];
  const named = side === null || words.some((word) => word.includes(side));
  return { part: named ? part : `${part}（${side}侧）`, method };
}

/** The word of the sheet's title; CT, and any modality that hospitals have no other word for, prints under its own code. */
function printedModality(modality: string): string {
  return RADIOGRAPHS.has(modality) ? 'DR' : (CHINESE.get(modality) ?? modality);
}

function printedVersion(version: PrintableVersion): PrintedVersion {
  const { number, kind, signed_at: issuedAt, supersedes_number: replaces, reason } = version;
  if (kind === 'preliminary') return { number, kind, issuedAt };
  if (kind === 'final') return { number, kind, issuedAt, ...(replaces === null ? {} : { replaces }) };
  if (replaces === null || reason === null) throw new Error(`a ${kind} version says what it replaces and why`);
  return { number, kind, issuedAt, replaces, reason };
}
