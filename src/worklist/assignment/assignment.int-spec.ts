import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { newId } from '../../platform/ids';
import { Sweeper } from '../../platform/outbox';
import { ClaimService } from '../claiming/claim.service';
import { ReadingRoom } from '../reading-room.fixture';
import { Broadening } from './broadening';
import { SingleDuty } from './single-duty';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let room: ReadingRoom;
let service: ClaimService;
let admin: JsonClient;
let suffix = 0;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  service = system.get(ClaimService);
});
afterAll(() => system.stop());
/** Each test has a county of its own, on Monday 2 March 2026 at 9:00. */
beforeEach(async () => {
  clock.set(new Date('2026-03-02T01:00:00Z'));
  county = await seedCounty(system, { code: `as${(suffix += 1)}` });
  room = new ReadingRoom(system, county);
  admin = await signIn(system, county, 'admin');
});

const person = (name: string): string => county.people.get(name)!.id;
const hospital = (n: number): string => county.hospitals[n - 1]!.id;
const duty = async (name: string, n: number, changes: object = {}): Promise<void> => {
  const shift = { kind: 'weekly', hospitalId: hospital(n), personId: person(name), weekdays: [1, 2, 3, 4, 5] };
  const made = await admin.post('/api/rosters', {
    ...shift,
    start: '08:00',
    end: '20:00',
    validFrom: '2026-01-01',
    ...changes,
  });
  expect(made.status).toBe(201);
};
const dealing = async (policy: object): Promise<void> =>
  expect((await admin.put('/api/assignment', policy)).status).toBe(200);
const history = async (examId: string): Promise<{ kind: string; mode: string; reason: string }[]> =>
  (await admin.get(`/api/worklist/${examId}/assignments`)).body.items;
