import { createHash } from 'node:crypto';
import { type MadeInstance, makeStudy } from '../../src/demo/synthetic';
import { gateway, signIn, type TestClinic, type TestCounty } from './county';
import type { JsonClient } from './json-client';
import { stow } from './stow';
import type { System } from './system';
import { until } from './wait';

export const REPORT_TEXT = {
  technique: '胸部CT平扫，层厚5mm。',
  findings: '双肺纹理清晰，未见实质性病变。',
  impression: '胸部CT平扫未见明显异常。',
  recommendation: '',
  positive: 0,
};

let made = 0;

/** A whole request of a CT exam (class A present); `over` replaces fields. */
export function examRequest(over: object = {}) {
  made += 1;
  return {
    accessionNumber: `CT${made}${process.pid}`,
    patientLocalId: `P${made}`,
    patientName: '张三',
    sex: 'M',
    age: 52,
    ageUnit: 'Y',
    modality: 'CT',
    itemName: 'CT胸部平扫',
    bodyPart: 'CHEST',
    examStart: '2026-03-02T09:00:00+08:00',
    orderingDoctor: '医师1',
    orderingPhone: '0000-1234567',
    clinicalDiagnosis: '咳嗽一周',
    ...over,
  };
}

/** Images that fit a request. */
export function imagesOf(
  request: { accessionNumber: string; patientLocalId: string; patientName: string },
  slices = 2,
): MadeInstance[] {
  return [
    ...makeStudy({
      seed: request.accessionNumber,
      modality: 'CT',
      bodyPart: 'CHEST',
      accessionNumber: request.accessionNumber,
      patientId: request.patientLocalId,
      patientName: request.patientName,
      sex: 'M',
      charset: 'GB18030',
      slices,
      samePixels: true,
      startedAt: new Date('2026-03-02T01:00:00Z'),
      institution: '第一卫生院',
      stationName: 'CT1',
      description: '胸部CT平扫',
    }),
  ];
}

export const manifestOf = (images: readonly MadeInstance[]) =>
  images.map(({ sopInstanceUid, bytes }) => ({
    sopInstanceUid,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));

export interface SignedExam {
  readonly examId: string;
  readonly accessionNumber: string;
  readonly images: readonly MadeInstance[];
  readonly versionId: string;
  readonly deliveryId: string;
}

/** Claims as soon as the list has heard of the exam. */
export async function claim(
  reader: JsonClient,
  examId: string,
): Promise<{ fence: number; version: number; imageSet: number }> {
  return until(`exam ${examId} to be claimable`, async () => {
    const answer = await reader.post(`/api/worklist/${examId}/claim`, {});
    return answer.status === 200 ? answer.body : undefined;
  });
}

/** An exam with images from request to signature, as clinic, writer and reviewer of the county do it. */
export async function signedExam(
  system: System,
  county: TestCounty,
  clinic: TestClinic = county.clinics[0]!,
): Promise<SignedExam> {
  const machine = gateway(system, clinic);
  const request = examRequest();
  const images = imagesOf(request);
  const { examId } = (await machine.post('/api/exams', request)).body;
  const stored = await stow(
    system.url,
    clinic.key,
    images.map(({ bytes }) => bytes),
  );
  if (stored.status !== 200) throw new Error(`stow: ${stored.status} ${stored.text}`);
  const writer = await signIn(system, county, 'writer11');
  const reviewer = await signIn(system, county, 'reviewer11');
  const claimed = await claim(writer, examId);
  const draft = await writer.put(`/api/exams/${examId}/report/draft`, {
    fence: claimed.fence,
    version: 0,
    ...REPORT_TEXT,
  });
  await must(
    writer.post(`/api/exams/${examId}/report/submit`, {
      fence: claimed.fence,
      version: draft.body.version,
      imageSet: claimed.imageSet,
    }),
  );
  const review = await claim(reviewer, examId);
  await must(
    reviewer.post(`/api/exams/${examId}/report/sign`, {
      fence: review.fence,
      version: review.version,
      imageSet: review.imageSet,
    }),
  );
  const entry = await until('the inbox entry', async () => {
    const { body } = await machine.get('/api/inbox?after=0&limit=200');
    return body.items.find((item: { examId: string }) => item.examId === examId);
  });
  return {
    examId,
    accessionNumber: request.accessionNumber,
    images,
    versionId: entry.reportVersion.versionId,
    deliveryId: entry.deliveryId,
  };
}

/** Fails loudly when a step that has to succeed did not. */
export async function must<T extends { status: number; body: unknown }>(step: Promise<T>): Promise<T> {
  const answer = await step;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}
