import { lintReport } from '../lint';
import { inputOf } from '../lint.fixture';

const said = (findings: string): string[] =>
  lintReport(inputOf({ exam: 'CT/UPPERABDOMEN/-/M/45', findings, codes: [] })).map(({ text }) => text);

it.each([
  ['肝右叶见低密度灶，CT值约3000HU。', '“CT值约3000HU”不符合CT值的合理范围。请核对数值与单位。'],
  ['肝右叶见囊肿，CT值约900HU。', '“CT值约900HU”不符合囊肿CT值的合理范围。请核对数值与单位。'],
  ['肝右叶见结节，大小约80cm。', '“大小约80cm”不符合结节的合理范围。请核对数值与单位（cm/mm）。'],
])('names the units of what is measured: %s', (findings, text) => expect(said(findings)).toEqual([text]));
