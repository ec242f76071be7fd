import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { Answer, JsonClient } from '../../test/harness/json-client';
import type { System } from '../../test/harness/system';
import type { Exam } from '../exams';
import { ReadingRoom } from './reading-room.fixture';

export interface Told {
  readonly kind: string;
  readonly text: string;
  readonly exam_id: string | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A county on a working day: readers who claim over HTTP, and what they are told. */
export class Shift {
  private readonly clients = new Map<string, JsonClient>();

  private constructor(
    readonly system: System,
    readonly county: TestCounty,
    readonly room: ReadingRoom,
  ) {}

  static async begin(system: System, people: readonly string[]): Promise<Shift> {
    const county = await seedCounty(system);
    const shift = new Shift(system, county, new ReadingRoom(system, county));
    for (const name of people) shift.clients.set(name, await signIn(system, county, name));
    return shift;
  }

  /** Somebody who is not of the county's first people: made by the test, or of another county. */
  admit(name: string, client: JsonClient): void {
    this.clients.set(name, client);
  }

  as(username: string): JsonClient {
    const client = this.clients.get(username);
    if (!client) throw new Error(`${username} has not signed in`);
    return client;
  }

  id(username: string): string {
    return this.county.people.get(username)!.id;
  }

  hospital(n: number): string {
    return this.county.hospitals[n - 1]!.id;
  }

  command(who: string, examId: string, verb: string, body: object = {}): Promise<Answer> {
    return this.as(who).post(`/api/worklist/${examId}/${verb}`, body);
  }

  /** A queued exam that this reader has claimed. */
  async held(who: string, exam: Partial<Exam> = {}): Promise<{ examId: string; fence: number }> {
    const examId = await this.room.queued(exam);
    return { examId, fence: await this.claim(who, examId) };
  }

  async claim(who: string, examId: string): Promise<number> {
    const { status, body } = (await this.command(who, examId, 'claim')) as Answer<{ fence: number }>;
    if (status !== 200) throw new Error(`claim by ${who}: ${status} ${JSON.stringify(body)}`);
    return body.fence;
  }

  /** A report that was rejected to its writer a moment ago. */
  async rejected(writer: string, until: Date | null): Promise<string> {
    const examId = await this.room.waitingForReview(writer);
    await this.room.changeExam(examId, { state: 'REVISING' });
    await this.room.project(examId);
    await this.room.setItem(examId, { reserved_until: until });
    return examId;
  }

  async told(username: string): Promise<Told[]> {
    return this.system.db.read(this.system.ctx(this.county.countyId), (tx) =>
      tx.rows<Told>(
        `SELECT n.kind, n.text, n.exam_id, n.params FROM notice n JOIN notice_receipt r ON r.county_id = n.county_id AND r.notice_id = n.id
         WHERE n.county_id = $1 AND r.person_id = $2 ORDER BY n.told_at, n.id`,
        [this.county.countyId, this.id(username)],
      ),
    );
  }

  /** What a person was told about one exam. */
  async toldOf(username: string, examId: string): Promise<Told[]> {
    return (await this.told(username)).filter((notice) => notice.exam_id === examId);
  }

  async audited(
    subjectId: string,
    action: string,
  ): Promise<{ reason: string | null; details: Record<string, unknown> }[]> {
    return (await this.room.audit(subjectId)).filter((row) => row.action === action);
  }
}
