import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { newId } from '../../platform/ids';
import { isWebhookSecret } from '../webhook';

let system: System;
let county: TestCounty;
let sysadmin: JsonClient;
let secadmin: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  sysadmin = await signIn(system, county, 'sysadmin');
  secadmin = await signIn(system, county, 'secadmin');
});
afterAll(() => system.stop());

const HTTPS = { scheme: 'https', host: 'his.clinic.example', ports: [443], networks: [] };
const URL = 'https://his.clinic.example/reports';

const allow = (clinicId: string, entries: object[]) =>
  secadmin.put(`/api/channels/allow-list/${clinicId}`, { entries });
const create = (clinicId: string, url = URL) =>
  sysadmin.post('/api/channels', { kind: 'webhook', clinicId, name: 'HIS', url });
const channel = async (channelId: string) =>
  (await sysadmin.get('/api/channels')).body.items.find((item: { channelId: string }) => item.channelId === channelId);

it('gives every clinic an inbox when it is opened, and no second one', async () => {
  const inboxes = await until('two inboxes', async () => {
    const { items } = (await sysadmin.get('/api/channels')).body;
    return items.length === 2 && items;
  });
  expect(inboxes.map((item: { kind: string }) => item.kind)).toEqual(['inbox', 'inbox']);
  const again = await sysadmin.post('/api/channels', { kind: 'inbox', clinicId: county.clinics[0]!.id });
  expect([again.status, again.body.code]).toEqual([409, 'inbox_exists']);
  const off = await sysadmin.post(`/api/channels/${inboxes[0].channelId}/disable`, { reason: '不用了' });
  expect([off.status, off.body.code]).toEqual([409, 'inbox_fixed']);
});

it('registers a webhook only where the clinic’s allow-list lets it go', async () => {
  const { id } = county.clinics[0]!;
  const refused = await create(id);
  expect(refused.body).toMatchObject({ code: 'endpoint_refused', params: { field: 'url', fault: 'url_not_allowed' } });
  expect((await allow(id, [HTTPS])).status).toBe(204);
  expect((await create(id)).status).toBe(201);
  for (const [url, fault] of [
    ['http://his.clinic.example/reports', 'url_scheme'],
    ['https://his.clinic.example:8443/reports', 'url_port'],
    ['https://his.clinic.example.evil.example/', 'url_not_allowed'],
    ['https://user@his.clinic.example/', 'url_credentials'],
    ['https://127.0.0.1/', 'url_not_allowed'],
    ['file:///etc/passwd', 'url_syntax'],
  ] as const) {
    expect((await create(id, url)).body.params).toMatchObject({ field: 'url', fault });
  }
  // Another clinic's list opens nothing here.
  expect((await create(county.clinics[1]!.id)).body.params.fault).toBe('url_not_allowed');
});

it('lets nobody who sets channels up widen the allow-list', async () => {
  const { id } = county.clinics[0]!;
  const before = (await secadmin.get(`/api/channels/allow-list/${id}`)).body;
  const wider = { entries: [{ ...HTTPS, host: 'elsewhere.example' }] };
  for (const who of [sysadmin, await signIn(system, county, 'admin')])
    expect((await who.put(`/api/channels/allow-list/${id}`, wider)).status).toBe(403);
  expect((await sysadmin.get(`/api/channels/allow-list/${id}`)).body).toEqual(before);
  const body = { kind: 'webhook', clinicId: id, name: 'HIS', url: URL };
  expect((await secadmin.post('/api/channels', body)).status).toBe(403);
});

it('refuses an entry that would open more than it says', async () => {
  const { id } = county.clinics[0]!;
  for (const [entry, fault] of [
    [{ ...HTTPS, host: '*.clinic.example' }, 'allow_host'],
    [{ ...HTTPS, ports: [22] }, 'allow_ports'],
    [{ ...HTTPS, networks: ['10.20.3.7/16'] }, 'allow_networks'],
    [{ ...HTTPS, scheme: 'http', ports: [80] }, 'allow_clear_text'],
    [{ scheme: 'http', host: null, ports: [8099], networks: ['8.0.0.0/8'] }, 'allow_clear_text'],
    [{ ...HTTPS, host: null, networks: ['0.0.0.0/0'] }, 'allow_too_wide'],
    [{ ...HTTPS, host: '169.254.169.254' }, 'allow_metadata'],
  ] as const) {
    const answer = await allow(id, [HTTPS, entry]);
    expect(answer.body).toMatchObject({ code: 'allow_entry_refused', params: { field: 'entries.1', fault } });
  }
  expect((await sysadmin.get(`/api/channels/allow-list/${id}`)).body).toEqual({ clinicId: id, entries: [HTTPS] });
});

