import { Desk, report, TEXT } from '../../src/reporting/desk.fixture';
import { Sweeper } from '../../src/platform/outbox';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import type { JsonClient } from '../harness/json-client';
import { HOUR, ManualClock, MINUTE, SECOND } from '../harness/manual-clock';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';
import { must } from './county-work';

/** The clock of the machine is set while exams are read: back, as by a corrected time server, or forward. */
let clock: ManualClock;
let system: System;
let county: TestCounty;
let clinic: JsonClient;
let doctor: JsonClient;
let writer: JsonClient;
let reviewer: JsonClient;
let chief: JsonClient;
let desk: Desk;

beforeAll(async () => {
  clock = new ManualClock();
  // Sweeps are called by hand: what a lease does on a stepped clock must be seen, not raced.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  [doctor, writer, reviewer, chief] = (await Promise.all(
    ['doctor01', 'writer11', 'reviewer21', 'chief1'].map((name) => signIn(system, county, name)),
  )) as [JsonClient, JsonClient, JsonClient, JsonClient];
  desk = new Desk(clinic, writer, reviewer, until);
});
afterAll(() => system.stop());

const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const sweep = (): Promise<unknown> => system.get(Sweeper).sweepOnce();

const STEPS = ['claim', 'submit', 'review', 'sign', 'deliver', 'seen'] as const;
type Step = (typeof STEPS)[number];

/** Until everything that is due is done and every timer is set: none of them is set by a clock that has gone on. */
async function settled(): Promise<void> {
  const open = `SELECT 1 FROM outbox_message WHERE sent_at IS NULL OR (handled_at IS NULL AND not_before IS NULL)`;
  await until('every message is handled', async () => (await rows(open)).length === 0);
}

/** From the list to the clinic's eyes, five minutes between two steps; before one of them the clock is set. */
async function wholeWay(setBefore: Step | undefined, by: number): Promise<string> {
  const exam = await desk.queued();
  let seen = { fence: 0, version: 0, imageSet: 0 };
  let delivery = '';
  const acts: Record<Step, () => Promise<unknown>> = {
    claim: async () => {
      seen = await desk.put(writer, exam, await desk.claim(writer, exam));
    },
    submit: async () => must(await writer.post(report(exam, '/submit'), seen)),
    review: async () => {
      seen = await desk.claim(reviewer, exam);
    },
    sign: async () => must(await reviewer.post(report(exam, '/sign'), seen)),
    deliver: async () => {
      delivery = await until('the inbox entry', () => deliveryOf(exam));
      must(await clinic.post(`/api/inbox/${delivery}/ack`, {}));
    },
    seen: async () => must(await doctor.post(`/api/inbox/${delivery}/seen`, {})),
  };
  for (const step of STEPS) {
    await settled();
    clock.advance(5 * MINUTE + (step === setBefore ? by : 0));
    await acts[step]();
  }
  return exam;
}

async function deliveryOf(exam: string): Promise<string | undefined> {
  const [row] = await rows<{ id: string }>('SELECT id FROM delivery WHERE exam_id = $1', exam);
  return row?.id;
}

interface Clocks {
  readonly t7: Date;
  readonly t9: Date | null;
}

/** Longest stages of what was signed at the moment at which this exam was: with one exam, its own. */
async function stagesOf(exam: string): Promise<Record<string, number | null>> {
  const { t7 } = await until('all clocks are kept', async () => {
    const [row] = await rows<Clocks>('SELECT t7, t9 FROM exam_clock WHERE exam_id = $1', exam);
    return row?.t9 ? row : undefined;
  });
  const [from, to] = [t7.toISOString(), new Date(t7.getTime() + 1).toISOString()];
  const { groups } = must<{ groups: { signed: number; stages: Record<string, { max: number | null }> }[] }>(
    await chief.get(`/api/turnaround/summary?from=${from}&to=${to}`),
  );
  expect(groups.map(({ signed }) => signed)).toEqual([1]);
  return Object.fromEntries(Object.entries(groups[0]!.stages).map(([stage, { max }]) => [stage, max]));
}

/** Seconds, five minutes a step. */
const EVEN = { wait: 300, write: 300, review: 600, centre: 1_200, sync: 300, readLag: 300 };

describe('no stage of an exam is negative', () => {
  it.each<[string, Step | undefined, number, Partial<typeof EVEN>]>([
    ['the clock goes evenly', undefined, 0, {}],
    ['set forward before the claim', 'claim', HOUR, { wait: 3_900, centre: 4_800 }],
    ['set forward before the submission', 'submit', HOUR, { write: 3_900, centre: 4_800 }],
    ['set forward before the review', 'review', HOUR, { review: 4_200, centre: 4_800 }],
    ['set forward before the signature', 'sign', HOUR, { review: 4_200, centre: 4_800 }],
    ['set forward before the delivery', 'deliver', HOUR, { sync: 3_900 }],
    ['set forward before it is seen', 'seen', HOUR, { readLag: 3_900 }],
    ['set back before the claim', 'claim', -HOUR, { wait: 0, write: 0, review: 0, centre: 0, sync: 0 }],
    ['set back before the submission', 'submit', -HOUR, { write: 0, review: 0, centre: 300, sync: 0 }],
    ['set back before the review', 'review', -HOUR, { review: 0, centre: 600, sync: 0 }],
    ['set back before the signature', 'sign', -HOUR, { review: 300, centre: 900, sync: 0 }],
    ['set back before the delivery', 'deliver', -HOUR, { sync: 0 }],
    ['set back before it is seen', 'seen', -HOUR, { readLag: 0 }],
  ])('%s', async (_, step, by, changed) => {
    // Two hours of distance, so that no other exam was signed at the same moment.
    clock.advance(2 * HOUR);
    const exam = await wholeWay(step, by);
    expect(await stagesOf(exam)).toMatchObject({ ...EVEN, ...changed });
    const { versions } = must<{ versions: { writer: { at: string }; reviewer: { at: string } }[] }>(
      await writer.get(report(exam)),
    );
    expect(versions).toHaveLength(1);
    expect(versions[0]!.writer.at <= versions[0]!.reviewer.at).toBe(true);
  });

  it('nor is the age of what is open', async () => {
    await desk.queued();
    await settled();
    clock.advance(-HOUR);
    const { items } = must<{ items: { ageSeconds: number }[] }>(await chief.get('/api/turnaround/open'));
    expect(items.map(({ ageSeconds }) => ageSeconds)).toEqual([0]);
    const { groups } = must<{ groups: { open: { oldestSeconds: number | null } }[] }>(
      await chief.get('/api/turnaround/summary'),
    );
    for (const { open } of groups) expect(open.oldestSeconds).toBe(0);
    clock.advance(HOUR);
  });
});

