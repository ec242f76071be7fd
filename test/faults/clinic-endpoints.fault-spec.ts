import { FakeClinic, signReport } from '../../src/delivery/delivery.fixture';
import { Outbox, Sweeper } from '../../src/platform/outbox';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import { DAY, HOUR, ManualClock } from '../harness/manual-clock';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';
import { type InboxEntry, must } from './county-work';

/** No attempt ends by its time: a bad endpoint answers when the spec lets it, or breaks off. */
const TIMEOUT_MS = 120_000;
const REPORTS = 6;

/** What the slow one will say when it may. */
const unsaid: (() => void)[] = [];

const ANSWERS = {
  good: (response) => response.writeHead(204).end(),
  away: (response) => response.writeHead(204).end(),
  slow: (response) => unsaid.push(() => response.writeHead(204).end()),
  hanging: () => undefined,
  failing: (response) => response.writeHead(500).end(),
  redirecting: (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end(),
  garbage: (response) => response.socket!.end('\x00\xffSSH-2.0-OpenSSH_9.2\r\n'),
  gone: (response) => response.writeHead(410).end(),
} satisfies Record<string, FakeClinic['answer']>;
type Name = keyof typeof ANSWERS;
const NAMES = Object.keys(ANSWERS) as Name[];
/** Those that say at once what is wrong with them, every time. */
const QUICK: readonly Name[] = ['away', 'hanging', 'failing', 'redirecting', 'garbage'];

let clock: ManualClock;
let system: System;
let county: TestCounty;
const fakes = new Map<Name, FakeClinic>();
const channels = new Map<Name, string>();
const signed = new Map<Name, string[]>(NAMES.map((name) => [name, []]));

beforeAll(async () => {
  clock = new ManualClock();
  // Canaries measure silence by the same clock, on which days pass here in a second.
  const env = { WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS), CANARY_SECONDS: '600', SWEEP_SECONDS: '3600' };
  system = await startSystem({ clock, env });
  county = await seedCounty(system, { clinics: NAMES.length });
  const sysadmin = await signIn(system, county, 'sysadmin');
  const secadmin = await signIn(system, county, 'secadmin');
  for (const name of NAMES) {
    const fake = await FakeClinic.start();
    fake.answer = ANSWERS[name];
    fakes.set(name, fake);
    const clinicId = clinicOf(name).id;
    const entry = { scheme: 'http', host: '127.0.0.1', ports: [fake.port], networks: ['127.0.0.1/32'] };
    must(await secadmin.put(`/api/channels/allow-list/${clinicId}`, { entries: [entry] }));
    const channel = { kind: 'webhook', clinicId, name: '院内系统', url: fake.url };
    channels.set(name, must<{ channelId: string }>(await sysadmin.post('/api/channels', channel)).channelId);
  }
  await fakes.get('away')!.goAway();
});
afterAll(async () => {
  for (const fake of fakes.values()) await fake.goAway();
  await system.stop();
});

const clinicOf = (name: Name) => county.clinics[NAMES.indexOf(name)]!;

async function sign(name: Name): Promise<string> {
  const { versionId } = await system.db.write(system.ctx(county.countyId), (tx) =>
    signReport(tx, system.get(Outbox), {
      clinicId: clinicOf(name).id,
      writerId: county.people.get('writer11')!.id,
      reviewerId: county.people.get('reviewer21')!.id,
      signedAt: clock.now(),
    }),
  );
  signed.get(name)!.push(versionId);
  return versionId;
}

interface DeliveryRow {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
}

const deliveries = (name: Name): Promise<DeliveryRow[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows('SELECT id, state, attempts FROM delivery WHERE channel_id = $1 ORDER BY id', [channels.get(name)]),
  );

const statesOf = async (name: Name): Promise<string[]> => (await deliveries(name)).map(({ state }) => state);
const allAre = (name: Name, state: string): Promise<unknown> =>
  until(`all reports for the clinic "${name}" are ${state}`, async () => {
    const states = await statesOf(name);
    return states.length === signed.get(name)!.length && states.every((one) => one === state);
  });

