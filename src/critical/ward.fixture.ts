import type { TestCounty } from '../../test/harness/county';
import type { System } from '../../test/harness/system';
import type { Exam } from '../exams';
import { PeopleService, ROLES, type RoleName } from '../identity';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { newId } from '../platform/ids';
import type { CriticalCycle } from './critical.entities';

/** Exams being read and the people of both sides, for the integration specs of this slice. */
export class Ward {
  private exams = 0;

  constructor(
    readonly system: System,
    readonly county: TestCounty,
  ) {}

  /** An exam of the first clinic that a radiologist may have before him. */
  async exam(changes: Partial<Exam> = {}): Promise<string> {
    const now = this.system.get(Clock).now();
    const exam: Partial<Exam> = {
      id: newId(),
      county_id: this.county.countyId,
      clinic_id: this.county.clinics[0]!.id,
      accession_number: `CT${String((this.exams += 1)).padStart(6, '0')}`,
      patient_name: '张三',
      modality: 'CT',
      priority: 'STAT',
      mode: 'diagnose',
      state: 'CLAIMED',
      images_complete: 'manifest',
      ordering_doctor: '医师1',
      ordering_phone: '000-1111',
      created_by: 'test',
      created_at: now,
      updated_at: now,
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

  /** A person of the county as the guard would present him; a number is a clinic's, a hospital's for hospital roles. */
  person(username: string, role: RoleName, site = 1): Ctx {
    return this.actor(this.county.people.get(username)!.id, username, role, site);
  }

  actor(personId: string, name: string, role: RoleName, site = 1): Ctx {
    const spec = ROLES[role];
    return {
      countyId: this.county.countyId,
      requestId: newId(),
      actor: {
        kind: 'person',
        id: personId,
        name,
        permissions: new Set(spec.permissions),
        clinicIds: spec.site === 'clinic' ? [this.county.clinics[site - 1]!.id] : [],
        hospitalIds: spec.site === 'hospital' ? [this.county.hospitals[site - 1]!.id] : [],
        countyWide: spec.site === 'county',
      },
    };
  }

  /** One more person, through the real service; the test county has no head of a clinic, and few people at each. */
  async hire(username: string, role: RoleName, site = 1): Promise<Ctx> {
    const where =
      ROLES[role].site === 'clinic'
        ? { clinicId: this.county.clinics[site - 1]!.id }
        : { hospitalId: this.county.hospitals[site - 1]!.id };
    const { personId } = await this.system.get(PeopleService).create(this.ctx, {
      username: `${username}${this.county.suffix}`,
      password: this.county.password,
      name: username,
      grants: [{ role, ...where }],
    });
    return this.actor(personId, username, role, site);
  }

  async cycle(criticalId: string): Promise<CriticalCycle> {
    const [row] = await this.rows<CriticalCycle>('SELECT * FROM critical_cycle WHERE id = $1', [criticalId]);
    return row!;
  }

  rows<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return this.system.db.read(this.ctx, (tx) => tx.rows<T>(sql, params));
  }

  /** Changes rows behind everybody's back. */
  change(sql: string, params: readonly unknown[] = []): Promise<number> {
    return this.system.db.relay(this.ctx, (tx) => tx.change(sql, params));
  }

  /** Names of those whom the notices of this kind about an exam reached, in order. */
  async told(examId: string, kind: string): Promise<string[]> {
    const rows = await this.rows<{ username: string }>(
      `SELECT DISTINCT p.username FROM notice n JOIN notice_receipt r ON r.notice_id = n.id JOIN person p ON p.id = r.person_id
       WHERE n.exam_id = $1 AND n.kind = $2 ORDER BY p.username`,
      [examId, kind],
    );
    return rows.map((row) => row.username);
  }

  /** Actions of the trail in order. */
  async trail(criticalId: string): Promise<string[]> {
    const rows = await this.rows<{ action: string }>(
      "SELECT action FROM critical_event WHERE cycle_id = $1 AND action <> 'told' ORDER BY at, id",
      [criticalId],
    );
    return rows.map((row) => row.action);
  }

  get ctx(): Ctx {
    return this.system.ctx(this.county.countyId);
  }
}
