import { gateway, seedCounty } from '../../test/harness/county';
import { startSystem } from '../../test/harness/system';
import { request } from './exams.fixture';
import { Client } from 'pg';
import { ExamDoor } from './exam-door';
import { newId } from '../platform/ids';
import { registerExamSchema } from './exams.dto';

jest.setTimeout(600_000);
let cpu = 0;
test('rate', async () => {
  const system = await startSystem({ role: 'api', env: { DATABASE_POOL: '20' } });
  const county = await seedCounty(system);
  const clinic = gateway(system, county.clinics[0]!);
  const run = async (n: number, one: (i: number, w: number) => Promise<unknown>): Promise<number> => {
    let next = 0;
    const t = process.hrtime.bigint(); const u = process.cpuUsage();
    await Promise.all(Array.from({ length: 8 }, async (_, w) => { for (;;) { const i = next++; if (i >= n) return; await one(i, w); } }));
    const v = process.cpuUsage(u); cpu = (v.user + v.system) / n;
    return n / (Number(process.hrtime.bigint() - t) / 1e9);
  };
  const clients = await Promise.all(Array.from({ length: 8 }, async () => { const c = new Client({ connectionString: system.databaseUrl }); await c.connect(); return c; }));
  const raw = async (_: number, w: number) => {
    const c = clients[w]!;
    const id = newId(), p = newId();
    await c.query('BEGIN');
    await c.query(`INSERT INTO patient (id, county_id, clinic_id, local_id, name, sex, birth_date, created_at, updated_at) VALUES ($1,$2,$3,$4,'张三','M','1961-04-12',now(),now())`, [p, county.countyId, county.clinics[0]!.id, p]);
    await c.query(`INSERT INTO exam (id, county_id, clinic_id, accession_number, patient_id, patient_local_id, patient_name, name_given, name_pinyin, name_initials, sex, birth_date, modality, item_code, item_name, body_part, priority, mode, ordering_doctor, ordering_phone, state, exam_started_at, created_by, created_at, updated_at) VALUES ($1,$2,$3,$4,$5,$6,'张三','三','zhangsan','zs','M','1961-04-12','CT','20040100110000','CT胸部平扫','胸部','ROUTINE','diagnose','李四','0999','REGISTERED',now(),'gateway',now(),now())`, [id, county.countyId, county.clinics[0]!.id, id, p, p]);
    await c.query(`INSERT INTO audit_event (id, county_id, at, actor_kind, actor_id, actor_name, action, subject_type, subject_id, details, request_id) VALUES ($1,$2,now(),'gateway',$3,'gateway','exam.register','exam',$4,'{}','x')`, [newId(), county.countyId, newId(), id]);
    await c.query('COMMIT');
  };
  const door = system.get(ExamDoor);
  const ctx = { ...system.ctx(county.countyId), actor: { kind: 'gateway' as const, id: newId(), name: 'gateway', permissions: new Set<string>(), clinicIds: [county.clinics[0]!.id] as [string], hospitalIds: [] as [], countyWide: false as const } };
  const out: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const a = await run(1500, raw); const ca = cpu;
    const b = await run(1500, () => clinic.post('/api/exams', request())); const cb = cpu;
    const d = await run(1500, () => door.register(ctx, registerExamSchema.parse(request())));
    out.push(`raw ${a.toFixed(0)} http ${b.toFixed(0)} (${(b / a).toFixed(2)}) door ${d.toFixed(0)} (${(d / a).toFixed(2)}) node us/op raw ${ca.toFixed(0)} http ${cb.toFixed(0)} door ${cpu.toFixed(0)}`);
  }
  process.stderr.write(out.join('\n') + '\n');
  await Promise.all(clients.map((c) => c.end()));
  await system.stop();
});