/** How often an endpoint has answered, broken off or run out of time: attempts that are over. */
async function endedAttempts(name: Name): Promise<number> {
  const [ended] = await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM delivery_attempt a JOIN delivery d ON d.id = a.delivery_id
       WHERE d.channel_id = $1 AND a.finished_at IS NOT NULL`,
      [channels.get(name)],
    ),
  );
  return ended!.n;
}

/** Signs a report for the good clinic, which listens: it comes by inbox and webhook while the clock stands still. */
async function signForGood(): Promise<void> {
  const machine = gateway(system, clinicOf('good'));
  const after = signed.get('good')!.length;
  const polled = until('the good clinic has the entry', async () => {
    const answer = await machine.get<{ items: InboxEntry[] }>(`/api/inbox?after=${after}&wait=20`);
    return must<{ items: InboxEntry[] }>(answer).items[0];
  });
  const versionId = await sign('good');
  expect(await polled).toMatchObject({ seq: after + 1, reportVersion: { versionId } });
  await until('the good clinic has the webhook', () => fakes.get('good')!.taken.length === after + 1);
}

/** Everything that is due now has been tried and written down; what waits, waits. */
const quiet = (): Promise<unknown> =>
  until('every lane waits', async () => {
    const [busy] = await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.rows<{ n: number }>(
        `SELECT (SELECT count(*) FROM delivery_lane WHERE lease_token IS NOT NULL OR next_at <= $1)::int
           + (SELECT count(*) FROM outbox_message WHERE consumer = 'delivery.fan-out' AND handled_at IS NULL)::int AS n`,
        [clock.now()],
      ),
    );
    return busy!.n === 0;
  });

it('lets no endpoint that is away, slow, hanging, failing, redirecting, gone or talking rubbish delay another clinic', async () => {
  for (const name of NAMES) if (name !== 'good') for (let n = 0; n < REPORTS; n += 1) await sign(name);
  await until('the hanging one is at it', () => fakes.get('hanging')!.received.length > 0);
  await until('the slow one is at it', () => unsaid.length > 0);
  for (let n = 0; n < 10; n += 1) await signForGood();
  // The good one has had all of its reports before these two have let go of a single one.
  expect([await endedAttempts('hanging'), await endedAttempts('slow')]).toEqual([0, 0]);
  expect(new Set(await statesOf('hanging'))).not.toContain('DELIVERED');
});

it('reaches the slow one, and leaves the one alone that asks for it (410)', async () => {
  fakes.get('slow')!.answer = (response) => setTimeout(() => response.writeHead(204).end(), 1_000);
  for (const say of unsaid) say();
  await allAre('slow', 'DELIVERED');
  expect(fakes.get('slow')!.received).toHaveLength(REPORTS);
  await until('the channel is off', async () => (await channelOf('gone')).active === false);
  expect(fakes.get('gone')!.received.length).toBeLessThanOrEqual(4);
  expect(fakes.get('gone')!.taken).toEqual([]);
});

it('keeps trying for a week, while the good clinic gets its reports at once', async () => {
  await fakes.get('hanging')!.goAway();
  await quiet();
  for (let day = 0; day < 7; day += 1) {
    for (let hour = 0; hour < 24; hour += 4) {
      clock.advance(4 * HOUR);
      await system.get(Sweeper).sweepOnce();
      await quiet();
    }
    await signForGood();
    // An attempt that is being written down must not be overtaken by hours.
    await quiet();
  }
  for (const name of QUICK) {
    expect([name, await statesOf(name)]).toEqual([name, Array(REPORTS).fill('FAILED')]);
    // While the breaker is open the reports take turns as its probe: together they knock at least every six hours.
    const knocks = (await deliveries(name)).reduce((sum, { attempts }) => sum + attempts, 0);
    expect([name, knocks >= 7 * 4]).toEqual([name, true]);
  }
}, 600_000);

it('brings every report when they are back: once, under the id of its first attempt', async () => {
  const firstIds = new Map(QUICK.map((name) => [name, new Set(fakes.get(name)!.received.map(({ id }) => id))]));
  for (const name of QUICK) {
    const fake = fakes.get(name)!;
    fake.answer = ANSWERS.good;
    if (name === 'away' || name === 'hanging') await fake.comeBack();
  }
  clock.advance(4 * HOUR);
  await system.get(Sweeper).sweepOnce();
  for (const name of QUICK) {
    await allAre(name, 'DELIVERED');
    const taken = fakes.get(name)!.taken.map(({ id }) => id);
    expect([name, taken.sort()]).toEqual([name, (await deliveries(name)).map(({ id }) => id).sort()]);
    for (const id of firstIds.get(name)!) expect(taken).toContain(id);
  }
});

it('sends what waited for the one that was gone when a person switches it on and asks for it', async () => {
  fakes.get('gone')!.answer = ANSWERS.good;
  const sysadmin = await signIn(system, county, 'sysadmin');
  must(await sysadmin.post(`/api/channels/${channels.get('gone')}/enable`, {}));
  must(await sysadmin.post('/api/deliveries/redrive', { channelId: channels.get('gone') }));
  await allAre('gone', 'DELIVERED');
  expect(fakes.get('gone')!.taken).toHaveLength(REPORTS);
});

it('has had every report in every inbox all the while, numbered without a gap', async () => {
  for (const name of NAMES) {
    const answer = await gateway(system, clinicOf(name)).get<{ items: InboxEntry[] }>('/api/inbox?limit=200');
    const { items } = must<{ items: InboxEntry[] }>(answer);
    expect([name, items.map(({ seq }) => seq)]).toEqual([name, signed.get(name)!.map((_, n) => n + 1)]);
    // Reports signed at the same moment may be numbered either way.
    expect(items.map((entry) => entry.reportVersion.versionId).sort()).toEqual([...signed.get(name)!].sort());
  }
  expect(clock.now().getTime()).toBeGreaterThan(new ManualClock().now().getTime() + 7 * DAY);
});

async function channelOf(name: Name): Promise<{ active: boolean }> {
  const [row] = await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ active: boolean }>('SELECT active FROM channel WHERE id = $1', [channels.get(name)]),
  );
  return row!;
}
