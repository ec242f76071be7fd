import type { TestCounty } from '../../test/harness/county';
import type { System } from '../../test/harness/system';
import { type Exam, type ExamState } from '../exams';
import { ROLES, type RoleName } from '../identity';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { newId } from '../platform/ids';
import { Projection } from './list/projection';
import type { ReadingItem } from './reading-item.entity';

/** Exams on the list and readers before it, for the integration specs of this slice. */
export class ReadingRoom {
  private exams = 0;

  constructor(
    readonly system: System,
    readonly county: TestCounty,
  ) {}

  get now(): Date {
    return this.system.get(Clock).now();
  }

  /** An exam with complete images, queued a minute ago, and its reading item. */
  async queued(changes: Partial<Exam> = {}): Promise<string> {
    const examId = await this.exam({ state: 'QUEUED', ...changes });
    await this.project(examId);
    return examId;
  }

  /**
   * The same; `last` happens when the item is there and before anybody else can see it, or its timers set out. A timer that
   * looks but once would find nothing to do at a time that the test's own clock reaches only after it.
   */
  async queuedBefore(last: (item: ReadingItem) => void, changes: Partial<Exam> = {}): Promise<string> {
    const examId = await this.exam({ state: 'QUEUED', ...changes });
    await this.system.db.write(this.ctx, async (tx) => {
      await this.system.get(Projection).project(tx, examId);
      const item = await tx.row<ReadingItem>('SELECT * FROM reading_item WHERE exam_id = $1', [examId]);
      last(item!);
    });
    return examId;
  }

  /** An exam whose report waits for review; its writer has gone on. */
  async waitingForReview(writer = 'writer11'): Promise<string> {
    const examId = await this.queued();
    await this.changeExam(examId, { state: 'PENDING_REVIEW' });
    await this.project(examId);
    await this.setItem(examId, {
      writer_id: this.county.people.get(writer)!.id,
      writer_hospital_id: this.county.hospitals[0]!.id,
      submitted_at: this.now,
    });
    return examId;
  }

  /** Writes columns of an item behind everybody's back. */
  async setItem(examId: string, columns: Partial<ReadingItem>): Promise<void> {
    const entries = Object.entries(columns);
    const assignments = entries.map(([column], i) => `${column} = $${i + 2}`).join();
    await this.system.db.write(this.ctx, (tx) =>
      tx.change(`UPDATE reading_item SET ${assignments} WHERE exam_id = $1`, [
        examId,
        ...entries.map(([, value]) => value),
      ]),
    );
  }

  /** An exam's row as its own slice would leave it, not yet on the list. */
  async exam(changes: Partial<Exam> = {}): Promise<string> {
    const number = (this.exams += 1);
    const before = (minutes: number): Date => new Date(this.now.getTime() - minutes * 60_000);
    const exam: Partial<Exam> = {
      id: newId(),
      county_id: this.county.countyId,
      clinic_id: this.county.clinics[0]!.id,
      accession_number: `ACC${String(number).padStart(5, '0')}`,
      patient_name: '张三',
      name_pinyin: 'zhangsan',
      name_initials: 'zs',
      modality: 'DX',
      priority: 'ROUTINE',
      mode: 'diagnose',
      images_complete: 'manifest',
      image_set: 1,
      exam_started_at: before(10),
      first_byte_at: before(5),
      queued_at: before(1),
      created_by: 'test',
      created_at: before(10),
      updated_at: before(1),
      ...changes,
    };
    const columns = Object.keys(exam);
    await this.system.db.write(this.ctx, (tx) =>
      tx.change(
        `INSERT INTO exam (${columns.join()}) VALUES (${columns.map((_, i) => `$${i + 1}`).join()})`,
        Object.values(exam),
      ),
    );
    return exam.id!;
  }

  async project(examId: string): Promise<void> {
    await this.system.db.write(this.ctx, (tx) => this.system.get(Projection).project(tx, examId));
  }

  /** Changes an exam behind the list's back, as its own slice would: a new revision. */
  async changeExam(examId: string, changes: Partial<Exam>): Promise<void> {
    const entries = Object.entries(changes);
    await this.system.db.write(this.ctx, (tx) =>
      tx.change(
        `UPDATE exam SET rev = rev + 1, ${entries.map(([column], i) => `${column} = $${i + 2}`).join()} WHERE id = $1`,
        [examId, ...entries.map(([, value]) => value)],
      ),
    );
  }

  async item(examId: string): Promise<ReadingItem> {
    const row = await this.system.db.read(this.ctx, (tx) =>
      tx.row<ReadingItem>('SELECT * FROM reading_item WHERE exam_id = $1', [examId]),
    );
    if (!row) throw new Error('the exam is not on the list');
    return row;
  }

  async examState(examId: string): Promise<ExamState> {
    const row = await this.system.db.read(this.ctx, (tx) =>
      tx.row<Exam>('SELECT state FROM exam WHERE id = $1', [examId]),
    );
    return row!.state;
  }

  /** Audit rows of an exam in the order in which they were written, as `action actor-kind`. */
  async audit(
    examId: string,
  ): Promise<{ action: string; actor_kind: string; reason: string | null; details: Record<string, unknown> }[]> {
    return this.system.db.read(this.ctx, (tx) =>
      tx.rows('SELECT action, actor_kind, reason, details FROM audit_event WHERE subject_id = $1 ORDER BY at, id', [
        examId,
      ]),
    );
  }

  /** A person of the county as the guard would present him. */
  person(username: string, role: RoleName, ...hospitals: readonly number[]): Ctx {
    return this.reader(this.county.people.get(username)!.id, role, ...hospitals);
  }

  reader(personId: string, role: RoleName, ...hospitals: readonly number[]): Ctx {
    return {
      countyId: this.county.countyId,
      requestId: newId(),
      actor: {
        kind: 'person',
        id: personId,
        name: 'reader',
        permissions: new Set(ROLES[role].permissions),
        clinicIds: [],
        hospitalIds: hospitals.map((n) => this.county.hospitals[n - 1]!.id),
        countyWide: false,
      },
    };
  }

  /** More readers than a test county has, as rows only. */
  async readers(count: number): Promise<Ctx[]> {
    const ids = Array.from({ length: count }, () => newId());
    await this.system.db.write(this.ctx, (tx) =>
      tx.change(
        `INSERT INTO person (id, county_id, username, name, password_hash, created_at)
         SELECT id, $1, 'reader-' || id, 'reader', '-', $3 FROM unnest($2::uuid[]) AS one (id)`,
        [this.county.countyId, ids, this.now],
      ),
    );
    return ids.map((id, i) => this.reader(id, 'writer', 1 + (i % 2)));
  }

  private get ctx(): Ctx {
    return this.system.ctx(this.county.countyId);
  }
}
