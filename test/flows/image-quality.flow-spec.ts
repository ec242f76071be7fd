import { makeStudy } from '../../src/demo/synthetic';
import type { Seen } from '../../src/reporting/desk.fixture';
import { must } from '../harness/signed-exam';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { CountyDay, type Who } from './county-day';

/**
 * 图像质量 on its way: graded where the images are read, seen by the technician who made them, shown to the other clinic
 * that is about to order the same examination (互认), and recorded where it is made again.
 */

let today: CountyDay;
beforeAll(async () => {
  today = await CountyDay.begin();
});
afterAll(() => today.end());

/** A valid number: a man born on 1954-03-02. */
const ID_NUMBER = '110101195403020015';
const PATIENT = { idNumber: ID_NUMBER, patientName: '周建国', sex: 'M', birthDate: '1954-03-02' };

const quality = (exam: string): string => `/api/exams/${exam}/image-quality`;

/** Uploaded by the first clinic and claimed by the writer. */
async function claimed(): Promise<{ exam: string; seen: Seen }> {
  const over = { ...PATIENT, age: undefined, ageUnit: undefined };
  const exam = await today.uploaded(await today.uploading({ over }));
  await until('the exam on the list', () => today.listed(exam));
  return { exam, seen: await today.claim('writer11', exam) };
}

/** From the writer's draft to the reviewer's claim. */
async function submitted(exam: string, seen: Seen): Promise<Seen> {
  const written = await today.desk.put(today.as('writer11'), exam, seen);
  await must(today.report('writer11', exam, 'submit', written));
  return today.claim('reviewer21', exam);
}

const grade = (who: Who, exam: string, { imageSet }: Seen, body: object) =>
  today.as(who).put(quality(exam), { imageSet, ...body });

/** The second clinic is about to order the same for the same man. */
const lookUp = async () =>
  (
    await must(
      today.as('doctor02').post('/api/recognition/lookups', {
        idNumber: ID_NUMBER,
        patientName: PATIENT.patientName,
        modality: 'CT',
        itemName: 'CT胸部平扫',
        bodyPart: 'CHEST',
      }),
    )
  ).body;
const decide = (lookupId: string, body: object) =>
  today.as('doctor02').post(`/api/recognition/lookups/${lookupId}/decision`, body);
const imagesOf = async (lookupId: string, exam: string, page = '') =>
  (await must(today.as('doctor02').get(`/api/recognition/lookups/${lookupId}/exams/${exam}/instances${page}`))).body;

it('goes from the reader to the technician, and to the clinic that would order the same again', async () => {
  const { exam, seen } = await claimed();
  await must(grade('writer11', exam, seen, { grade: '3' }));
  const underReview = await submitted(exam, seen);
  const breathing = { grade: '1', deficiencies: ['Q03'], note: '双下肺呼吸伪影明显' };
  await must(grade('reviewer21', exam, underReview, breathing));
  await must(today.report('reviewer21', exam, 'sign', underReview));

  // The technician who made them reads what to do better.
  const feedback = (await must(today.as('tech01').get(quality(exam)))).body;
  expect(feedback.grade).toMatchObject({
    gradeName: '1级',
    deficiencies: [{ name: '运动/呼吸伪影' }],
    note: breathing.note,
    hospitalName: '云溪县第2医院',
    by: null,
  });
  expect((await today.as('doctor02').get(quality(exam))).status).toBe(404);

  // Shown to the other clinic with the reason, and not to be taken instead of a new one.
  const found = await lookUp();
  const because = '图像质量评为1级（运动/呼吸伪影），不能满足诊断';
  const shown = {
    scheme: 'sectional',
    grade: '1',
    gradeName: '1级',
    deficiencies: [{ code: 'Q03', name: '运动/呼吸伪影' }],
    forThisImageSet: true,
  };
  expect(found.items).toMatchObject([{ examId: exam, substitute: false, unusableBecause: because, grade: shown }]);
  expect(JSON.stringify(found)).not.toContain(breathing.note);
  const images = await imagesOf(found.lookupId, exam);
  expect(images).toMatchObject({ items: [{}, {}], nextCursor: null, grade: shown });
  const first = await imagesOf(found.lookupId, exam, '?limit=1');
  const second = await imagesOf(found.lookupId, exam, `?limit=1&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items]).toEqual(images.items);
  expect([first.items.length, second.nextCursor]).toEqual([1, null]);
  const refused = await decide(found.lookupId, { decision: 'recognised', examId: exam });
  expect([refused.status, refused.body.code, refused.body.message]).toEqual([
    409,
    'image_unusable',
    `该检查不能互认：${because}`,
  ]);
  const repeated = { decision: 'repeated', reason: 'image_quality' };
  expect((await must(decide(found.lookupId, repeated))).body).toMatchObject({ decision: 'repeated' });

  // The missing slices come later: of the images as they are now nobody has said anything.
  const { accessionNumber, patientLocalId } = await today.page(exam);
  const more = makeStudy({ ...LATER, accessionNumber, patientId: patientLocalId });
  const files = [...more].map(({ bytes }) => bytes);
  expect((await stow(today.system.url, today.county.clinics[0]!.key, files)).status).toBe(200);
  // Look-ups are rationed by the minute: it is the exam's page that is asked again and again.
  await until('the exam to have other images', async () => (await today.page(exam)).imageSet > underReview.imageSet);
  const again = await lookUp();
  expect(again.items[0].grade.forThisImageSet).toBe(false);
  expect(again.items).toMatchObject([{ substitute: true, unusableBecause: null, grade: { grade: '1' } }]);
  expect((await decide(again.lookupId, repeated)).body.code).toBe('quality_not_low');

  // The signer looks at them, and they will do.
  const { imageSet } = await today.page(exam);
  await must(grade('reviewer21', exam, { ...underReview, imageSet }, { grade: '2', deficiencies: ['Q10'] }));
  const last = await lookUp();
  expect(last.items).toMatchObject([{ substitute: true, grade: { grade: '2', forThisImageSet: true } }]);
  await must(decide(last.lookupId, { decision: 'recognised', examId: exam }));
  expect((await today.audited(exam, 'image-quality.grade')).map(({ details }) => [details.as, details.grade])).toEqual([
    ['writer', '3'],
    ['reviewer', '1'],
    ['signer', '2'],
  ]);

  // The reader of his next exam sees it too.
  const next = await today.desk.queued({ ...PATIENT, patientLocalId });
  const priors = (await must(today.as('writer12').get(`/api/exams/${next}/priors`))).body.items;
  expect(priors).toMatchObject([{ examId: exam, grade: { gradeName: '2级', forThisImageSet: true } }]);
});

it('is not taken of other images than those that are there', async () => {
  const { exam, seen } = await claimed();
  const stale = await grade('writer11', exam, { ...seen, imageSet: seen.imageSet + 1 }, { grade: '3' });
  expect([stale.status, stale.body.code]).toEqual([409, 'stale_image_set']);
  expect((await must(today.machine.get(quality(exam)))).body.grade).toBeNull();
});

const LATER = {
  seed: 'later',
  modality: 'CT',
  bodyPart: 'CHEST',
  patientName: '周建国',
  sex: 'M',
  charset: 'GB18030',
  slices: 1,
  samePixels: true,
  startedAt: new Date('2026-03-02T01:30:00Z'),
  institution: '第一卫生院',
  stationName: 'CT1',
  description: '胸部CT平扫 补扫',
} as const;