it('shows the secret once, and keeps it sealed', async () => {
  const { id } = county.clinics[0]!;
  await allow(id, [HTTPS]);
  const made = (await create(id)).body;
  expect(isWebhookSecret(made.secret)).toBe(true);
  const rotated = (await sysadmin.post(`/api/channels/${made.channelId}/rotate-secret`)).body;
  expect(isWebhookSecret(rotated.secret)).toBe(true);
  expect(rotated.secret).not.toBe(made.secret);

  const listed = JSON.stringify((await sysadmin.get('/api/channels')).body);
  const stored = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows('SELECT c.*, a.details FROM channel c LEFT JOIN audit_event a ON a.subject_id = c.id WHERE c.id = $1', [
      made.channelId,
    ]),
  );
  for (const secret of [made.secret, rotated.secret]) {
    expect(listed).not.toContain(secret);
    expect(JSON.stringify(stored)).not.toContain(secret);
  }
});

it('switches a webhook off and on, audited, and never twice', async () => {
  const { id } = county.clinics[0]!;
  await allow(id, [HTTPS]);
  const { channelId } = (await create(id)).body;
  expect((await sysadmin.patch(`/api/channels/${channelId}`, { name: '院内系统' })).status).toBe(204);
  expect((await sysadmin.post(`/api/channels/${channelId}/disable`, { reason: '系统升级' })).status).toBe(204);
  expect(await channel(channelId)).toMatchObject({ name: '院内系统', active: false, disabledReason: '系统升级' });
  const twice = await sysadmin.post(`/api/channels/${channelId}/disable`, { reason: '再次' });
  expect([twice.status, twice.body.code]).toEqual([409, 'channel_state']);
  expect((await sysadmin.post(`/api/channels/${channelId}/enable`)).status).toBe(204);
  expect(await channel(channelId)).toMatchObject({ active: true, disabledReason: null });

  const rows = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ action: string; reason: string | null }>(
      'SELECT action, reason FROM audit_event WHERE subject_id = $1 ORDER BY id',
      [channelId],
    ),
  );
  expect(rows.map(({ action, reason }) => [action, reason])).toEqual([
    ['channel.create', null],
    ['channel.change', null],
    ['channel.disable', '系统升级'],
    ['channel.enable', null],
  ]);
});

it('is the system administrator’s business alone', async () => {
  const clinicId = county.clinics[0]!.id;
  const body = { kind: 'webhook', clinicId, name: 'HIS', url: URL };
  const others = [
    ...(await Promise.all(['admin', 'secadmin', 'tech01', 'chief1'].map((name) => signIn(system, county, name)))),
    gateway(system, county.clinics[0]!),
  ];
  for (const client of others) expect((await client.post('/api/channels', body)).status).toBe(403);
  expect((await sysadmin.post('/api/channels', { ...body, secret: 'whsec_mine' })).body.params.field).toBe('secret');
});

it('does not know another county’s clinic or channel', async () => {
  const other = await seedCounty(system, { code: 'b', clinics: 1 });
  const stranger = await signIn(system, other, 'sysadmin');
  const strangeGuard = await signIn(system, other, 'secadmin');
  const { channelId } = (await create(county.clinics[0]!.id)).body;
  const calls = [
    stranger.patch(`/api/channels/${channelId}`, { name: 'x' }),
    stranger.post(`/api/channels/${channelId}/disable`, { reason: 'x' }),
    stranger.post(`/api/channels/${channelId}/enable`),
    stranger.post(`/api/channels/${channelId}/rotate-secret`),
    stranger.get(`/api/channels/allow-list/${county.clinics[0]!.id}`),
    strangeGuard.put(`/api/channels/allow-list/${county.clinics[0]!.id}`, { entries: [] }),
    stranger.post('/api/channels', { kind: 'inbox', clinicId: county.clinics[0]!.id }),
    stranger.patch(`/api/channels/${newId()}`, { name: 'x' }),
  ];
  for (const answer of await Promise.all(calls)) expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
});
