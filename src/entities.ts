import { AuditEvent } from './audit';
import { Exam } from './exams';
import { GatewayKey, LoginFailure, Person, PersonGrant, Session } from './identity';
import { OutboxMessage } from './platform/outbox';
import { Clinic, ClinicAgreement, County, Hospital } from './tenancy';

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
  Exam,
];
