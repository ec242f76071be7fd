import { seedCounty, type TestCounty } from '../../test/harness/county';
import { type System, startSystem } from '../../test/harness/system';
import { ExamsQueries, listSql } from './exams.queries';
import { isByNumber } from './exam-search.rules';
import type { Ctx } from '../platform/context';

jest.setTimeout(600_000);
test('scale', async () => {
  const system: System = await startSystem({ role: 'api' });
  const county: TestCounty = await seedCounty(system, { clinics: 26 });
  const ctx = system.ctx(county.countyId);
  const n = Number(process.env['N'] ?? 1000000);
  await system.db.relay(ctx, async (tx) => {
    await tx.change(`SET LOCAL statement_timeout = 0`);
    await tx.change(`INSERT INTO exam (id, county_id, clinic_id, accession_number, patient_local_id, patient_name, name_given, name_pinyin, name_initials, modality, priority, mode, state, request_digest, created_by, created_at, updated_at)
      SELECT gen_random_uuid(), $1, ($2::uuid[])[1 + i % 26], 'A' || i, 'P' || (i / 3), s.c || g.a || h.a, g.a || h.a, s.p || g.p || h.p, left(s.p,1) || left(g.p,1) || left(h.p,1), 'CT', 'ROUTINE', 'diagnose',
        CASE WHEN i % 1000 = 0 THEN 'RETURNED' WHEN i % 500 = 0 THEN 'QUEUED' ELSE 'SIGNED' END, 'x', 't', now() - make_interval(secs => i * 30), now()
      FROM generate_series(1, ${n}) i
      CROSS JOIN LATERAL (SELECT * FROM (VALUES ('张','zhang',1),('王','wang',2),('李','li',3),('刘','liu',4),('陈','chen',5),('赵','zhao',6),('欧','ou',7)) v(c,p,k) WHERE k = 1 + (i * 7 % 61) % CASE WHEN i % 100 = 0 THEN 7 ELSE 6 END) s
      CROSS JOIN LATERAL (SELECT * FROM (VALUES ('三','san',0),('小','xiao',1),('建','jian',2),('国','guo',3),('秀','xiu',4),('玉','yu',5),('桂','gui',6),('志','zhi',7),('文','wen',8),('春','chun',9)) v(a,p,k) WHERE k = (i / 11) % 10) g
      CROSS JOIN LATERAL (SELECT * FROM (VALUES ('丰','feng',0),('明','ming',1),('华','hua',2),('英','ying',3),('兰','lan',4),('军','jun',5),('梅','mei',6),('强','qiang',7),('芳','fang',8),('伟','wei',9), ('骁', 'xiao', 10)) v(a,p,k) WHERE k = CASE WHEN i % 5000 = 7 THEN 10 ELSE (i / 113) % 10 END) h`, [county.countyId, county.clinics.map((c) => c.id)]);
  });
  await system.db.relay(ctx, (tx) => tx.change('ANALYZE exam'));
  const clinicCtx: Ctx = { ...ctx, actor: { kind: 'gateway', id: 'x', name: 'x', permissions: new Set(), clinicIds: [county.clinics[3]!.id], hospitalIds: [], countyWide: false } };
  const out: string[] = [];
  for (const [who, c] of [['county', ctx], ['clinic', clinicCtx]] as const) {
    for (const input of [{}, { state: 'RETURNED' }, { state: 'SIGNED' }, { q: '张' }, { q: '张三' }, { q: '张三丰' }, { q: '三丰' }, {q:'小骁'}, {q:'欧小骁'}, { q: 'zs' }, { q: 'zhangs' }, { q: 'zhangsanfeng' }, {q:'oux'}, {q:'ouxiaoxiao'}, { q: 'A77' }, { q: 'A777777' }, { q: 'P777' }, { q: '马六' }, {q:'nobody'}, { q: '张', state: 'RETURNED' }] as any[]) {
      const times: number[] = [];
      let got = 0;
      for (let k = 0; k < 4; k += 1) {
        const t = process.hrtime.bigint();
        got = (await system.get(ExamsQueries).list(c, { limit: 50, ...input })).items.length;
        times.push(Number(process.hrtime.bigint() - t) / 1e6);
      }
      const { sql, params } = listSql(c, { limit: 50, ...input }, !input.q ? 'plain' : 'index');
      const plan = await system.db.read(c, (tx) => tx.rows<any>(`EXPLAIN ${sql}`, params));
      const idx = plan.map((r: any) => r['QUERY PLAN']).filter((l: string) => /Scan.*(exam_|Seq Scan on exam)/.test(l)).map((l: string) => l.replace(/\(cost.*/, '').trim());
      idx.unshift(String(got), String(isByNumber(input.q ?? '1')));
      out.push(`${who} ${JSON.stringify(input)} min ${Math.min(...times).toFixed(1)} max ${Math.max(...times).toFixed(1)} :: ${idx.join(' | ')}`);
    }
  }
  process.stderr.write(out.join('\n') + '\n');
  await system.stop();
});
