import { type ReportVersion } from './report-document';
import {
  attribution,
  bannerOf,
  numbered,
  positiveWord,
  remarksOf,
  sexWord,
  standingLine,
  toMinute,
  versionLabel,
  watermarkOf,
} from './wording.rules';

const issuedAt = new Date('2026-03-05T06:32:50Z');
const reviewer = { name: '孙丽', title: null, hospital: '清河县中医医院', at: issuedAt, handwriting: null };
const final: ReportVersion = { number: 1, issuedAt, kind: 'final' };

describe('banner', () => {
  const replaced = { number: 3, issuedAt, replaces: 2, reason: '左右写反' };
  it.each<[ReportVersion, string | undefined]>([
    [final, undefined],
    [{ number: 2, issuedAt, kind: 'final', replaces: 1 }, '正式报告 第 2 版，替代第 1 版'],
    [{ number: 1, issuedAt, kind: 'preliminary' }, '临时报告 第 1 版，以正式报告为准'],
    [{ ...replaced, number: 2, replaces: 1, kind: 'corrected' }, '更正报告 第 2 版，替代第 1 版'],
    [{ ...replaced, kind: 'corrected' }, '更正报告 第 3 版，替代第 1–2 版'],
    [{ ...replaced, kind: 'demographics' }, '信息更正报告 第 3 版，替代第 2 版'],
    [{ ...replaced, kind: 'addendum' }, '补充报告 第 3 版，补充第 2 版，原报告内容不变'],
    [{ ...replaced, kind: 'void' }, '作废报告 第 3 版，第 1–2 版报告作废，不得使用'],
  ])('of %j', (version, headline) => {
    expect(bannerOf(version)?.headline).toBe(headline);
  });

  it('gives the reason of every version that replaces or extends a signed one', () => {
    for (const kind of ['corrected', 'demographics', 'addendum', 'void'] as const) {
      expect(bannerOf({ ...replaced, kind })?.reason?.text).toBe('左右写反');
    }
  });
});

describe('watermark', () => {
  const preliminary: ReportVersion = { number: 1, issuedAt, kind: 'preliminary' };
  const voided: ReportVersion = { number: 2, issuedAt, kind: 'void', replaces: 1, reason: '错误' };
  it.each([
    ['a signed report', { standing: 'in-force', version: final, reviewer }, null, null],
    ['a draft', { standing: 'draft', version: final, reviewer: null }, '未审签', '草稿，未审签，不得作为诊断依据'],
    [
      'a report whose reviewer is missing, whatever the caller says',
      { standing: 'in-force', version: final, reviewer: null },
      '未审签',
      '本版未审签，不得作为诊断依据',
    ],
    ['a preliminary report of one doctor', { standing: 'in-force', version: preliminary, reviewer: null }, null, null],
    [
      'a report that is being corrected',
      { standing: 'amending', version: final, reviewer },
      '更正中',
      '本报告正在更正，请与诊断中心联系',
    ],
    [
      'one that nobody reviewed, whatever else',
      { standing: 'amending', version: final, reviewer: null },
      '未审签',
      '本版未审签，不得作为诊断依据',
    ],
    ['a recalled report', { standing: 'recalled', version: final, reviewer }, '已撤销', '本版已撤销审核，请勿使用'],
    ['a voided report', { standing: 'void', version: final, reviewer }, '已作废', '本版已作废，请勿使用'],
    ['a void, whatever the caller says', { standing: 'in-force', version: voided, reviewer }, '已作废', null],
    ['a void of a recalled report', { standing: 'recalled', version: voided, reviewer }, '已作废', null],
    [
      'a corrected report',
      { standing: { supersededBy: 3 }, version: final, reviewer },
      '已被第 3 版替代',
      '本版已被第 3 版替代，请以第 3 版为准',
    ],
    [
      'a preliminary one',
      { standing: { supersededBy: 2 }, version: preliminary, reviewer: null },
      '已被第 2 版替代',
      '本版已被第 2 版替代，请以第 2 版为准',
    ],
  ] as const)('of %s, and the line that says it in words', (_, report, mark, line) => {
    expect(watermarkOf(report)).toBe(mark);
    expect(standingLine(report)).toBe(line);
  });
});

describe('words', () => {
  it('shows times to the minute in China, whatever zone the server is in', () => {
    expect(toMinute(new Date('2026-03-05T16:00:59Z'))).toBe('2026-03-06 00:00');
    expect(toMinute(new Date('2026-12-31T15:59:59Z'))).toBe('2026-12-31 23:59');
  });

  it('tells a draft from a version', () => {
    expect(versionLabel({ version: final, standing: 'in-force' })).toBe('第 1 版 正式报告');
    expect(versionLabel({ version: final, standing: 'draft' })).toBe('草稿');
  });

  it('has a word for every value', () => {
    expect(([1, 0, -1, null] as const).map(positiveWord)).toEqual(['阳性', '阴性', '不确定', '未填写']);
    expect((['M', 'F', 'O', null] as const).map(sexWord)).toEqual(['男', '女', '其他', '未知']);
  });

  it('says of a software signature, and only of it, that it is not reliable in law', () => {
    const seal = { verificationCode: 'A', verificationUrl: 'b', contentHash: 'c' };
    expect(remarksOf({ ...seal, signature: 'software' })).toContain('软件密钥签名，不具备可靠电子签名的法律效力');
    expect(remarksOf({ ...seal, signature: 'reliable' })).not.toContain('电子签名');
    expect(remarksOf({ ...seal, signature: 'none' })).toContain('未使用电子签名');
    expect(remarksOf(null)).not.toContain('电子签名');
  });
});

describe('诊断意见 as a list', () => {
  it.each([
    ['sentences without numbers get them', '右肺结节。\n主动脉钙化。', '1. 右肺结节。\n2. 主动脉钙化。'],
    ['blank lines and indents are no entries', '　右肺结节；\n\n 主动脉钙化。 ', '1. 右肺结节；\n2. 主动脉钙化。'],
    ['numbers of its own are kept', '1、右肺结节。\n2、主动脉钙化。', '1、右肺结节。\n2、主动脉钙化。'],
    ['as are those of a part of it', '右肺：\n（1）结节。\n（2）钙化。', '右肺：\n（1）结节。\n（2）钙化。'],
    ['a sentence broken by hand is one', '右肺结节，考虑\n炎性可能。', '右肺结节，考虑\n炎性可能。'],
    ['a single one needs none', '未见异常。', '未见异常。'],
    ['an empty one stays empty', '', ''],
  ])('%s', (_, written, printed) => {
    expect(numbered(written)).toBe(printed);
  });
});

it('says whose word an opinion is', () => {
  const annex = { institution: '省立医院', doctor: '周明', title: '主任医师', text: '同意。', givenAt: issuedAt };
  expect(attribution(annex)).toMatch(/^省立医院　周明（主任医师）　\d{4}-\d\d-\d\d \d\d:\d\d$/);
  expect(attribution({ ...annex, title: null })).toContain('　周明　');
});
