import { Platform1764000001000 } from './1764000001000-platform';
import { Tenancy1764000002000 } from './1764000002000-tenancy';
import { Audit1764000003000 } from './1764000003000-audit';
import { Identity1764000004000 } from './1764000004000-identity';
import { Images1764000005000 } from './1764000005000-images';
import { Studies1764000005500 } from './1764000005500-studies';
import { Exams1764000006000 } from './1764000006000-exams';
import { Worklist1764000007000 } from './1764000007000-worklist';
import { Reporting1764000008000 } from './1764000008000-reporting';
import { Delivery1764000009000 } from './1764000009000-delivery';
import { Turnaround1764000010000 } from './1764000010000-turnaround';
import { Notices1764000010500 } from './1764000010500-notices';
import { Assignment1764000011000 } from './1764000011000-assignment';
import { Handover1764000011500 } from './1764000011500-handover';
import { Templates1764000012000 } from './1764000012000-templates';
import { Signature1764000013000 } from './1764000013000-signature';
import { Drafting1764000013200 } from './1764000013200-drafting';
import { Revisions1764000013500 } from './1764000013500-revisions';
import { Critical1764000014000 } from './1764000014000-critical';
import { Collaboration1764000015000 } from './1764000015000-collaboration';
import { Priors1764000016000 } from './1764000016000-priors';
import { Quality1764000016500 } from './1764000016500-quality';
import { ExternalHospitals1764000010700 } from './1764000010700-external-hospitals';
import { ConsultationOpinions1764000017000 } from './1764000017000-consultation-opinions';
import { ReportAnnexes1764000017500 } from './1764000017500-report-annexes';
import { SignedForm31764000017600 } from './1764000017600-signed-form-3';
import { AmendmentHandover1764000018000 } from './1764000018000-amendment-handover';
import { ReadingMode1764000019000 } from './1764000019000-reading-mode';
import { WhoseWords1764000019500 } from './1764000019500-whose-words';
import { ImportantOfExam1764000019700 } from './1764000019700-important-of-exam';
import { KeyImages1764000019800 } from './1764000019800-key-images';
import { RefusedTexts1764000019900 } from './1764000019900-refused-texts';
import { ImagesTaken1764000019950 } from './1764000019950-images-taken';
import { PatientNoticesOfExam1764000020000 } from './1764000020000-patient-notices-of-exam';
import { RecallBadge1764000020100 } from './1764000020100-recall-badge';
import { SaidAgain1764000020200 } from './1764000020200-said-again';

/** Every migration in order. One that has landed is never edited: the next change is the next migration. */
export const migrations = [
  Platform1764000001000,
  Tenancy1764000002000,
  Audit1764000003000,
  Identity1764000004000,
  Images1764000005000,
  Studies1764000005500,
  Exams1764000006000,
  Worklist1764000007000,
  Reporting1764000008000,
  Delivery1764000009000,
  Turnaround1764000010000,
  Notices1764000010500,
  ExternalHospitals1764000010700,
  Assignment1764000011000,
  Handover1764000011500,
  Templates1764000012000,
  Signature1764000013000,
  Drafting1764000013200,
  Revisions1764000013500,
  Critical1764000014000,
  Collaboration1764000015000,
  Priors1764000016000,
  Quality1764000016500,
  ConsultationOpinions1764000017000,
  ReportAnnexes1764000017500,
  SignedForm31764000017600,
  AmendmentHandover1764000018000,
  ReadingMode1764000019000,
  WhoseWords1764000019500,
  ImportantOfExam1764000019700,
  KeyImages1764000019800,
  RefusedTexts1764000019900,
  ImagesTaken1764000019950,
  PatientNoticesOfExam1764000020000,
  RecallBadge1764000020100,
  SaidAgain1764000020200,
] as const;
