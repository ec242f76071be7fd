import { gateway, seedCounty, signIn } from '../../test/harness/county';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { type Client, Desk, report, TEXT } from './desk.fixture';

/** A report on which nobody may rely now: how it is shown, and that nobody takes its words over. */
let system: System;
let desk: Desk;
let writer: Client;
let chief: Client;
let doctor: Client;

beforeAll(async () => {
  system = await startSystem();
  const county = await seedCounty(system);
  const signedIn = (username: string): Promise<Client> => signIn(system, county, username);
  [writer, chief, doctor] = [await signedIn('writer11'), await signedIn('chief1'), await signedIn('doctor01')];
  desk = new Desk(gateway(system, county.clinics[0]!), writer, await signedIn('reviewer21'), until);
});
afterAll(() => system.stop());

it.each([
  ['was recalled', 'report/recall', { reason: '漏看左肺' }],
  ['is void', 'report/void', { reason: '错误患者' }],
  ['may be another’s', 'hold', { reason: '影像与患者不符' }],
])('takes no text over from the patient’s earlier report that %s', async (_, deed, body) => {
  const patient = { patientLocalId: `K-${deed}` };
  const earlier = await desk.signed({}, patient);
  const { exam, seen } = await desk.written({}, patient);
  const { fence, version } = seen;
  expect((await chief.post(`/api/exams/${earlier.exam}/${deed}`, body)).status).toBe(200);
  const copied = { fence, version, ...TEXT, impression: '上次的诊断。', copiedFrom: earlier.versionId };
  const refused = await writer.put(report(exam, '/draft'), copied);
  const message = '该报告已撤销、作废或其检查身份存疑，不能引用';
  expect(refused).toMatchObject({ status: 403, body: { code: 'copied_not_standing', message } });
  expect((await writer.get(report(exam))).body.draft).toMatchObject({ version, impression: TEXT.impression });
  expect((await writer.get(report(exam, '/trace'))).body.kept).toEqual([]);
});

it('marks a report while it is in doubt whose images they are, for readers and the clinic', async () => {
  const { exam, versionId } = await desk.signed({}, { patientLocalId: 'K2' });
  const { exam: next, seen } = await desk.written({}, { patientLocalId: 'K2' });
  const holds = async (): Promise<unknown[]> =>
    Promise.all([writer, doctor].map(async (who) => (await who.get(report(exam))).body.identityHold));
  expect(await holds()).toEqual([null, null]);
  expect((await writer.post(`/api/exams/${exam}/hold`, { reason: '影像与患者不符' })).status).toBe(200);
  const hold = { since: expect.stringMatching(/^20.*Z$/), reason: '影像与患者不符' };
  expect(await holds()).toEqual([hold, hold]);
  expect((await writer.post(`/api/exams/${exam}/release`, { reason: '已核对' })).status).toBe(200);
  expect(await holds()).toEqual([null, null]);
  // The doubt is over: its words may be taken over again.
  const { fence, version } = seen;
  const copied = { fence, version, ...TEXT, copiedFrom: versionId };
  expect((await writer.put(report(next, '/draft'), copied)).status).toBe(200);
  // An editor that names it with every save loses nothing when the doubt comes while he writes.
  expect((await writer.post(`/api/exams/${exam}/hold`, { reason: '影像与患者不符' })).status).toBe(200);
  const later = { ...copied, version: version + 1, impression: '继续书写。' };
  expect((await writer.put(report(next, '/draft'), later)).status).toBe(200);
});
