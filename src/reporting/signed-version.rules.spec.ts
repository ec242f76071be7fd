import { subject, version } from './report.fixture';
import { nextVersion, type Signing } from './signed-version.rules';

const person = { licence_number: '1', licence_valid_until: '2030-01-01' };
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
  expect(nextVersion(signing)).toMatchObject({
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
  expect(nextVersion({ ...signing, latest })).toMatchObject({ number: 2, supersedes_id: 'v1' });
});

it('makes no second final version', () => {
  const latest = { id: 'v1', number: 1, kind: 'final' } as const;
  expect(() => nextVersion({ ...signing, latest })).toThrow('no final after final');
});

it('signs no earlier than it was written, even when the clock stepped back', () => {
  const { signed_at, written_at } = nextVersion({ ...signing, signedAt: new Date('2026-03-05T06:00:00Z') });
  expect(signed_at).toEqual(written_at);
});
