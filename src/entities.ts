import { AuditEvent } from './audit';
import {
  Consultation,
  ConsultInstitution,
  ExamAttachment,
  ExamMessage,
  ExamMessageReceipt,
  Referral,
  TeachingMark,
} from './collaboration';
import { CriticalCycle, CriticalEvent, CriticalSetting, ImportantFinding, PatientNotice } from './critical';
import { Channel, Delivery, DeliveryAttempt, DeliveryLane, EndpointAllowList, InboxLane } from './delivery';
import { Exam, ExamFlag, ExamImageMove, ExamStudy, Patient } from './exams';
import { GatewayKey, LoginFailure, Person, PersonGrant, Session } from './identity';
import { Instance } from './images';
import { Upload, UploadInstance } from './intake';
import { Notice, NoticeListener, NoticeReceipt } from './notices';
import { OutboxMessage } from './platform/outbox';
import { PersonLink, RecognitionLookup, RecognitionSetting } from './priors';
import { ImageGrading } from './quality';
import {
  LateImages,
  ReportAmendment,
  ReportAnnex,
  ReportKeyImages,
  ReportDemographics,
  ReportDiscrepancy,
  ReportDraft,
  ReportDraftCopy,
  ReportImageList,
  ReportRecall,
  ReportSeal,
  ReportSighting,
  ReportSubmission,
  ReportVersion,
  SingleSign,
  PreliminaryPolicy,
} from './reporting';
import { ReaderSpecialty, RosterLeave, RosterShift } from './rosters';
import { Letterhead } from './sheets';
import { PersonHandwriting, SigningKey } from './signature';
import { DicomSeries, DicomStudy, StudyFlag } from './studies';
import { Phrase, ReportTemplate, ReportTemplateUse, ReportTemplateVersion } from './templates';
import { Clinic, ClinicAgreement, County, Hospital } from './tenancy';
import { ExamClock } from './turnaround';
import {
  ReaderAbsence,
  ReadingHandover,
  ReadingAssignment,
  ReadingItem,
  ReadingPolicy,
  ReadingQuota,
  ReadingRelease,
  ReadingTurn,
} from './worklist';

/** Every table as a class; the drift check compares them with what the migrations made. */
export const entities = [
  OutboxMessage,
  County,
  Hospital,
  Clinic,
  ClinicAgreement,
  AuditEvent,
  Person,
  PersonGrant,
  Session,
  GatewayKey,
  LoginFailure,
  Notice,
  NoticeReceipt,
  NoticeListener,
  ReportTemplate,
  ReportTemplateVersion,
  ReportTemplateUse,
  Phrase,
  Instance,
  DicomStudy,
  DicomSeries,
  StudyFlag,
  Upload,
  UploadInstance,
  Patient,
  Exam,
  ExamStudy,
  ExamImageMove,
  ExamFlag,
  RosterShift,
  RosterLeave,
  ReaderSpecialty,
  ReadingItem,
  ReaderAbsence,
  ReadingHandover,
  ReadingPolicy,
  ReadingQuota,
  ReadingRelease,
  ReadingTurn,
  ReadingAssignment,
  ReportDraft,
  PersonLink,
  RecognitionLookup,
  RecognitionSetting,
  ImageGrading,
  ReportDraftCopy,
  ReportSubmission,
  ReportVersion,
  ReportImageList,
  ReportSeal,
  ReportAnnex,
  ReportKeyImages,
  SigningKey,
  PersonHandwriting,
  Letterhead,
  SingleSign,
  PreliminaryPolicy,
  ReportSighting,
  ReportRecall,
  ReportAmendment,
  ReportDemographics,
  LateImages,
  ReportDiscrepancy,
  CriticalSetting,
  CriticalCycle,
  CriticalEvent,
  ImportantFinding,
  PatientNotice,
  Channel,
  EndpointAllowList,
  InboxLane,
  DeliveryLane,
  Delivery,
  DeliveryAttempt,
  ExamMessage,
  ExamMessageReceipt,
  ExamAttachment,
  ConsultInstitution,
  Consultation,
  Referral,
  TeachingMark,
  ExamClock,
];
