import { seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { DAY, ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { type System, startSystem } from '../../test/harness/system';
import { newId } from '../platform/ids';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let chief: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  chief = await signIn(system, county, 'chief1');
});
afterAll(() => system?.stop());

const minutes = (n: number): Date => new Date(clock.now().getTime() - 2 * 60 * MINUTE + n * MINUTE);

/** A signed exam; its clocks in minutes, t3 first. */
async function signed(seen: number | null, submitted: number | null): Promise<void> {
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO exam_clock (exam_id, county_id, clinic_id, state, t3, t5, t7, t8, t9, updated_at)
       VALUES ($1, $2, $3, 'SIGNED', $4, $5, $6, $7, $8, $4)`,
      [
        newId(),
        county.countyId,
        county.clinics[0]!.id,
        minutes(0),
        submitted === null ? null : minutes(submitted),
        minutes(30),
        minutes(31),
        seen === null ? null : minutes(seen),
      ],
    ),
  );
}

it('leaves an exam out of the stages of which it has not both clocks', async () => {
  await signed(41, 20);
  await signed(null, null);
  // Seen before it was delivered: a clock was set back, the stage is zero and counts.
  await signed(30, 35);
  const { status, body } = await chief.get('/api/turnaround/summary?by=clinic');
  expect(status).toBe(200);
  const [group] = body.groups;
  expect(group).toMatchObject({ key: county.clinics[0]!.id, signed: 3 });
  expect(group.stages).toMatchObject({
    total: { n: 0, p50: null, p90: null, p95: null, max: null },
    readLag: { n: 2, p50: 300, max: 600 },
    review: { n: 2, p50: 300, max: 600 },
    sync: { n: 3, p50: 60, max: 60 },
    centre: { n: 3, p50: 1_800, max: 1_800 },
  });
});

describe('the date of a device', () => {
  const NOBODY = { n: 0, p50: null, p90: null, p95: null, max: null };

  /** A signed exam of its own modality, whose images came and were queued at minute 0; clocks in minutes. */
  async function stagesOf(modality: string, t0: number | null, t1: number | null, t2: number | null = 0) {
    const [begin, end, first] = [t0, t1, t2].map((at) => (at === null ? null : minutes(at)));
    await system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change(
        `INSERT INTO exam_clock (exam_id, county_id, clinic_id, modality, state, t0, t1, t2, t3, t7, updated_at)
         VALUES ($1, $2, $3, $4, 'SIGNED', $5, $6, $7, $8, $9, $8)`,
        [newId(), county.countyId, county.clinics[1]!.id, modality, begin, end, first, minutes(5), minutes(30)],
      ),
    );
    const { body } = await chief.get('/api/turnaround/summary?by=modality');
    const { upload, total } = body.groups.find((group: { key: string }) => group.key === modality).stages;
    return { upload, total };
  }
  const spread = (minutesLong: number): object => ({ n: 1, p50: minutesLong * 60, max: minutesLong * 60 });
  const MONTH = 30 * 24 * 60;
  const YEARS = 23 * 365 * 24 * 60;

  it.each([
    ['A', 'counts on the day', -20, -10, 0, 15, 50],
    ['B', 'counts when the images stay at the clinic', -20, -10, null, 15, 50],
    ['C', 'counts up to a month before the first byte', -MONTH, -MONTH, 0, MONTH + 5, MONTH + 30],
    ['D', 'leaves an end of years ago out', -20, -YEARS, 0, null, 50],
    ['E', 'leaves an end before the exam’s start out', -20, -21, 0, null, 50],
    ['F', 'leaves start and end of years ago out', -YEARS, -YEARS, 0, null, null],
    ['G', 'leaves them out of an exam whose images stay at the clinic', -YEARS, -YEARS, null, null, null],
    ['H', 'leaves an end out of more than a month ago', null, -MONTH - 1, 0, null, null],
    ['I', 'counts an end without a start', null, -10, 0, 15, null],
  ])('%s: %s', async (modality, _, t0, t1, t2, upload, total) => {
    expect(await stagesOf(modality, t0, t1, t2)).toMatchObject({
      upload: upload === null ? NOBODY : spread(upload),
      total: total === null ? NOBODY : spread(total),
    });
  });

  it('is kept as it was told', async () => {
    await stagesOf('K', -20, -YEARS);
    const [row] = await system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows<{ t1: Date }>("SELECT t1 FROM exam_clock WHERE modality = 'K'"),
    );
    expect(row).toEqual({ t1: minutes(-YEARS) });
  });
});

it('refuses a begin of more than 400 days ago that has no end', async () => {
  const from = new Date(clock.now().getTime() - 401 * DAY).toISOString();
  const { status, body } = await chief.get(`/api/turnaround/summary?from=${from}`);
  expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', 'from']);
});

it.each(['["x","y"]', '[1,2]', '[null,null]', '["2026-03-02T01:00:00.000Z","x"]'])(
  'refuses the forged cursor %s of the open exams',
  async (position) => {
    const cursor = Buffer.from(position).toString('base64url');
    const { status, body } = await chief.get(`/api/turnaround/open?cursor=${cursor}`);
    expect([status, body.code, body.params.field]).toEqual([400, 'invalid_input', 'cursor']);
  },
);
