import type { Exam } from '../../exams';
import { DomainError, type ErrorParams } from '../../platform/errors';
import { reportingErrors } from '../reporting.errors';
import type { Positive } from '../report.state';

/** Who puts a name under a report, as the person table says at that moment. */
export interface Signatory {
  readonly id: string;
  readonly name: string;
  readonly title: string | null;
  readonly licence_number: string | null;
  /** YYYY-MM-DD, the last valid day. */
  readonly licence_valid_until: string | null;
  readonly hospital: string | null;
}

export interface ReportText {
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
  readonly positive: Positive | null;
}

export type SigningAct = '提交' | '审签';

/** 主治 or above: who may review. Technicians, nurses and pharmacists have a 主任 of their own. */
const REVIEWING_TITLES: readonly string[] = ['主治医师', '副主任医师', '主任医师'];

export type LicenceFault = 'title_missing' | 'title_too_low' | 'licence_missing' | 'licence_expired';

const LICENCE_PROBLEMS: Readonly<Record<LicenceFault, string>> = {
  title_missing: '未登记职称',
  title_too_low: '职称低于主治医师',
  licence_missing: '未登记执业证书',
  licence_expired: '执业证书已过有效期',
};

/** What keeps a person from this act on this day (YYYY-MM-DD), or undefined. */
export function licenceFault(person: Signatory, act: SigningAct, today: string): LicenceFault | undefined {
  if (!person.title?.trim()) return 'title_missing';
  if (act === '审签' && !REVIEWING_TITLES.includes(person.title.trim())) return 'title_too_low';
  if (!person.licence_number?.trim() || !person.licence_valid_until) return 'licence_missing';
  return today > person.licence_valid_until ? 'licence_expired' : undefined;
}

/** What keeps a person from an act, in a word for programs and in one for people. */
export interface Obstacle {
  readonly act: SigningAct;
  readonly fault: LicenceFault;
  readonly problem: string;
}

/** The same with the words for it; null when nothing does. */
export function obstacleTo(act: SigningAct, person: Signatory, today: string): Obstacle | null {
  const fault = licenceFault(person, act, today);
  return fault ? { act, fault, problem: LICENCE_PROBLEMS[fault] } : null;
}

/** @throws DomainError `licence_invalid` with `params.fault` */
export function requireLicence(person: Signatory, act: SigningAct, today: string, present: ErrorParams): void {
  const obstacle = obstacleTo(act, person, today);
  if (obstacle) throw new DomainError(reportingErrors.licence_invalid, { ...present, ...obstacle });
}

const TEXT_NAMES = { findings: '影像所见', impression: '诊断意见', positive: '阳性标志' } as const;

/** Sections that a report must have to be signed and has not. */
export function unfinishedSections(text: ReportText): (keyof typeof TEXT_NAMES)[] {
  const empty = (['findings', 'impression'] as const).filter((section) => text[section].trim() === '');
  return text.positive === null ? [...empty, 'positive'] : empty;
}

/** @throws DomainError `report_unfinished` with `params.missing` */
export function requireFinished(
  text: ReportText,
  present: ErrorParams,
): asserts text is ReportText & { positive: Positive } {
  const missing = unfinishedSections(text);
  if (missing.length === 0) return;
  const missingNames = missing.map((section) => TEXT_NAMES[section]).join('、');
  throw new DomainError(reportingErrors.report_unfinished, { ...present, missing, missingNames });
}

const EXAM_NAMES = { accession_number: '检查号', modality: '设备类型', exam_started_at: '检查时间' } as const;
type Printable = Record<'accession_number' | 'modality', string> & { exam_started_at: Date };

/** An exam that can be printed: without its number, its time or its kind a sheet says nothing. @throws `exam_data_missing` */
export function requirePrintable<E extends Pick<Exam, keyof Printable>>(exam: E, present: ErrorParams): E & Printable {
  const missing = (Object.keys(EXAM_NAMES) as (keyof Printable)[]).filter((field) => exam[field] === null);
  if (missing.length === 0) return exam as E & Printable;
  const missingNames = missing.map((field) => EXAM_NAMES[field]).join('、');
  throw new DomainError(reportingErrors.exam_data_missing, { ...present, missing, missingNames });
}
