import { type Answered, isAnswered, opinionForReport, opinionSha256 } from './opinion.rules';

const SAID = {
  id: '018f0000-0000-7000-8000-000000000001',
  access: 'read_only',
  opinion: '考虑炎性病变，建议抗炎后复查。',
  opinion_sha256: 'a',
  co_signed_sha256: null,
  accepted_by_name: '审核21',
  answered_by_title: '主治医师',
  answered_at: new Date('2026-03-02T16:05:30Z'),
} as Answered;

it('joins the report with its very text and says whose word it is', () => {
  expect(opinionForReport(SAID, '云溪县第2医院')).toEqual({
    sourceId: SAID.id,
    institution: '云溪县第2医院',
    doctor: '审核21',
    title: '主治医师，仅供参考',
    text: SAID.opinion,
    givenAt: SAID.answered_at,
  });
  const signed: Answered = { ...SAID, access: 'co_sign', answered_by_title: '', co_signed_sha256: 'a' };
  expect(opinionForReport(signed, '').title).toBe('联合署名');
  expect(opinionForReport({ ...signed, opinion_sha256: 'b' }, '').title).toBe('仅供参考');
});

it('is answered once there is an opinion', () => {
  expect([isAnswered(SAID), isAnswered({ ...SAID, opinion: null })]).toEqual([true, false]);
});

it('hashes the bytes of the text', () => {
  expect(opinionSha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(opinionSha256('会诊')).not.toBe(opinionSha256('会诊 '));
});
