import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Sweeper } from '../../platform/outbox';
import { Desk } from '../../reporting/desk.fixture';
import { CLEAR, PE, SignedReports } from '../signed-reports.fixture';
import { Ward } from '../ward.fixture';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let ward: Ward;
let desk: Desk;
let reports: SignedReports;
let writer: JsonClient;
let reviewer: JsonClient;
let doctor: JsonClient;

beforeAll(async () => {
  // Swept by hand: beside the system's own sweep a second one does nothing.
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  ward = new Ward(system, county);
  writer = await signIn(system, county, 'writer11');
  reviewer = await signIn(system, county, 'reviewer21');
  doctor = await signIn(system, county, 'doctor01');
  desk = new Desk(gateway(system, county.clinics[0]!), writer, reviewer, until);
  reports = new SignedReports(ward, desk);
});
afterAll(() => system.stop());

const open = async (exam: string): Promise<{ patientNoticeId: string; cause: string }[]> =>
  (await doctor.get(`/api/patient-notices?open&exam=${exam}`)).body.items;
const RECORD = {
  who: '患者本人',
  when: '2026-03-02T01:00:00Z',
  how: '电话',
  oldPaperWithdrawn: true,
};

it('is opened by a correction and by a void report, once per version, and closed by the clinic with its record', async () => {
  const { exam, versionId } = await reports.signed(CLEAR);
  expect(await open(exam)).toEqual([]);
  const second = await reports.sign(exam, versionId, 'corrected', CLEAR);
  await reports.sign(exam, second, 'void', CLEAR);
  expect((await open(exam)).map(({ cause }) => cause)).toEqual(['void', 'corrected']);
  const addendum = await reports.signed(CLEAR);
  await reports.sign(addendum.exam, addendum.versionId, 'addendum', CLEAR);
  expect(await open(addendum.exam)).toEqual([]);
  const [{ patientNoticeId: id }] = (await open(exam)) as [{ patientNoticeId: string; cause: string }];
  expect((await writer.post(`/api/patient-notices/${id}/close`, RECORD)).status).toBe(403);
  const partial = await doctor.post(`/api/patient-notices/${id}/close`, { ...RECORD, how: undefined });
  expect(partial.status).toBe(400);
  const { status, body } = await doctor.post(`/api/patient-notices/${id}/close`, RECORD);
  expect([status, body]).toMatchObject([
    200,
    { state: 'CLOSED', nextEscalationAt: null, closed: { by: '医师1', who: '患者本人', oldPaperWithdrawn: true } },
  ]);
  expect((await doctor.post(`/api/patient-notices/${id}/close`, RECORD)).body).toEqual(body);
  const trail = await ward.rows<{ details: object }>(
    "SELECT details FROM audit_event WHERE action = 'patient-notice.close' AND subject_id = $1",
    [exam],
  );
  expect(trail.map(({ details }) => details)).toContainEqual({ patientNoticeId: id, oldPaperWithdrawn: true });
  const technician = await signIn(system, county, 'tech01');
  expect((await technician.post(`/api/patient-notices/${id}/close`, RECORD)).body.code).toBe('patient_notice_closed');
  expect(await open(exam)).toHaveLength(1);
});

it('is opened by a corrected name: its old sheet is replaced, says the QR code', async () => {
  const { exam, versionId } = await reports.signed(CLEAR);
  await reports.sign(exam, versionId, 'demographics', CLEAR);
  expect(await open(exam)).toMatchObject([{ cause: 'corrected', openedBy: '系统' }]);
});

it.each([
  ['says something else', { impression: '右肺上叶结节，左肺下叶肺炎。' }, ['corrected']],
  ['only advises more', { recommendation: '三个月后复查' }, []],
])('of a formal report that %s, unlike its preliminary: %j opens %j', async (_, formal, causes) => {
  const { exam, seen } = await desk.written({}, { priority: 'STAT', source: 'emergency' });
  const preliminary = await writer.post(`/api/exams/${exam}/report/preliminary`, seen);
  expect(preliminary.status).toBe(200);
  await reports.handled(preliminary.body.versionId);
  expect(await open(exam)).toEqual([]);
  const edited = await desk.put(reviewer, exam, await desk.claim(reviewer, exam), formal);
  const final = await reviewer.post(`/api/exams/${exam}/report/sign`, edited);
  expect(final.body.kind).toBe('final');
  await reports.handled(final.body.versionId);
  expect((await open(exam)).map(({ cause }) => cause)).toEqual(causes);
});

it('is opened by hand for a critical value, once, but not for a suspicion', async () => {
  const { exam } = await reports.signed(PE);
  const { body } = await reviewer.get(`/api/critical?exam=${exam}`);
  const id: string = body.items[0].criticalId;
  expect((await doctor.post(`/api/critical/${id}/patient-notice`)).body.code).toBe('critical_state_conflict');
  await reviewer.post(`/api/critical/${id}/confirm`, {});
  const first = await doctor.post(`/api/critical/${id}/patient-notice`);
  const again = await reviewer.post(`/api/critical/${id}/patient-notice`);
  expect([first.status, first.body.cause, again.body.patientNoticeId]).toEqual([
    200,
    'critical',
    first.body.patientNoticeId,
  ]);
});

it('is spoken of to the clinic’s head, then to the county, day after day, until it is closed', async () => {
  const head = await ward.hire('head01', 'clinic_head');
  const { exam, versionId } = await reports.signed(CLEAR);
  await reports.sign(exam, versionId, 'corrected', CLEAR);
  const [{ patientNoticeId: id }] = (await open(exam)) as [{ patientNoticeId: string; cause: string }];
  const level = async (): Promise<number> =>
    (await ward.rows<{ level: number }>('SELECT level FROM patient_notice WHERE id = $1', [id]))[0]!.level;
  const later = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await system.get(Sweeper).sweepOnce();
  };
  await later(4 * HOUR - MINUTE);
  expect(await level()).toBe(0);
  await later(MINUTE);
  expect(await level()).toBe(1);
  expect(await ward.told(exam, 'patient-notice.escalated')).toEqual([head.actor.name]);
  await later(20 * HOUR);
  expect(await level()).toBe(2);
  expect(await ward.told(exam, 'patient-notice.escalated')).toContain('admin');
  // Three days of standstill are one telling, not three.
  await later(72 * HOUR);
  expect(await level()).toBe(3);
  doctor = await signIn(system, county, 'doctor01');
  await doctor.post(`/api/patient-notices/${id}/close`, RECORD);
  await later(48 * HOUR);
  expect(await level()).toBe(3);
});