describe('a lease', () => {
  const stateOf = async (exam: string): Promise<string> => {
    const [row] = await rows<{ state: string }>('SELECT state FROM exam WHERE id = $1', exam);
    return row!.state;
  };
  const inMinutes = (minutes: number): string => new Date(clock.now().getTime() + minutes * MINUTE).toISOString();

  it('on a clock that is set back stands, is a quarter of an hour again by the next heartbeat, and runs out then', async () => {
    const { exam, seen } = await desk.written();
    await settled();
    clock.advance(-HOUR);
    await sweep();
    expect(await stateOf(exam)).toBe('CLAIMED');
    const beat = await writer.post(`/api/worklist/${exam}/heartbeat`, { fence: seen.fence });
    expect(beat.body).toMatchObject({ fence: seen.fence, leaseUntil: inMinutes(15) });
    // Less than the five minutes of silence after which a whole hospital counts as gone.
    clock.advance(4 * MINUTE);
    await sweep();
    expect(await stateOf(exam)).toBe('CLAIMED');
    clock.advance(11 * MINUTE);
    await sweep();
    expect(await stateOf(exam)).toBe('QUEUED');
  });

  it('on a clock that is set forward runs out; the text stays, and what comes after it is kept', async () => {
    const { exam, seen } = await desk.written();
    await settled();
    clock.advance(HOUR);
    await sweep();
    expect(await stateOf(exam)).toBe('QUEUED');
    const { fence, version } = seen;
    const late = await writer.put(report(exam, '/draft'), { fence, version, ...TEXT, findings: '晚到的文字。' });
    expect([late.status, late.body.code, late.body.params.state]).toEqual([409, 'stale_fence', 'QUEUED']);

    // The clock is set right again: the next reader's claim lies an hour ahead and is no obstacle to himself.
    const next = await desk.claim(chief, exam);
    clock.advance(-HOUR);
    expect((await writer.get(report(exam))).body.draft).toMatchObject({ findings: TEXT.findings });
    const { kept } = must<{ kept: { findings: string }[] }>(await writer.get(report(exam, '/trace')));
    expect(kept.map(({ findings }) => findings)).toEqual(['晚到的文字。']);
    const beat = await chief.post(`/api/worklist/${exam}/heartbeat`, { fence: next.fence });
    expect(beat.body.leaseUntil).toBe(inMinutes(15));
    await desk.put(chief, exam, next);
  });
});

describe('the ladder of a critical value', () => {
  const told = async (exam: string): Promise<string[]> => {
    const notices = await rows<{ kind: string }>(
      "SELECT kind FROM notice WHERE exam_id = $1 AND kind IN ('critical.rung', 'critical.breach') ORDER BY told_at, kind DESC",
      exam,
    );
    return notices.map(({ kind }) => kind.replace('critical.', ''));
  };

  it('tells nothing early, nothing twice, and counts no negative time', async () => {
    const { exam } = await desk.written();
    const marked = must<{ criticalId: string }>(
      await writer.post(`/api/exams/${exam}/critical`, { finding: '急性肺栓塞' }),
    );
    const begin = clock.now();
    const lookAt = async (milliseconds: number): Promise<string[]> => {
      clock.set(new Date(begin.getTime() + milliseconds));
      await sweep();
      return told(exam);
    };
    expect(await lookAt(-HOUR)).toEqual([]);
    expect(await lookAt(2 * MINUTE - SECOND)).toEqual([]);
    expect(await lookAt(2 * MINUTE)).toEqual(['rung']);
    expect(await lookAt(-HOUR)).toEqual(['rung']);
    expect(await lookAt(5 * MINUTE)).toEqual(['rung', 'rung']);
    expect(await lookAt(HOUR)).toEqual(['rung', 'rung', 'rung', 'breach']);
    expect(await lookAt(-HOUR)).toEqual(['rung', 'rung', 'rung', 'breach']);

    const path = `/api/critical/${marked.criticalId}`;
    must(await writer.post(`${path}/notify`, { receiver: '王医师', readBack: true, way: 'phone' }));
    must(await doctor.post(`${path}/acknowledge`, {}));
    must(await doctor.post(`${path}/handle`, { measures: '已转诊' }));
    const range = `from=${new Date(begin.getTime() - 2 * HOUR).toISOString()}&to=${new Date(begin.getTime() + 2 * HOUR).toISOString()}`;
    const summary = must<object>(await chief.get(`/api/critical/summary?${range}`));
    expect(numbersIn(summary).length).toBeGreaterThan(0);
    for (const number of numbersIn(summary)) expect(number).toBeGreaterThanOrEqual(0);
  });
});

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
