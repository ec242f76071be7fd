import { Desk } from '../../src/reporting/desk.fixture';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import type { JsonClient } from '../harness/json-client';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';

let system: System;
let county: TestCounty;
let machine: JsonClient;
let doctor: JsonClient;
let desk: Desk;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  machine = gateway(system, county.clinics[0]!);
  doctor = await signIn(system, county, 'doctor01');
  const [writer, reviewer] = [await signIn(system, county, 'writer11'), await signIn(system, county, 'reviewer21')];
  desk = new Desk(machine, writer, reviewer, until);
});
afterAll(() => system.stop());

/** What a sheet is answered with: to the clinic's gateway and to its doctor, on either paper. */
async function answers(versionId: string): Promise<number[]> {
  const sheets = [machine, doctor].flatMap(({ identity }) =>
    ['', '?paper=A5'].map((paper) =>
      fetch(`${system.url}/api/reports/${versionId}/pdf${paper}`, { headers: identity }),
    ),
  );
  const answered = await Promise.all(sheets);
  await Promise.all(answered.map((one) => one.arrayBuffer()));
  return answered.map(({ status }) => status);
}

it('no sheet leaves while it is in doubt whose images they are, whoever asks, on whatever paper', async () => {
  const { exam, versionId } = await desk.signed();
  await until('the sheet to be set in type', async () => (await answers(versionId)).every((status) => status !== 503));
  const turn = (verb: string, reason: string) => doctor.post(`/api/exams/${exam}/${verb}`, { reason });
  expect(await answers(versionId)).toEqual([200, 200, 200, 200]);
  expect((await turn('hold', '影像与患者不符')).status).toBe(200);
  expect(await answers(versionId)).toEqual([409, 409, 409, 409]);
  expect((await turn('release', '已核对，影像为本人')).status).toBe(200);
  expect(await answers(versionId)).toEqual([200, 200, 200, 200]);
});
