import { handsWith, isOwn, requireSomethingNew, type Said, withAddenda } from './amendment.rules';

const BASE: Said = {
  technique: '胸部CT平扫',
  findings: '右肺上叶见小结节。',
  impression: '右肺上叶结节。',
  recommendation: '',
  positive: 0,
};
const added = (said: Partial<Said>): Said => ({
  technique: '',
  findings: '',
  impression: '',
  recommendation: '',
  positive: 0,
  ...said,
});

describe('a correction begins with', () => {
  it('the text that stands where nothing was added', () => {
    expect(withAddenda(BASE, [])).toEqual(BASE);
  });

  it('every addendum behind it, in their order, marked as one, and positive as the last of them says', () => {
    const addenda = [
      added({ findings: '另见肝囊肿。\n', impression: '肝囊肿。', positive: 1 }),
      added({ findings: '胆囊未见异常。', recommendation: '超声复查', positive: 1 }),
    ];
    expect(withAddenda(BASE, addenda)).toEqual({
      technique: '胸部CT平扫',
      findings: '右肺上叶见小结节。\n补充：另见肝囊肿。\n补充：胆囊未见异常。',
      impression: '右肺上叶结节。\n补充：肝囊肿。',
      recommendation: '补充：超声复查',
      positive: 1,
    });
  });
});

it('what was taken in is not yet a correction; leaving it out is one', () => {
  const whole = withAddenda(BASE, [added({ findings: '另见肝囊肿。' })]);
  const stands = { text: whole, keyImages: [] };
  expect(() => requireSomethingNew({ kind: 'corrected', ...whole }, [], stands, {})).toThrow(
    expect.objectContaining({ code: 'amendment_unchanged' }),
  );
  expect(() => requireSomethingNew({ kind: 'corrected', ...BASE }, [], stands, {})).not.toThrow();
});

it('a picture alone is a correction: one that was wrong is taken off', () => {
  const shown = [{ sopInstanceUid: '1.2.3', sha256: 'a', frame: 1, window: null, caption: null }];
  const correct = (marked: typeof shown) =>
    requireSomethingNew({ kind: 'corrected', ...BASE }, marked, { text: BASE, keyImages: shown }, {});
  expect(() => correct([])).not.toThrow();
  expect(() => correct([{ ...shown[0]! }])).toThrow(expect.objectContaining({ code: 'amendment_unchanged' }));
});

describe('whose words an amendment has', () => {
  const passed = { writer_id: 'second', hand_ids: ['first'] };

  it('is own to its writer and to whoever wrote of it before him, and to nobody else', () => {
    expect(['first', 'second', 'third', null].map((id) => isOwn(passed, id))).toEqual([true, true, false, false]);
  });

  it('counts every hand once', () => {
    expect(handsWith(passed, 'second')).toEqual(['first', 'second']);
    expect(handsWith(passed, 'first')).toEqual(['first']);
  });
});
