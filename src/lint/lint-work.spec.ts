import { criticalFindings, notableFindings } from './critical/critical';
import { lintReport } from './lint';
import type { LintInput } from './lint.types';

/** Texts that make a careless pattern go back and forth: repeated halves of phrases, no punctuation, open brackets. */
const SEEDS = [
  '未见',
  '无',
  '左侧胸腔大量',
  '气胸压缩约',
  '肺压缩',
  '请结合临床、',
  '右侧气胸未见大量积液但',
  '3.2×',
  '1.',
  '{',
  '[请',
  '(上/',
  '中线结构移位',
  '脑沟高密度影CT值',
  '肝胆脾、',
  '右肺结节，',
  '左肺占位，右肺结节，',
  '骨折。',
  '不除外脑疝，',
  '较前相仿，',
  '胆囊切除术后胆囊',
  '脾大，脾切除。',
  '心影增大，心影不大，',
  '肝脏见结节，肝脏未见结节，',
  '约8mm，',
  '双肺 未见异常 ',
  '患者王',
  '待',
  'a',
  ' ',
  '　',
  '脑出血术后',
  '硬膜下血肿，新鲜',
  '主支气管高密度影，',
  '主动脉管腔内见内膜片，主动脉管腔内未见内膜片影，',
  '(填写',
  '食指因',
  '第3、',
  '第3-7肋骨折，',
  'L4/5、',
  'L4/5椎间盘突出，',
  '1380000',
  '身份证号11010119',
  '住院号',
  '张某某，男，',
  '…',
  '*',
  '大小约12×9',
  '前交叉韧带连续，前交叉韧带断裂，',
  '见(未',
  '不清(不',
  '所见:',
  '两肺纹理清晰，',
  '大脑半球',
  '小囊肿35cm，',
  '捐献左肾',
  '18床王',
  '联系人',
  '建议进一步',
  '警惕进展为',
  '膈下游离气，术后',
  '脾周积血，切除术后3年',
  '腹腔积血可能破裂',
  '脾破裂，行',
  '术区再次出血',
  '高密度影，考虑',
  '未见新发',
];
const LONGEST = 20_000;

function inputOf(text: string): LintInput {
  const exam = { modality: 'DX', bodyPart: 'KNEE', laterality: 'L', sex: 'M', age: 50 } as const;
  return { exam, technique: text, findings: text, impression: text, recommendation: text, positive: 1, history: text };
}

function milliseconds(text: string): number {
  const input = inputOf(text);
  const start = performance.now();
  lintReport(input);
  criticalFindings(input);
  notableFindings(input);
  return performance.now() - start;
}

const fill = (seed: string, length: number): string => seed.repeat(Math.ceil(length / seed.length)).slice(0, length);

it.each(SEEDS)('works through 20,000 characters of "%s" in step with their number', (seed) => {
  const quarter = Math.min(...[1, 2, 3].map(() => milliseconds(fill(seed, LONGEST / 4))));
  const whole = Math.min(...[1, 2].map(() => milliseconds(fill(seed, LONGEST))));
  // Linear is 4 times, quadratic 16. The addend is what small numbers swing by.
  expect(whole).toBeLessThan(9 * quarter + 150);
});

/** Texts in which every few characters name a side or a lesion on one. */
const SIDED_SEEDS = ['右A', '左', '双膝', '双侧髌骨', '左肺结节', '右肺脑膜瘤左'];
const PARTS = ['KNEE', 'CHEST', 'RIB', 'HIP'];

/** How many characters regular expressions run over, from where each begins to where its match ends. */
function charactersRead(work: () => void): number {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with each expression below
  const { exec } = RegExp.prototype;
  let read = 0;
  const counting = jest.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text: string) {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const found = exec.call(this, text);
    // A sticky one tries a single place.
    read += found ? found.index + found[0].length - from : this.sticky ? 1 : text.length - from;
    return found;
  });
  try {
    work();
  } finally {
    counting.mockRestore();
  }
  return read;
}

it.each(PARTS.flatMap((bodyPart) => SIDED_SEEDS.map((seed) => [bodyPart, seed] as const)))(
  'reads four times as much of a four times longer text of %s: "%s"',
  (bodyPart, seed) => {
    const [quarter = 0, whole = 0] = [LONGEST / 4, LONGEST].map((length) => {
      const input = inputOf(fill(seed, length));
      const exam = { ...input.exam, bodyPart };
      return charactersRead(() => lintReport({ ...input, exam }));
    });
    expect(whole).toBeLessThan(5 * quarter);
  },
);
