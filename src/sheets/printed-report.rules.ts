import type { ReportSubject, ReportVersion } from '../reporting';
import type { ReportDocument, ReportVersion as PrintedVersion } from './pdf';

/** A version with the number of the one it supersedes. */
export type PrintableVersion = ReportVersion & { readonly supersedes_number: number | null };

/** DICOM modalities (PS3.3 C.7.3.1.1.1) that hospitals print as DR. */
const RADIOGRAPHS: ReadonlySet<string> = new Set(['DX', 'CR', 'DR', 'RG', 'RF', 'XA', 'PX', 'IO', 'MG']);
const SIDES = { L: '左', R: '右', B: '双' } as const;

/** What a signed version says on paper. `verificationUrl` is what its QR code carries. */
export function printedReport(version: PrintableVersion, verificationUrl: string): ReportDocument {
  const { subject } = version;
  const { part, method } = examined(subject);
  return {
    letterhead: { centreName: subject.centreName, requestingClinic: subject.clinicName },
    modality: printedModality(subject.modality),
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
      method,
      device: subject.device,
      performedAt: new Date(subject.performedAt),
      technician: null,
      clinicalDiagnosis: subject.clinicalDiagnosis,
    },
    text: {
      technique: version.technique || null,
      findings: version.findings,
      impression: version.impression,
      recommendation: version.recommendation || null,
      positive: version.positive,
      limitation: subject.limitation,
    },
    writer: {
      name: version.writer_name,
      title: version.writer_title || null,
      hospital: version.writer_hospital,
      at: version.written_at,
    },
    reviewer: {
      name: version.reviewer_name,
      title: version.reviewer_title || null,
      hospital: version.reviewer_hospital,
      at: version.signed_at,
    },
    version: printedVersion(version),
    standing: 'in-force',
    seal: {
      verificationCode: version.verification_code,
      verificationUrl,
      contentHash: version.content_sha256,
      signature: 'software',
    },
  };
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
  const part = words.find((word) => /\p{Script=Han}/u.test(word)) ?? words[0] ?? '';
  const method = words.find((word) => word !== part) ?? null;
  const side = subject.laterality && SIDES[subject.laterality];
  const named = side === null || words.some((word) => word.includes(side));
  return { part: named ? part : `${part}（${side}侧）`, method };
}

/** The word of the sheet's title; a modality that is neither CT nor X-ray prints under its own code. */
function printedModality(modality: string): string {
  return RADIOGRAPHS.has(modality) ? 'DR' : modality;
}

function printedVersion(version: PrintableVersion): PrintedVersion {
  const { number, kind, signed_at: issuedAt, supersedes_number: replaces, reason } = version;
  if (kind === 'preliminary') return { number, kind, issuedAt };
  if (kind === 'final') return { number, kind, issuedAt, ...(replaces === null ? {} : { replaces }) };
  if (replaces === null || reason === null) throw new Error(`a ${kind} version says what it replaces and why`);
  return { number, kind, issuedAt, replaces, reason };
}
