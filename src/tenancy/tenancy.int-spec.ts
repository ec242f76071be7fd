import { startSystem, type System } from '../../test/harness/system';
import { TenancyService } from './tenancy.service';

let system: System;
beforeAll(async () => {
  system = await startSystem({ role: 'api' });
}, 60_000);
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
