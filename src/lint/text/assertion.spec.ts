import { type Assertion, assertionOf } from './assertion';
import { section } from './clauses';

/** What the report says of the last 「…」 of the sentence. */
function said(marked: string): Assertion {
  const at = marked.indexOf('「');
  const phrase = marked.slice(at + 1, marked.indexOf('」'));
  const text = section(marked.replace('「', '').replace('」', ''));
  return assertionOf(text, at, at + phrase.length);
}

it.each<[string, Assertion]>([
  ['右侧见「气胸」', 'present'],
  ['右侧未见「气胸」', 'negated'],
  ['未见出血、梗死及「占位」', 'negated'],
  ['未见出血,梗死,「占位」征象', 'negated'],
  ['未见异常,「气胸」', 'present'],
  ['未见骨折;「气胸」', 'present'],
  ['未见骨折但见「气胸」', 'present'],
  ['骨折无移位伴「血肿」', 'present'],
  ['中线无移位及「脑疝」', 'negated'],
  ['肾盂不「扩张」', 'negated'],
  ['小结石,未致「积水」', 'negated'],
  ['结石嵌顿致「积水」', 'present'],
  ['胆囊不大「壁增厚」', 'present'],
  ['下叶「不张」', 'present'],
  ['膈下无游离气体,「肠管积气」', 'present'],
  ['肝脏未见占位,「胰头区肿块」', 'present'],
  ['膈下无游离气体 「小肠扩张」', 'present'],
  ['「气胸」未见', 'negated'],
  ['「积液」未见吸收', 'present'],
  ['「肺栓塞」可排除', 'negated'],
  ['「肺栓塞」不能完全排除', 'uncertain'],
  ['不除外「肺栓塞」', 'uncertain'],
  ['「肺栓塞」?', 'uncertain'],
  ['建议CTA排除「夹层」', 'negated'],
  ['建议CTA明确有无「夹层」', 'hypothetical'],
  ['陈旧性「脑梗死」', 'old'],
  ['陈旧性出血及「梗死」', 'old'],
  ['慢性支气管炎、「肺栓塞」', 'present'],
  ['「脑出血」术后', 'old'],
  ['左侧「积液」,较前相仿', 'old'],
  ['左侧「积液」,较前明显增多', 'present'],
  ['双肺较前片相仿;左侧「积液」', 'present'],
  ['3个月前「脑出血」', 'old'],
  ['「硬膜下血肿」(右侧慢性,左侧急性)', 'present'],
])('%s is %s', (sentence, assertion) => expect(said(sentence)).toBe(assertion));
