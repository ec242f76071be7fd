import { subject, version } from '../report.fixture';
import { imagesUnder, nextVersion, type Present, type Signing } from './signed-version.rules';

const person = { licence_number: '1', licence_valid_until: '2030-01-01' };
const images = ['a'.repeat(64), 'b'.repeat(64)];
const present: Present = { images, annexes: [], keyImages: [], handwriting: new Map() };
const signing: Signing = {
  versionId: version.id,
  kind: 'final',
  item: { county_id: version.county_id, clinic_id: version.clinic_id, exam_id: version.exam_id, image_set: 3 },
  subject,
  text: { technique: '平扫', findings: '两肺清晰。', impression: '未见异常。', recommendation: '', positive: 0 },
  submission: { id: '019a0000-0000-7000-8000-000000000051', submitted_at: new Date('2026-03-05T06:20:10Z') },
  writer: { ...person, id: 'w', name: '李四', title: '住院医师', hospital: '云溪县第一医院' },
  reviewer: { ...person, id: 'r', name: '孙丽', title: '主治医师', hospital: '云溪县第二医院' },
  latest: undefined,
  signedAt: new Date('2026-03-05T06:32:50Z'),
};

it('makes the first version of both people, both times and the reviewed text', () => {
  expect(nextVersion(signing, present)).toMatchObject({
    number: 1,
    kind: 'final',
    supersedes_id: null,
    findings: '两肺清晰。',
    positive: 0,
    image_set: 3,
    writer_id: 'w',
    writer_name: '李四',
    writer_title: '住院医师',
    writer_hospital: '云溪县第一医院',
    written_at: new Date('2026-03-05T06:20:10Z'),
    reviewer_id: 'r',
    reviewer_name: '孙丽',
    reviewer_title: '主治医师',
    reviewer_hospital: '云溪县第二医院',
    signed_at: new Date('2026-03-05T06:32:50Z'),
    single_sign: false,
  });
});

it('continues the chain after a preliminary version', () => {
  const latest = { id: 'v1', number: 1, kind: 'preliminary' } as const;
  expect(nextVersion({ ...signing, latest }, present)).toMatchObject({ number: 2, supersedes_id: 'v1' });
});

it.each(['final', 'corrected', 'addendum', 'preliminary'] as const)(
  'speaks of the images as they are now: %s',
  (kind) => {
    expect(imagesUnder(kind, ['b', 'c'], ['a', 'b'])).toEqual(['b', 'c']);
  },
);

it.each(['demographics', 'void'] as const)(
  'where nobody looks, of those that were signed and still are: %s',
  (kind) => {
    expect(imagesUnder(kind, ['b', 'c'], ['a', 'b'])).toEqual(['b']);
  },
);

it('makes no second final version', () => {
  const latest = { id: 'v1', number: 1, kind: 'final' } as const;
  expect(() => nextVersion({ ...signing, latest }, present)).toThrow('no final after final');
});

it('signs no earlier than it was written, even when the clock stepped back', () => {
  const { signed_at, written_at } = nextVersion({ ...signing, signedAt: new Date('2026-03-05T06:00:00Z') }, present);
  expect(signed_at).toEqual(written_at);
});

it('speaks of the images that the exam had, by the hash of their list', () => {
  expect(nextVersion(signing, present)).toMatchObject({
    content_form: 4,
    image_count: 2,
    // Taken with another program: printf '["%s","%s"]' of the two hashes into sha256sum.
    images_sha256: '2ba3056e95d23c0c154eca683e330401c46e441d5074523e16349e29d7597a64',
  });
  expect(nextVersion(signing, { ...present, images: [] }).image_count).toBe(0);
});

it("says why it takes another one's place, and when one doctor alone stands behind it", () => {
  expect(nextVersion(signing, present)).toMatchObject({ reason: null, single_sign: false });
  const latest = { id: 'v1', number: 1, kind: 'final' } as const;
  const corrected = { ...signing, latest, kind: 'corrected', reason: '侧别有误', singleSign: true } as const;
  expect(nextVersion(corrected, present)).toMatchObject({ reason: '侧别有误', single_sign: true });
});

it('pins the handwriting that each has in force, and what was joined to the report', () => {
  const { annexes, key_images: keyImages } = version;
  const handwriting = new Map([['r', 'b'.repeat(64)]]);
  expect(nextVersion(signing, { images, annexes: annexes!, keyImages: keyImages!, handwriting })).toMatchObject({
    annexes,
    key_images: keyImages,
    writer_handwriting_sha256: null,
    reviewer_handwriting_sha256: 'b'.repeat(64),
  });
});
