import { gateway, seedCounty, signIn } from '../../test/harness/county';
import { startSystem, type System } from '../../test/harness/system';
import { PeopleService } from '../identity';
import { TenancyService } from './tenancy.service';

let system: System;
beforeAll(async () => {
  system = await startSystem({ role: 'api' });
});
afterAll(() => system.stop());

describe('opening a county', () => {
  const county = { code: 'yunxi', name: '云溪县', centreName: '云溪县医学影像诊断中心' };

  it('makes it once, whoever asks at the same time, and writes that down', async () => {
    const tenancy = system.get(TenancyService);
    const opened = await Promise.all([1, 2, 3, 4].map(() => tenancy.openCounty('test', county)));
    const [first] = opened;
    expect(opened).toEqual(opened.map(() => first));
    const ctx = system.ctx(first!.countyId);
    const audited = await system.db.read(ctx, (tx) =>
      tx.rows('SELECT action, actor_name, subject_id, details FROM audit_event'),
    );
    expect(audited).toEqual([
      { action: 'county.open', actor_name: 'test', subject_id: first!.countyId, details: { code: 'yunxi' } },
    ]);
  });

  it('leaves the names of one that is there', async () => {
    const tenancy = system.get(TenancyService);
    const { countyId } = await tenancy.openCounty('test', { ...county, name: '他县', centreName: '他县中心' });
    const ctx = system.ctx(countyId);
    const names = await system.db.read(ctx, (tx) => tx.row('SELECT name, centre_name FROM county'));
    expect(names).toEqual({ name: county.name, centre_name: county.centreName });
    expect(await tenancy.findCounty('test', 'nowhere')).toBeUndefined();
  });
});

it('takes for a clinic’s duty phone what can be dialled, or nothing', async () => {
  const county = await seedCounty(system, { code: 'c2' });
  const sysadmin = await signIn(system, county, 'sysadmin');
  const clinic = county.clinics[0]!.id;
  const change = (dutyPhone: unknown) => sysadmin.patch(`/api/clinics/${clinic}`, { dutyPhone });
  for (const bad of ['<b>打电话', '\ud800x', '0999-1\n0999-2', '\u202e0999-1', '---', '1'.repeat(31), 999]) {
    const { status, body } = await change(bad);
    expect([bad, status, body.code, body.params.field]).toEqual([bad, 400, 'invalid_input', 'dutyPhone']);
  }
  const phoneOf = async () => {
    const { items } = (await sysadmin.get('/api/clinics')).body;
    return items.find(({ clinicId }: { clinicId: string }) => clinicId === clinic).dutyPhone;
  };
  for (const good of ['(0999) 123-4567转8', '']) {
    expect((await change(good)).status).toBeLessThan(300);
    expect(await phoneOf()).toBe(good);
  }
});

it('shows hospitals and clinics to everybody of the county, and not to an expert of another institution', async () => {
  const county = await seedCounty(system);
  const sysadmin = await signIn(system, county, 'sysadmin');
  const outside = { code: 'P1', name: '省影像会诊中心', agreement: '会诊协议' };
  const { body } = await sysadmin.post('/api/consult-institutions', outside);
  await system.get(PeopleService).create(system.ctx(county.countyId), {
    username: 'expert1',
    password: county.password,
    name: '专家一',
    grants: [{ role: 'expert', hospitalId: body.institution }],
  });
  const expert = await signIn(system, county, 'expert1');
  const insiders = [
    'tech01',
    'doctor01',
    'trainee11',
    'writer11',
    'reviewer11',
    'chief1',
    'admin',
    'secadmin',
    'auditor',
  ];
  const people = await Promise.all(insiders.map((name) => signIn(system, county, name)));
  for (const path of ['/api/hospitals', '/api/clinics']) {
    const answers = [sysadmin, ...people, gateway(system, county.clinics[0]!)].map((client) => client.get(path));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    const refused = await expert.get(path);
    expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'forbidden']);
  }
});
