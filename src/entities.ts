import { AuditEvent } from './audit';
import { Channel, Delivery, DeliveryAttempt, DeliveryLane, EndpointAllowList, InboxLane } from './delivery';
import { Exam, ExamFlag, ExamImageMove, ExamStudy, Patient } from './exams';
import { GatewayKey, LoginFailure, Person, PersonGrant, Session } from './identity';
import { Instance } from './images';
import { Upload, UploadInstance } from './intake';
import { OutboxMessage } from './platform/outbox';
import { ReportDraft, ReportSubmission, ReportVersion } from './reporting';
import { DicomSeries, DicomStudy, StudyFlag } from './studies';
import { Clinic, ClinicAgreement, County, Hospital } from './tenancy';
import { ExamClock } from './turnaround';
import { ReadingItem } from './worklist';

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
  ReadingItem,
  ReportDraft,
  ReportSubmission,
  ReportVersion,
  Channel,
  EndpointAllowList,
  InboxLane,
  DeliveryLane,
  Delivery,
  DeliveryAttempt,
  ExamClock,
];
