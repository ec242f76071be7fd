import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import { JsonClient } from '../harness/json-client';
import { startSystem, type System } from '../harness/system';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
});
afterAll(() => system.stop());

it('signs in, tells who one is, and signs out for good', async () => {
  const tech = await signIn(system, county, 'tech01');
  const me = await tech.get('/api/me');
  expect(me.body).toMatchObject({
    username: 'tech01',
    name: '技师1',
    grants: [{ role: 'technician', roleName: '技师' }],
  });
  expect(me.body.csrfToken).toBe(tech.identity['x-csrf-token']);
  expect((await tech.post('/api/auth/logout')).status).toBe(204);
  expect((await tech.get('/api/me')).status).toBe(401);
});

it('sets the cookie so that scripts and other sites cannot use it', async () => {
  const answer = await new JsonClient(system.url).post('/api/auth/login', {
    username: 'tech01',
    password: county.password,
  });
  expect(answer.headers.get('set-cookie')).toMatch(/^cic_session=[\w-]{43}; .*HttpOnly/);
  expect(answer.headers.get('set-cookie')).toContain('SameSite=Strict');
});

it('refuses a write without the anti-forgery token', async () => {
  const admin = await signIn(system, county, 'secadmin');
  const bare = new JsonClient(system.url, { cookie: admin.identity['cookie']! });
  const answer = await bare.post('/api/people', {});
  expect([answer.status, answer.body.code]).toEqual([403, 'csrf_missing']);
});

it('throttles an account after five failures, and only failures', async () => {
  const client = new JsonClient(system.url);
  const wrong = () => client.post('/api/auth/login', { username: 'doctor01', password: 'wrong-password' });
  for (let i = 0; i < 20; i += 1) await signIn(system, county, 'doctor02');
  for (let i = 0; i < 5; i += 1) expect((await wrong()).status).toBe(401);
  const sixth = await client.post('/api/auth/login', { username: 'doctor01', password: county.password });
  expect([sixth.status, sixth.body.code]).toEqual([429, 'login_throttled']);
  expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
  await signIn(system, county, 'doctor02');
});

it('names the unknown field of a body', async () => {
  const answer = await new JsonClient(system.url).post('/api/auth/login', {
    username: 'a',
    password: 'b',
    admin: true,
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: 'invalid_input', params: { field: 'admin' } });
});

it('lets a gateway in by its key until the key is revoked', async () => {
  const clinic = county.clinics[0]!;
  const machine = gateway(system, clinic);
  expect((await machine.get('/api/me')).body).toMatchObject({ kind: 'gateway', clinicIds: [clinic.id] });
  const sysadmin = await signIn(system, county, 'sysadmin');
  const keys = (await sysadmin.get('/api/gateway-keys')).body.items as { keyId: string; clinicId: string }[];
  const key = keys.find((one) => one.clinicId === clinic.id)!;
  expect((await sysadmin.post(`/api/gateway-keys/${key.keyId}/revoke`)).status).toBe(204);
  expect((await machine.get('/api/me')).status).toBe(401);
});

it('never gives two of the three administrations to one person', async () => {
  const secadmin = await signIn(system, county, 'secadmin');
  const answer = await secadmin.post('/api/people', {
    username: 'mighty',
    password: 'long-enough-password',
    name: '全能',
    grants: [{ role: 'sysadmin' }, { role: 'auditor' }],
  });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ code: 'grant_invalid', params: { fault: 'separation_of_duties' } });
});

it('ends every session of a person who is deactivated', async () => {
  const writer = await signIn(system, county, 'writer22');
  const secadmin = await signIn(system, county, 'secadmin');
  const id = county.people.get('writer22')!.id;
  expect((await secadmin.patch(`/api/people/${id}`, { active: false })).status).toBe(204);
  expect((await writer.get('/api/me')).status).toBe(401);
});
