import { discrepancies, textChanges } from './changes.rules';

const text = {
  technique: '平扫',
  findings: '右肺上叶见小结节。',
  impression: '右肺上叶结节。',
  recommendation: '随访',
  positive: 1,
} as const;

describe('what a correction changed', () => {
  it('is told word by word, for the sections it touched alone', () => {
    const changes = textChanges(text, { ...text, impression: '左肺上叶结节。' });
    expect(Object.keys(changes!.sections)).toEqual(['impression']);
    const runs = changes!.sections.impression!;
    const kept = (without: string): string => runs.map((run) => (run.kind === without ? '' : run.text)).join('');
    expect([kept('added'), kept('removed')]).toEqual(['右肺上叶结节。', '左肺上叶结节。']);
    expect(changes!.positive).toBeNull();
  });

  it('names the positive mark with both values', () => {
    expect(textChanges(text, { ...text, positive: 0 })).toEqual({ sections: {}, positive: { from: 1, to: 0 } });
  });

  it('is nothing when the two say the same', () => {
    expect(textChanges(text, { ...text })).toBeNull();
  });
});

describe('a formal report against its preliminary one', () => {
  it.each([
    [{ findings: '右肺上叶见结节。' }, ['findings']],
    [{ impression: '右肺上叶结节，建议增强。' }, ['impression']],
    [{ positive: 0 as const }, ['positive']],
    [
      { findings: '未见异常。', impression: '未见异常。', positive: 0 as const },
      ['findings', 'impression', 'positive'],
    ],
    [{ recommendation: '三个月后复查', technique: '' }, []],
    [{ findings: '右肺上叶\n见小结节。' }, []],
  ])('%j differs in %j', (change, fields) => {
    expect(discrepancies(text, { ...text, ...change })).toEqual(fields);
  });
});
