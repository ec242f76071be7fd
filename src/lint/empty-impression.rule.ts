import { RESIDUE } from './lexicons/template-residue.lexicon';
import type { Report } from './report';
import type { Hit } from './rules';

/** Point elsewhere, or say that something is still to be written. */
const POINTER =
  /^(?:(?:诊断(?:意见)?|印象|影像诊断|结论|意见)?(?:请?详?(?:同|见|看|阅|如|参见|参考|参照|参阅|按)?(?:上|前|上述|以上|上面|上文|前文|正文|上所述|影像学?|放射学?|检查|报告单?|本|左|CT|DR|X线|MRI?|片|摄片)*(?:表现|所见|所示|描述|描写|报告|内容|述|文|正文|见|上|前|上面)?(?:所见|描述|部分|栏)?)|无|略|空白?|未填写?|暂无|暂缺|待(?:定|诊|写|查|补|补充|报告|填|审核|上级医[师生]审核|会诊)?|等.{0,8}(?:看|审|审核|会诊|诊断|报告|复核)|未写|不详|没有|诊断|印象|意见|诊断意见|同[上前](?:所述)?|(?:影像|检查)?(?:所见|表现|意见)同[上前]|(?:暂?无|未作?)(?:特殊)?诊断(?:意见)?|null|none|nil|na|(?!tb|ca|pe|lc|ra|oa)[a-z0-9]{1,2}|测试|test|多余)?$/i;
/** Advice for whatever was found. */
const ADVICE =
  /^(?:供(?:临床)?参考|请?(?:密切)?结合(?:临床|病史|其他检查|相关检查|实验室|及|和|与|症状|体征|综合|考虑|诊断|、)+|(?:建议|请|必要时|定期|短期|门诊|择期)*(?:复查|随[访诊]|观察|动态|进一步|检查|专科|就诊|会诊|结合临床|CT|MRI?|增强|[一二三四五六\d]+个?(?:月|周|天|年)后?|内|后)+)$/i;
/** (-) is short for 未见异常. */
const NEGATIVE_MARK = /\([-—]+\)/;

/** The impression says nothing: empty, punctuation, 同上, 见所见, advice alone, an unfilled placeholder. */
export function emptyImpression({ impression }: Report): Hit[] {
  if (impression.text.length > 200 || NEGATIVE_MARK.test(impression.text)) return [];
  const text = RESIDUE.reduce((rest, pattern) => rest.replace(new RegExp(pattern.source, 'g'), ''), impression.text);
  const parts = text.split(/[,。;\n]/).map(contentOf);
  // Whole as well as part by part: 见上,下 and the like.
  const empty = parts.every((part) => POINTER.test(part) || ADVICE.test(part)) || POINTER.test(contentOf(text));
  return empty ? [{ rule: 'empty_impression', phrase: impression.raw.trim() || '空' }] : [];
}

/** Without punctuation, item numbers, dashes: letters and Chinese characters are left. */
const contentOf = (text: string): string =>
  text.replace(/[^\p{L}\p{N}]/gu, '').replace(/^\d+(?!\p{Script=Latin})/u, '');
