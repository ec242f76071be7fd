import { gateway, seedCounty, signIn, type TestClinic, type TestCounty } from '../../../test/harness/county';
import { EventLog, EventStream } from '../../../test/harness/http';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Outbox } from '../../platform/outbox';
import { WakeBus } from '../../platform/wake';
import { signReport } from '../delivery.fixture';
import { inboxTopic } from './inboxes';

/** Whoever may not read the inbox any more is told nothing more, however long ago he began to listen. */
let system: System;
let county: TestCounty;
let secadmin: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system, { clinics: 5 });
  secadmin = await signIn(system, county, 'secadmin');
});
afterAll(() => system.stop());

const sign = (clinic: TestClinic) =>
  system.db.write(system.ctx(county.countyId), (tx) =>
    signReport(tx, system.get(Outbox), {
      clinicId: clinic.id,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer11')!.id,
      signedAt: new Date('2026-03-02T01:00:00Z'),
    }),
  );

async function listen(client: JsonClient): Promise<{ log: EventLog; stream: EventStream }> {
  const log = new EventLog();
  const stream = new EventStream({
    url: `${system.url}/api/inbox/stream`,
    headers: client.identity,
    onEvent: log.add,
  });
  await stream.opened;
  return { log, stream };
}

async function revokeKeyOf(clinic: TestClinic): Promise<void> {
  const { items } = (await secadmin.get('/api/gateway-keys')).body;
  const { keyId } = items.find((key: { clinicId: string }) => key.clinicId === clinic.id);
  expect((await secadmin.post(`/api/gateway-keys/${keyId}/revoke`)).status).toBe(204);
}

const change = (username: string, input: object) =>
  secadmin.patch(`/api/people/${county.people.get(username)!.id}`, input);

it.each<[string, number, (client: JsonClient) => Promise<unknown>]>([
  ['has signed out', 1, (client) => client.post('/api/auth/logout')],
  ['has left', 2, () => change('tech02', { active: false })],
  [
    'works elsewhere now',
    3,
    () => change('tech03', { grants: [{ role: 'technician', clinicId: county.clinics[0]!.id }] }),
  ],
])('sends nothing of a report signed after the listener %s', async (_, n, end) => {
  const clinic = county.clinics[n - 1]!;
  const tech = await signIn(system, county, `tech0${n}`);
  const [his, machines] = [await listen(tech), await listen(gateway(system, clinic))];
  await end(tech);
  await sign(clinic);
  await machines.log.waitFor(({ id }) => id === '1', 60_000);
  machines.stream.close();
  await his.stream.closed;
  expect(his.log.events).toEqual([]);
});

it('sends nothing of a report signed after the gateway’s key was revoked', async () => {
  const clinic = county.clinics[3]!;
  const [machines, hers] = [
    await listen(gateway(system, clinic)),
    await listen(await signIn(system, county, 'doctor04')),
  ];
  await revokeKeyOf(clinic);
  await sign(clinic);
  await hers.log.waitFor(({ id }) => id === '1', 60_000);
  hers.stream.close();
  await machines.stream.closed;
  expect(machines.log.events).toEqual([]);
});

it('answers a long poll that has outlived its key like one without any', async () => {
  const clinic = county.clinics[4]!;
  const waits = jest.spyOn(system.get(WakeBus), 'next');
  const poll = gateway(system, clinic).get('/api/inbox?wait=30');
  // Let in, has looked once, and waits again.
  await until(
    'the poll waits',
    () => waits.mock.calls.filter(([topic]) => topic === inboxTopic(clinic.id)).length >= 2,
  );
  waits.mockRestore();
  await revokeKeyOf(clinic);
  await sign(clinic);
  const answer = await poll;
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
});
