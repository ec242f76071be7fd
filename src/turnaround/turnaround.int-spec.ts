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
