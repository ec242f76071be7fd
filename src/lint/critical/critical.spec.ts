import { CRITICAL_FINDINGS, criticalFindings, NOTABLE_FINDINGS, notableFindings } from './critical';

const texts = (impression: string, findings = '', recommendation = '') => ({ findings, impression, recommendation });

it('holds the list of critical values by the names under which they are recorded', () => {
  expect(CRITICAL_FINDINGS).toEqual([
    '急性肺栓塞',
    '急性主动脉夹层',
    '主动脉瘤破裂',
    '心包填塞',
    '大量液/血/气胸',
    '气管·支气管异物',
    '急性脑梗死',
    '急性脑出血',
    '急性硬膜外/硬膜下出血',
    '急性蛛网膜下腔出血',
    '脑疝',
    '消化道穿孔',
    '腹腔内脏器破裂出血',
    '绞窄性肠梗阻',
  ]);
});

it('asks once for each finding, with the words of the impression where it has any', () => {
  const hits = criticalFindings(texts('右侧张力性气胸。', '右侧气胸，肺压缩约90%。膈下见游离气体影。'));
  expect(hits).toEqual([
    { finding: '大量液/血/气胸', text: '张力性气胸' },
    { finding: '消化道穿孔', text: '膈下见游离气' },
  ]);
});

it('does not take advice for a finding', () => {
  expect(criticalFindings(texts('未见异常', '', '建议CTA检查排除肺栓塞，警惕迟发性脑出血。'))).toEqual([]);
});

it.each<[string, string[]]>([
  ['腹腔镜阑尾切除术后2天，膈下少许游离气体', []],
  ['腹腔镜阑尾切除术后3年，膈下少许游离气体', ['消化道穿孔']],
  ['髋关节置换术后2天，膈下少许游离气体', ['消化道穿孔']],
  ['肠镜下息肉切除术后，膈下少许游离气体', ['消化道穿孔']],
  ['胆囊切除术后2天，膈下游离气体较前增多', ['消化道穿孔']],
  ['胆囊切除术后2天，膈下大量游离气体', ['消化道穿孔']],
  ['胆囊切除术后2天，膈下大量游离气体，考虑术后改变', []],
  ['胆囊切除术后2天，胃窦穿孔', ['消化道穿孔']],
  ['胃窦穿孔修补术后，膈下少许游离气体', []],
  ['胃窦穿孔，修补术后2天', []],
  ['胃窦穿孔，左肾切除术后', ['消化道穿孔']],
  ['脾切除术后，脾窝少量积血', []],
  ['脾切除术后，右肾包膜下血肿', ['腹腔内脏器破裂出血']],
  ['脾切除术后肝破裂', ['腹腔内脏器破裂出血']],
  ['腹主动脉瘤支架术后，瘤周腹膜后血肿', ['主动脉瘤破裂']],
  ['冠脉支架术后，降主动脉见内膜片', ['急性主动脉夹层']],
  ['降主动脉支架术后，降主动脉见内膜片', []],
])('an operation explains what it left behind and no more: %s', (findings, expected) => {
  expect(criticalFindings(texts('', findings)).map(({ finding }) => finding)).toEqual(expected);
});

it.each([
  ['右肺上叶占位，考虑周围型肺癌', ['重要异常']],
  ['肝脏多发转移瘤', ['重要异常']],
  ['右肺上叶结节，可见分叶及毛刺', ['重要异常']],
  ['L3椎体骨质破坏', ['重要异常']],
  ['双肺上叶继发性肺结核，活动性可能', ['疑似传染病']],
  ['双肺弥漫粟粒状结节', ['疑似传染病']],
  ['右肺上叶空洞，结核与肿瘤待鉴别，考虑结核可能', ['疑似传染病']],
  ['双肺未见占位及转移征象', []],
  ['右肺上叶陈旧性结核', []],
  ['肺癌术后改变', []],
  ['未见活动性结核', []],
])('second tier: %s', (impression, findings) => {
  expect(notableFindings(texts(impression)).map(({ finding }) => finding)).toEqual(findings);
});

it('names the second tier', () => expect(NOTABLE_FINDINGS).toEqual(['重要异常', '疑似传染病']));
