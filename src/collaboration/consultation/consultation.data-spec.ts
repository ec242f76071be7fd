import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'iconv-lite';
import { parseDicom } from 'dicom-parser';
import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { claim, examRequest, must, REPORT_TEXT } from '../../../test/harness/signed-exam';
import { stow } from '../../../test/harness/stow';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { institutionOutside } from './consultants.fixture';

/** The whole way of a question to the province, with a CT as a console of the country writes it. */
const FILE = join(process.cwd(), '../shared/data/dicom/zh-derived/ct_gbk.dcm');
const OPINION = '右肺上叶混杂密度结节，考虑浸润性腺癌可能，建议穿刺。';
const PATIENT = { accessionNumber: 'AC0002', patientLocalId: 'YD0002', patientName: '李四' };

let system: System;
let county: TestCounty;
let writer: JsonClient;
let reviewer: JsonClient;
let expert: JsonClient;
let institution: string;

beforeAll(async () => {
  system = await startSystem();
  county = await seedCounty(system);
  [writer, reviewer] = [await signIn(system, county, 'writer11'), await signIn(system, county, 'reviewer11')];
  institution = await institutionOutside(system, county);
  expert = await signIn(system, county, 'expert1');
});
afterAll(() => system.stop());

const fetched = async (client: JsonClient, path: string): Promise<Buffer> => {
  const answer = await fetch(`${system.url}${path}`, { headers: client.identity });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
};

/** What a person who selects all of it copies. */
function textOf(pdf: Buffer): string {
  const path = join(system.config.dataDir, 'report.pdf');
  writeFileSync(path, pdf);
  return execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' }).replace(/\s/g, '');
}

it('goes without the patient, comes back co-signed, and is part of the report that is signed and printed', async () => {
  const clinic = county.clinics[0]!;
  const request = examRequest({ ...PATIENT, examStart: '2026-03-02T09:00:00+08:00' });
  const { examId } = (await must(gateway(system, clinic).post('/api/exams', request))).body;
  const source = readFileSync(FILE);
  expect((await stow(system.url, clinic.key, [source])).status).toBe(200);
  const held = await claim(writer, examId);
  const asked = {
    fence: held.fence,
    to: { institution },
    access: 'co_sign',
    deidentified: true,
    question: '右肺上叶结节，考虑什么？',
  };
  const { consultationId } = (await must(writer.post(`/api/worklist/${examId}/consult`, asked))).body;
  const path = `/api/consultations/${consultationId}`;
  await must(expert.post(`${path}/accept`, {}));

  const { items } = (await must(expert.get(`${path}/images`))).body;
  expect(items).toMatchObject([{ withheld: null, studyInstanceUid: expect.stringMatching(/^2\.25\./) }]);
  const image = await fetched(expert, `${path}/images/${items[0].image}`);
  expect(image.length).toBe(items[0].bytes);
  const was = parseDicom(source);
  for (const tag of ['x0020000d', 'x0020000e', 'x00080018']) expect(image.includes(was.string(tag)!)).toBe(false);
  for (const word of ['AC0002', 'YD0002', 'ABCD1234', 'Li^Si', '20040119'])
    expect([word, image.includes(word)]).toEqual([word, false]);
  for (const word of ['李', '卫生院', '头颅'])
    expect([word, image.includes(encode(word, 'gbk'))]).toEqual([word, false]);
  const [pixels, before] = [parseDicom(image), was].map(({ elements, byteArray }) => {
    const { dataOffset, length } = elements['x7fe00010']!;
    return Buffer.from(byteArray.subarray(dataOffset, dataOffset + length));
  });
  expect(pixels!.equals(before!)).toBe(true);

  const confirmedSha256 = createHash('sha256').update(OPINION).digest('hex');
  await must(expert.post(`${path}/answer`, { opinion: OPINION, confirmedSha256 }));
  await must(writer.post(`${path}/close`, { takenOver: true }));
  const draft = { fence: held.fence, version: 0, ...REPORT_TEXT };
  const { version } = (await must(writer.put(`/api/exams/${examId}/report/draft`, draft))).body;
  await must(
    writer.post(`/api/exams/${examId}/report/submit`, { fence: held.fence, version, imageSet: held.imageSet }),
  );
  const seen = await claim(reviewer, examId);
  const { versionId } = (
    await must(
      reviewer.post(`/api/exams/${examId}/report/sign`, {
        fence: seen.fence,
        version: seen.version,
        imageSet: seen.imageSet,
      }),
    )
  ).body;
  const { versions } = (await must(reviewer.get(`/api/exams/${examId}/report`))).body;
  expect(versions.at(-1).annexes).toMatchObject([
    {
      kind: 'consultation',
      institution: '省影像会诊中心',
      doctor: '专家一',
      title: '主任医师，联合署名',
      text: OPINION,
    },
  ]);
  const pdf = await until('the sheet is printed', async () => {
    const answer = await fetch(`${system.url}/api/reports/${versionId}/pdf`, { headers: reviewer.identity });
    return answer.status === 200 && Buffer.from(await answer.arrayBuffer());
  });
  const printed = textOf(pdf);
  for (const words of ['会诊意见', OPINION, '省影像会诊中心', '专家一（主任医师，联合署名）'])
    expect([words, printed.includes(words)]).toEqual([words, true]);
});
