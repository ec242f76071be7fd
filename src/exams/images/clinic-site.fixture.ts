import { gateway, seedCounty, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import type { ManualClock } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Clock } from '../../platform/clock';
import { Config } from '../../platform/config';
import type { Ctx } from '../../platform/context';
import { Db } from '../../platform/database';
import type { ExamDetail } from '../exam.view';
import { ExamStates } from '../exam-states';
import { Exams } from '../exams';
import { receiveMore, receiveStudy, request, type StudyRow } from '../exams.fixture';
import { Assembly } from './assembly';
import { ExamImages } from './exam-images';
import { AssumeComplete, QuietSweep } from './quiet-time';
import { StudyLinks } from './study-links';

/** Seconds without an image after which an exam counts as complete. */
export const QUIET = 60;

/** The header of images that were made for a request. */
export const headerOf = (sent: Record<string, string>): StudyRow => ({
  accession_number: sent['accessionNumber']!,
  patient_local_id: sent['patientLocalId']!,
  patient_name: '张三',
  patient_sex: 'M',
  birth_date: '19610412',
});

/**
 * A clinic whose requests and studies arrive one by one. No worker runs, whose alarm might come at any time: the tests call
 * what workers do themselves, at the times of their own clock.
 */
export class ClinicSite {
  readonly clinic: JsonClient;
  private readonly alarm: AssumeComplete;
  private readonly quietSweep: QuietSweep;

  private constructor(
    readonly system: System,
    readonly county: TestCounty,
    private readonly clock: ManualClock,
  ) {
    this.clinic = gateway(system, county.clinics[0]!);
    const [studies, config] = [system.get(StudyLinks), system.get(Config)];
    const images = system.get(ExamImages);
    this.alarm = new AssumeComplete(system.get(ExamStates), images, studies, system.get(Clock), config);
    this.quietSweep = new QuietSweep(system.get(Db), studies, this.alarm, config);
  }

  static async begin(clock: ManualClock): Promise<ClinicSite> {
    const system = await startSystem({ role: 'api', clock, env: { QUIET_SECONDS: String(QUIET) } });
    return new ClinicSite(system, await seedCounty(system), clock);
  }

  end(): Promise<void> {
    return this.system.stop();
  }

  get ctx(): Ctx {
    return this.system.ctx(this.county.countyId);
  }

  async register(
    overrule: Readonly<Record<string, unknown>> = {},
  ): Promise<{ id: string; sent: Record<string, string> }> {
    const sent = request(overrule) as Record<string, string>;
    const { status, body } = await this.clinic.post<{ examId: string }>('/api/exams', sent);
    if (status !== 201) throw new Error(`the request: ${status} ${JSON.stringify(body)}`);
    return { id: body.examId, sent };
  }

  /** A study as received, of which no exam has heard yet. */
  study(row: StudyRow, clinicIndex = 0): Promise<{ id: string; uid: string }> {
    return receiveStudy(this.system.db, this.ctx, this.county.clinics[clinicIndex]!.id, this.clock.now(), row);
  }

  /** One more image of a study. */
  more(studyId: string): Promise<void> {
    return receiveMore(this.system.db, this.ctx, studyId, this.clock.now());
  }

  assemble(studyId: string): Promise<void> {
    return this.system.db.write(this.ctx, (tx) => this.system.get(Assembly).assemble(tx, studyId, false));
  }

  /** The alarm that looks whether the quiet time is over. */
  quiet(examId: string): Promise<void> {
    return this.system.db.write(this.ctx, (tx) => this.alarm.look(tx, examId));
  }

  /** The net under the alarms; answers how many exams it looked at. */
  sweep(): Promise<number> {
    return this.system.db.relay(this.ctx, (tx) => this.quietSweep.sweep(tx, this.clock.now()));
  }

  detail(examId: string): Promise<ExamDetail> {
    return this.system.get(Exams).detail(this.ctx, examId);
  }

  async examsOfStudy(studyId: string): Promise<string[]> {
    const links = await this.rows<{ exam_id: string }>(
      'SELECT exam_id FROM exam_study WHERE study_id = $1 AND unlinked_at IS NULL ORDER BY exam_id',
      [studyId],
    );
    return links.map((link) => link.exam_id);
  }

  rows<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return this.system.db.relay(this.ctx, (tx) => tx.rows<T>(sql, params));
  }

  change(sql: string, params: readonly unknown[]): Promise<number> {
    return this.system.db.relay(this.ctx, (tx) => tx.change(sql, params));
  }
}
