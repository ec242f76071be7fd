import { opinionForReport, opinionSha256 } from './opinion.rules';

const SAID = {
  opinion: '考虑炎性病变，建议抗炎后复查。',
  hospital: '云溪县第2医院',
  name: '审核21',
  title: '主治医师',
  answeredAt: new Date('2026-03-02T16:05:30Z'),
  coSigned: false,
};

it('says whose word it is and when, in the time of the wall clock', () => {
  expect(opinionForReport(SAID)).toBe(
    '会诊意见：考虑炎性病变，建议抗炎后复查。\n（云溪县第2医院 审核21主治医师，2026-03-03 00:05，会诊意见，仅供参考）',
  );
  expect(opinionForReport({ ...SAID, title: '', coSigned: true })).toMatch(/审核21，2026-03-03 00:05，联合署名）$/);
});

it('hashes the bytes of the text', () => {
  expect(opinionSha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(opinionSha256('会诊')).not.toBe(opinionSha256('会诊 '));
});
