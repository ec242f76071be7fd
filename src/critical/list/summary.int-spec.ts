import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { Ward } from '../ward.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;
let doctor: JsonClient;
let radiologist: JsonClient;

beforeAll(async () => {
  system = await startSystem({ clock, role: 'api' });
  county = await seedCounty(system);
  ward = new Ward(system, county);
  doctor = await signIn(system, county, 'doctor01');
  radiologist = await signIn(system, county, 'writer11');
});
afterAll(() => system.stop());

const FINDING = '急性脑出血';
const mark = (client: JsonClient, examId: string, finding = FINDING): Promise<Answer> =>
  client.post(`/api/exams/${examId}/critical`, { finding });
const step = (client: JsonClient, id: string, verb: string, body?: object): Promise<Answer> =>
  client.post(`/api/critical/${id}/${verb}`, body);
const CALL = { receiver: '王医师', readBack: true, way: 'phone' };

/** Marked by the radiologist a moment ago. */
const marked = async (): Promise<{ id: string }> => ({
  id: (await mark(radiologist, await ward.exam())).body.criticalId,
});

describe('the summary', () => {
  it('takes the share from the clinic’s own words, beside the calls, by clinic and hospital', async () => {
    const from = clock.now();
    const [quick, slow, called, none, open] = [
      await marked(),
      await marked(),
      await marked(),
      await marked(),
      await marked(),
    ];
    clock.advance(4 * MINUTE);
    await step(doctor, quick.id, 'acknowledge');
    await step(radiologist, called.id, 'notify', CALL);
    await step(radiologist, none.id, 'dismiss', { reason: '误报' });
    clock.advance(8 * MINUTE);
    await step(doctor, slow.id, 'acknowledge');
    const fresh = await marked();
    const chief = await signIn(system, county, 'chief1');
    const period = `from=${from.toISOString()}&to=${new Date(clock.now().getTime() + 1).toISOString()}`;
    const { body } = await chief.get(`/api/critical/summary?${period}`);
    // quick in time; slow, called and open too late; fresh not yet due; the false alarm is none.
    const figures = {
      n: 5,
      acknowledgedInTime: 1,
      share: 0.25,
      notifiedInTime: 1,
      open: 5,
      breached: 3,
      medianSeconds: 480,
    };
    expect(body).toEqual({
      ...figures,
      byClinic: [{ clinicId: county.clinics[0]!.id, clinicName: '第1卫生院', ...figures }],
      byHospital: [{ hospitalId: county.hospitals[0]!.id, hospitalName: '云溪县第1医院', ...figures }],
    });
    expect([open.id, fresh.id].every(Boolean)).toBe(true);
    const empty = await chief.get('/api/critical/summary?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z');
    expect(empty.body).toMatchObject({ n: 0, share: null, medianSeconds: null, byClinic: [], byHospital: [] });
    expect((await doctor.get(`/api/critical/summary?${period}`)).status).toBe(403);
    const within = (to: string): Promise<Answer> =>
      chief.get(`/api/critical/summary?from=2024-01-01T00:00:00Z&to=${to}`);
    expect((await within('2025-01-01T00:00:00Z')).status).toBe(200);
    expect((await within('2025-01-01T00:00:01Z')).body.code).toBe('invalid_input');
  });
});

describe('the settings', () => {
  it('begin as the defaults, are changed by the county alone, and not over another’s change', async () => {
    const admin = await signIn(system, county, 'admin');
    const { body } = await admin.get('/api/critical/settings');
    expect(body).toMatchObject({
      version: 0,
      breachSeconds: 600,
      ladder: [
        { afterSeconds: 120, to: ['ordering_doctor'] },
        { afterSeconds: 300, to: ['clinic_duty'] },
        { afterSeconds: 480, to: ['clinic_head', 'chief'] },
      ],
    });
    expect(body.suspectedLadder).toEqual([
      { afterSeconds: 300, to: ['chief'] },
      { afterSeconds: 600, to: ['chief', 'readers'] },
    ]);
    expect(body.findings.map((one: { finding: string }) => one.finding)).toContain('绞窄性肠梗阻');
    const off = [{ finding: FINDING, active: false }];
    const suspectedLadder = [{ afterSeconds: 60, to: ['readers'] }];
    const change = { ...body, breachSeconds: 900, findings: off, suspectedLadder };
    expect((await radiologist.put('/api/critical/settings', change)).status).toBe(403);
    const answers = await Promise.all([1, 2, 3].map(() => admin.put('/api/critical/settings', change)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const again = await admin.put('/api/critical/settings', { ...change, version: 1, breachSeconds: 600 });
    expect([again.status, again.body.version, again.body.breachSeconds]).toEqual([200, 2, 600]);
    expect(again.body).toMatchObject({ ladder: body.ladder, suspectedLadder });
    expect((await mark(radiologist, await ward.exam())).body.code).toBe('unknown_finding');
    const on = (await admin.get('/api/critical/settings')).body.findings.filter(
      (one: { active: boolean }) => one.active,
    );
    expect(on).toHaveLength(body.findings.length - 1);
    const audited = await ward.rows<{ details: { switchedOff: string[] } }>(
      "SELECT details FROM audit_event WHERE action = 'critical.settings' ORDER BY at, id",
    );
    expect(audited.map(({ details }) => details.switchedOff)).toEqual([[FINDING], []]);
    for (const bad of [
      { ladder: [] },
      { suspectedLadder: [{ afterSeconds: 60, to: ['clinic_duty'] }] },
      { breachSeconds: 0 },
      { findings: [] },
      { patientHeadHours: 48 },
    ]) {
      expect((await admin.put('/api/critical/settings', { ...change, version: 2, ...bad })).status).toBe(400);
    }
  });

  it('lose no finding that a change does not name, and switch off only what it names so', async () => {
    const admin = await signIn(system, county, 'admin');
    const { body } = await admin.get('/api/critical/settings');
    const own = { finding: '张力性气胸', active: true };
    const added = await admin.put('/api/critical/settings', { ...body, findings: [own] });
    expect([added.status, added.body.findings]).toEqual([200, [...body.findings, own]]);
    expect((await mark(radiologist, await ward.exam(), own.finding)).status).toBe(200);
    expect((await mark(radiologist, await ward.exam(), '消化道穿孔')).status).toBe(200);
    const removed = await admin.put('/api/critical/settings', {
      ...added.body,
      findings: [{ finding: FINDING, active: true }],
    });
    expect(removed.body.findings).not.toContainEqual(own);
    expect(removed.body.findings.every((one: { active: boolean }) => one.active)).toBe(true);
  });
});
