import { changedSections, textRuns } from './text-diff.rules';

const joined = (earlier: string, later: string) => {
  const runs = textRuns(earlier, later);
  const without = (kind: string): string =>
    runs
      .filter((run) => run.kind !== kind)
      .map(({ text }) => text)
      .join('');
  return { earlier: without('added'), later: without('removed') };
};

describe('修改痕迹', () => {
  it.each([
    ['右肺上叶见小结节，直径约6mm。', '右肺上叶见磨玻璃结节，直径约8mm，边界清。'],
    ['', '两肺清晰。'],
    ['两肺清晰。', ''],
    ['1. 左肾结石。\n2. 前列腺增生。', '1. 右肾结石。\n\n2. 前列腺增生伴钙化。'],
    ['  空格  与\t制表符 ', '空格与 制表符'],
    ['CT值约45HU', 'CT 值约 45 HU'],
    ['𠮷田', '𠮷野田'],
  ])('gives both texts back: %j → %j', (earlier, later) => {
    expect(joined(earlier, later)).toEqual({ earlier, later });
  });

  it('marks the word and leaves the sentence', () => {
    expect(textRuns('左侧胸腔积液。', '右侧胸腔积液。')).toEqual([
      { kind: 'removed', text: '左侧' },
      { kind: 'added', text: '右侧' },
      { kind: 'same', text: '胸腔积液。' },
    ]);
  });

  it('names the changed sections alone', () => {
    const text = { technique: '平扫', findings: '两肺清晰。', impression: '未见异常。', recommendation: '' };
    expect(changedSections(text, text)).toEqual({});
    expect(Object.keys(changedSections(text, { ...text, impression: '右肺结节。', recommendation: '随访。' }))).toEqual(
      ['impression', 'recommendation'],
    );
  });
});
