import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import { claim, examRequest, imagesOf, must } from '../../../test/harness/signed-exam';
import { stow } from '../../../test/harness/stow';
import { startSystem, type System } from '../../../test/harness/system';
import { PeopleService } from '../../identity';

let system: System;
let county: TestCounty;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
});
afterAll(() => system.stop());

it('hands the very files of the exam to the institution that was asked, and nobody else’s', async () => {
  const sysadmin = await signIn(system, county, 'sysadmin');
  const made = { code: 'P1', name: '省影像会诊中心', agreement: '会诊协议' };
  const { institution } = (await must(sysadmin.post('/api/consult-institutions', made))).body;
  await system.get(PeopleService).create(system.ctx(county.countyId), {
    username: 'expert1',
    password: county.password,
    name: '专家一',
    grants: [{ role: 'expert', hospitalId: institution }],
  });
  const expert = await signIn(system, county, 'expert1');
  const writer = await signIn(system, county, 'writer11');
  const clinic = county.clinics[0]!;
  const [request, another] = [examRequest(), examRequest()];
  const [images, others] = [imagesOf(request), imagesOf(another)];
  const { examId } = (await must(gateway(system, clinic).post('/api/exams', request))).body;
  await must(gateway(system, clinic).post('/api/exams', another));
  await stow(
    system.url,
    clinic.key,
    [...images, ...others].map(({ bytes }) => bytes),
  );
  const { fence } = await claim(writer, examId);
  const asked = { fence, to: { institution }, access: 'read_only', deidentified: false, question: '是否结核？' };
  const view = (await must(writer.post(`/api/worklist/${examId}/consult`, asked))).body;
  const path = `/api/consultations/${view.consultationId}/images`;
  const { items } = (await must(expert.get(path))).body;
  expect(items.map((item: { sopInstanceUid: string }) => item.sopInstanceUid).sort()).toEqual(
    images.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
  );
  for (const item of items as { image: string; sopInstanceUid: string }[]) {
    const file = await fetch(`${system.url}${path}/${item.image}`, { headers: expert.identity });
    const sent = images.find(({ sopInstanceUid }) => sopInstanceUid === item.sopInstanceUid)!;
    expect(file.headers.get('content-type')).toBe('application/dicom');
    expect(Buffer.from(await file.arrayBuffer()).equals(Buffer.from(sent.bytes))).toBe(true);
  }
  const foreign = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.row<{ id: string }>('SELECT id FROM instance WHERE sop_uid = $1', [others[0]!.sopInstanceUid]),
  );
  expect((await expert.get(`${path}/${foreign!.id}`)).status).toBe(404);
  const told = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows('SELECT 1 FROM audit_event WHERE action = $1 AND subject_id = $2', [
      'consultation.images',
      view.consultationId,
    ]),
  );
  // One row an hour per person: a CT has hundreds of slices.
  expect(told).toHaveLength(1);
  await must(writer.post(`/api/consultations/${view.consultationId}/cancel`, { reason: '已有结论' }));
  expect((await expert.get(`${path}/${items[0].image}`)).body.code).toBe('consultation_over');
}, 60_000);