const patient = async (): Promise<string> => {
  const id = newId();
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO patient (id, county_id, clinic_id, local_id, name, created_at, updated_at) VALUES ($1, $2, $3, $4, '张三', now(), now())`,
      [id, county.countyId, county.clinics[0]!.id, id],
    ),
  );
  return id;
};

describe('自由领取, the way a county starts', () => {
  it('gives no group and shows none', async () => {
    const examId = await room.queued();
    expect(await room.item(examId)).toMatchObject({
      offered_to: county.countyId,
      assignment_mode: null,
      broaden_at: null,
    });
    expect(await history(examId)).toEqual([]);
  });
});

describe('by roster', () => {
  it('goes to the hospital on duty, with its reason, and to nobody else before it broadens', async () => {
    await duty('writer21', 2);
    await dealing({ mode: 'roster' });
    const examId = await room.queued({ priority: 'URGENT' });
    expect(await room.item(examId)).toMatchObject({
      hospital_id: hospital(2),
      assigned_person_id: null,
      offered_to: hospital(2),
      assignment_mode: 'roster',
      broadened_at: null,
      broaden_at: new Date(clock.now().getTime() + 29 * MINUTE),
    });
    expect(await service.next(room.person('writer11', 'writer', 1), {})).toBeUndefined();
    const claim = await service.next(room.person('writer22', 'writer', 2), {});
    expect(claim).toMatchObject({
      examId,
      assignment: {
        hospitalId: hospital(2),
        mode: 'roster',
        reason: '按排班分配（当班医院中候片最少）',
        at: clock.now(),
      },
    });
    expect(await history(examId)).toMatchObject([{ kind: 'assigned', mode: 'roster', by: 'test' }]);
  });

  it('is everybody’s, with that reason, when nobody is on duty; and STAT at once', async () => {
    await duty('writer21', 2, { modalities: ['CT'] });
    await dealing({ mode: 'roster' });
    const dx = await room.queued();
    expect(await room.item(dx)).toMatchObject({
      hospital_id: null,
      assignment_mode: 'pool',
      offered_to: county.countyId,
    });
    const stat = await room.queued({ priority: 'STAT', modality: 'CT' });
    expect(await room.item(stat)).toMatchObject({ hospital_id: hospital(2), offered_to: county.countyId });
    expect((await history(stat)).map(({ kind }) => kind)).toEqual(['broadened', 'assigned']);
  });

  it('prefers a colleague of the field, then the hospital with less to do', async () => {
    await duty('writer11', 1);
    await duty('writer12', 1);
    await duty('writer21', 2);
    await admin.put(`/api/rosters/people/${person('writer12')}/specialties`, { specialties: ['bone'] });
    await dealing({ mode: 'roster', weights: [{ hospitalId: hospital(1), weight: 9 }] });
    const knee = await room.queued({ body_part: 'KNEE', priority: 'URGENT' });
    expect(await room.item(knee)).toMatchObject({
      specialty: 'bone',
      offered_to: person('writer12'),
      hospital_id: hospital(1),
    });
    const others = [];
    for (let n = 0; n < 6; n += 1)
      others.push((await room.item(await room.queued({ priority: 'URGENT' }))).hospital_id);
    // Two readers against one.
    expect(others.filter((one) => one === hospital(1))).toHaveLength(4);
  });
});

it('deals nothing to a hospital whose only reader has left', async () => {
  await duty('writer11', 1);
  await duty('writer21', 2);
  await dealing({ mode: 'roster' });
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change(
      `INSERT INTO reader_absence (id, county_id, person_id, reason, said_by, began_at) VALUES ($1, $2, $3, '急会诊', 'test', $4)`,
      [newId(), county.countyId, person('writer11'), clock.now()],
    ),
  );
  for (let n = 0; n < 3; n += 1) expect((await room.item(await room.queued())).hospital_id).toBe(hospital(2));
});

it('a reviewer is alone on duty where nobody beside him may review now', async () => {
  const alone = (): Promise<string | undefined> =>
    system.db.read(system.ctx(county.countyId), (tx) =>
      system.get(SingleDuty).of(tx, { personId: person('reviewer11'), hospitalId: hospital(1), modality: 'CT' }),
    );
  for (const name of ['reviewer11', 'trainee11', 'writer12']) await duty(name, 1);
  expect(await alone()).toBe('alone');
  await duty('reviewer12', 1);
  expect(await alone()).toBeUndefined();
  await system.db.write(system.ctx(county.countyId), (tx) =>
    tx.change('UPDATE person_grant SET revoked_at = $2 WHERE person_id = $1', [person('reviewer12'), clock.now()]),
  );
  expect(await alone()).toBe('alone');
});

describe('by quota', () => {
  it('deals exactly by weight, twenty at the same moment too', async () => {
    const weights = [
      { hospitalId: hospital(1), weight: 3 },
      { hospitalId: hospital(2), weight: 1 },
    ];
    await dealing({ mode: 'quota', weights });
    const exams = await Promise.all(Array.from({ length: 20 }, () => room.queued()));
    const sites = await Promise.all(exams.map(async (examId) => (await room.item(examId)).hospital_id));
    expect(sites.filter((one) => one === hospital(1))).toHaveLength(15);
  });

  it('is per clinic and modality where that is agreed', async () => {
    const clinicId = county.clinics[0]!.id;
    await dealing({
      mode: 'pool',
      exceptions: [{ clinicId, modality: 'CT', mode: 'quota' }],
      weights: [{ hospitalId: hospital(2), weight: 1 }],
    });
    expect((await room.item(await room.queued({ modality: 'CT' }))).hospital_id).toBe(hospital(2));
    expect((await room.item(await room.queued({ modality: 'DX' }))).hospital_id).toBeNull();
  });
});

describe('one patient’s exams of a day', () => {
  it('that wait go to whoever begins with one of them; what comes later too', async () => {
    const patient_id = await patient();
    const [first, second] = [await room.queued({ patient_id }), await room.queued({ patient_id })];
    const yesterday = await room.queued({ patient_id, queued_at: new Date(clock.now().getTime() - 10 * HOUR) });
    await service.claim(room.person('writer21', 'writer', 2), first, {});
    const third = await room.queued({ patient_id });
    for (const examId of [second, third]) {
      expect(await room.item(examId)).toMatchObject({
        assigned_person_id: person('writer21'),
        assignment_mode: 'patient',
      });
      expect(await history(examId)).toMatchObject([{ kind: 'assigned', mode: 'patient' }]);
    }
    expect((await room.item(yesterday)).assigned_person_id).toBeNull();
    // A quarter of an hour is his.
    expect(await service.next(room.person('writer11', 'writer', 1), {})).toMatchObject({ examId: yesterday });
    expect(await service.next(room.person('writer11', 'writer', 1), {})).toBeUndefined();
  });

  it('leave their hospital no later for it: one that was about to broaden is not one person’s again', async () => {
    await duty('writer21', 2);
    await dealing({ mode: 'roster' });
    const patient_id = await patient();
    const [first, second] = [await room.queued({ patient_id }), await room.queued({ patient_id })];
    const soon = (await room.item(second)).broaden_at!;
    clock.set(new Date(soon.getTime() - MINUTE));
    await service.claim(room.person('writer22', 'writer', 2), first, {});
    expect(await room.item(second)).toMatchObject({ assigned_person_id: person('writer22'), broaden_at: soon });
  });

  it('are not his who has left (离岗), where no roster says so', async () => {
    const patient_id = await patient();
    const first = await room.queued({ patient_id });
    await service.claim(room.person('writer21', 'writer', 2), first, {});
    const writer = await signIn(system, county, 'writer21');
    expect((await writer.post('/api/worklist/off-duty', { reason: '突发疾病' })).status).toBe(200);
    await room.setItem(first, { writer_id: person('writer21'), writer_hospital_id: hospital(2) });
    const second = await room.queued({ patient_id });
    expect(await room.item(second)).toMatchObject({ assigned_person_id: null, offered_to: county.countyId });
    expect((await writer.post('/api/worklist/on-duty')).status).toBe(200);
    const third = await room.queued({ patient_id });
    expect((await room.item(third)).assigned_person_id).toBe(person('writer21'));
  });

  it('are not begun by two readers at the same moment without one knowing', async () => {
    for (let round = 0; round < 5; round += 1) {
      const patient_id = await patient();
      const exams = await Promise.all([1, 2, 3].map(() => room.queued({ patient_id })));
      const readers = (await room.readers(2)).map((ctx, i) => service.claim(ctx, exams[i]!, {}));
      await Promise.all(readers);
      const [a, b] = await Promise.all(exams.slice(0, 2).map(async (examId) => (await room.item(examId)).holder_id));
      expect([a, b]).toContain((await room.item(exams[2]!)).assigned_person_id);
    }
  });
});

/** More than the sweep takes at once. */
const STUCK = 600;

/** $5 exams whose time with their hospital is over and of which no limit can be computed, and after them one due at $4. */
const WITHOUT_TIMER = `
  INSERT INTO reading_item (exam_id, county_id, clinic_id, state, state_rev, exam_rev, priority, rank, due_at, modality, stage,
    hospital_id, assignment_mode, assigned_at, broaden_at, queued_at, updated_at)
  SELECT gen_random_uuid(), $1, $2, 'QUEUED', 1, 1, 'URGENT', 1, CASE WHEN g <= $5 THEN 'infinity' ELSE $4::timestamptz END, 'DX', 'write',
    $3, 'roster', $4, $4::timestamptz - interval '1 minute' + g * interval '1 millisecond', $4, $4
  FROM generate_series(1, $5::int + 1) g`;

describe('broadening', () => {
  beforeEach(async () => {
    await duty('writer21', 2);
    await dealing({ mode: 'roster' });
  });

  it('comes by its timer, once, and is kept', async () => {
    const queuedAt = new Date(clock.now().getTime() - 30 * MINUTE + 1_000);
    const examId = await room.queuedBefore(
      (item) => {
        const at = clock.advance(1_000);
        expect(item).toMatchObject({ offered_to: hospital(2), broaden_at: at, broadened_at: null });
      },
      { priority: 'URGENT', queued_at: queuedAt },
    );
    await until('it broadens', async () => (await room.item(examId)).broadened_at !== null);
    expect(await room.item(examId)).toMatchObject({
      offered_to: county.countyId,
      hospital_id: hospital(2),
      broadened_at: clock.now(),
    });
    const look = (): Promise<void> =>
      system.db.write(system.ctx(county.countyId), (tx) => system.get(Broadening).look(tx, examId));
    await Promise.all([look(), look()]);
    expect((await history(examId)).map(({ kind }) => kind)).toEqual(['broadened', 'assigned']);
    expect((await service.next(room.person('writer11', 'writer', 1), {}))?.examId).toBe(examId);
  });

  it('comes by the sweep for what was held when its timer came', async () => {
    const examId = await room.queued({ priority: 'URGENT' });
    const reader = room.person('writer21', 'writer', 2);
    const { fence } = await service.claim(reader, examId, {});
    clock.advance(40 * MINUTE);
    await system.get(Sweeper).sweepOnce();
    await service.heartbeat(reader, examId, { fence, active: true }).catch(() => undefined);
    await until('the lapsed claim ends', async () => (await room.item(examId)).holder_id === null);
    await system.get(Sweeper).sweepOnce();
    expect((await room.item(examId)).broadened_at).toEqual(clock.now());
  });

  it('comes although more than the sweep takes at once cannot be broadened', async () => {
    const at = clock.now();
    const rows = [county.countyId, county.clinics[0]!.id, hospital(2), at, STUCK];
    await system.db.write(system.ctx(county.countyId), (tx) => tx.change(WITHOUT_TIMER, rows));
    await system.get(Sweeper).sweepOnce();
    const broadened = await system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows('SELECT due_at, broadened_at FROM reading_item WHERE county_id = $1 AND broadened_at IS NOT NULL', [
        county.countyId,
      ]),
    );
    expect(broadened).toEqual([{ due_at: at, broadened_at: at }]);
    // So that no later sweep meets them.
    await system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change("UPDATE reading_item SET state = 'VOID' WHERE county_id = $1", [county.countyId]),
    );
  });

  it('goes by the hospital for what a rule gave to a person', async () => {
    await admin.put(`/api/rosters/people/${person('writer21')}/specialties`, { specialties: ['bone'] });
    const examId = await room.queued({ priority: 'URGENT', body_part: 'KNEE' });
    expect((await room.item(examId)).offered_to).toBe(person('writer21'));
    clock.advance(15 * MINUTE);
    await system.get(Sweeper).sweepOnce();
    expect(await room.item(examId)).toMatchObject({ offered_to: hospital(2), broadened_at: null });
    clock.advance(14 * MINUTE);
    await system.get(Sweeper).sweepOnce();
    expect(await room.item(examId)).toMatchObject({ offered_to: county.countyId });
  });
});

describe('分派 by hand', () => {
  it('is kept with its history, and broadens when half of the time left has gone', async () => {
    const examId = await room.queued({ priority: 'URGENT' });
    const { body } = await admin.post(`/api/worklist/${examId}/assign`, {
      personId: person('writer12'),
      reason: '骨科方向',
    });
    const broadenAt = new Date(clock.now().getTime() + 29.5 * MINUTE).toISOString();
    expect(body.assignment).toMatchObject({
      personId: person('writer12'),
      mode: 'manual',
      reason: '骨科方向',
      broadenAt,
      broadenedAt: null,
    });
    expect(await service.next(room.person('writer11', 'writer', 1), {})).toBeUndefined();
    clock.advance(30 * MINUTE);
    await system.get(Sweeper).sweepOnce();
    expect((await service.next(room.person('writer11', 'writer', 1), {}))?.examId).toBe(examId);
    expect((await history(examId)).map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'broadened 时限将到，已开放给全县各医院',
      'assigned 骨科方向',
    ]);
  });

  it('names who is to give the formal report where a preliminary one is out', async () => {
    const examId = await room.waitingForReview('writer11');
    await room.changeExam(examId, { state: 'PRELIM_ISSUED', preliminary_at: clock.now() });
    await room.project(examId);
    const assign = (name: string) =>
      admin.post(`/api/worklist/${examId}/assign`, { personId: person(name), reason: '上午出正式报告' });
    expect((await assign('writer12')).body.code).toBe('not_a_reader');
    const { status, body } = await assign('reviewer12');
    expect([status, body.assignment.personId]).toEqual([200, person('reviewer12')]);
    const reviewer = room.person('reviewer12', 'reviewer', 1);
    expect(await service.next(room.person('reviewer11', 'reviewer', 1), { stage: 'review' })).toBeUndefined();
    expect((await service.next(reviewer, { stage: 'review' }))?.examId).toBe(examId);
  });

  it('ends for whoever gives the exam up', async () => {
    const examId = await room.queued();
    await admin.post(`/api/worklist/${examId}/assign`, { personId: person('writer12'), reason: '骨科方向' });
    const writer = await signIn(system, county, 'writer12');
    const { body } = await writer.post(`/api/worklist/${examId}/claim`);
    await writer.post(`/api/worklist/${examId}/release`, { fence: body.fence, reason: '非本专业' });
    expect(await room.item(examId)).toMatchObject({ assigned_person_id: null, offered_to: county.countyId });
  });
});

describe('free picking switched off', () => {
  beforeEach(() => dealing({ mode: 'pool', pickingOff: [hospital(1)] }));

  it('lets its readers take the top, and what is theirs, but choose nothing', async () => {
    const early = await room.queued({ queued_at: new Date(clock.now().getTime() - 30 * MINUTE) });
    const late = await room.queued();
    const own = await room.queued();
    await admin.post(`/api/worklist/${own}/assign`, { personId: person('writer11'), reason: '请看' });
    const writer = await signIn(system, county, 'writer11');
    const refused = await writer.post(`/api/worklist/${late}/claim`);
    expect([refused.status, refused.body.code, refused.body.params.state]).toEqual([409, 'picking_off', 'QUEUED']);
    expect((await room.audit(late)).at(-1)!.action).toBe('exam.claim.refused');
    expect((await writer.post(`/api/worklist/${own}/claim`)).status).toBe(200);
    expect((await writer.post(`/api/worklist/${early}/claim`)).status).toBe(200);
    expect((await writer.post(`/api/worklist/${early}/claim`)).status).toBe(200);
  });

  it('binds no other hospital', async () => {
    await room.queued({ queued_at: new Date(clock.now().getTime() - 30 * MINUTE) });
    const late = await room.queued();
    expect((await (await signIn(system, county, 'writer21')).post(`/api/worklist/${late}/claim`)).status).toBe(200);
  });
});
