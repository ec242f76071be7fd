import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { must, REPORT_TEXT, signedExam, type SignedExam } from '../../../test/harness/signed-exam';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';

let system: System;
let county: TestCounty;
let exam: SignedExam;
let doctor: JsonClient;
let chief: JsonClient;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  exam = await signedExam(system, county);
  [doctor, chief] = [await signIn(system, county, 'doctor01'), await signIn(system, county, 'chief2')];
});
afterAll(() => system.stop());

it('has images and report with it for the hospital, and brings the answer down to the clinic', async () => {
  const asked = { toHospitalId: county.hospitals[1]!.id, reason: '进一步检查', urgency: 'routine' };
  await must(doctor.post(`/api/exams/${exam.examId}/referrals`, asked));
  // All that the hospital does comes from what stands in its box.
  const [entry] = (await must(chief.get('/api/referrals?box=in&open'))).body.items;
  expect(entry).toMatchObject({
    examId: exam.examId,
    report: { versionId: exam.versionId, impression: REPORT_TEXT.impression },
    studies: [{ studyInstanceUid: exam.images[0]!.studyInstanceUid }],
  });

  const sheet = await until('the sheet is printed', async () => {
    const answer = await fetch(`${system.url}/api/reports/${entry.report.versionId}/pdf`, { headers: chief.identity });
    return answer.status === 200 && Buffer.from(await answer.arrayBuffer());
  });
  expect(sheet.subarray(0, 5).toString()).toBe('%PDF-');
  const study = `/dicomweb/studies/${entry.studies[0].studyInstanceUid}`;
  for (const { seriesInstanceUid, sopInstanceUid, bytes } of exam.images) {
    const file = await fetch(`${system.url}${study}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`, {
      headers: { ...chief.identity, accept: 'application/dicom' },
    });
    expect([file.status, Buffer.from(await file.arrayBuffer()).equals(Buffer.from(bytes))]).toEqual([200, true]);
  }

  const path = `/api/referrals/${entry.referralId}`;
  await must(chief.post(`${path}/accept`, { arrangement: '明日上午8点，胸外科门诊' }));
  await must(chief.post(`${path}/arrive`, {}));
  await must(chief.post(`${path}/answer`, { answer: '已收住胸外科。' }));
  const tech = await signIn(system, county, 'tech01');
  for (const person of [doctor, tech]) {
    const [line] = (await must(person.get('/api/referrals?box=out&open'))).body.items;
    expect(line).toMatchObject({ state: 'ANSWERED', answer: { text: '已收住胸外科。', by: '主任2' } });
    const { items } = (await must(person.get('/api/notices?limit=200'))).body;
    expect(items.map(({ text }: { text: string }) => text)).toContain(`检查 ${exam.accessionNumber} 的转诊已有回复`);
  }
});
