import { RESIDUE } from './lexicons/template-residue.lexicon';
import type { Report } from './report';
import type { Hit } from './rules';

/** Point elsewhere, or say that something is still to be written. */
const NO_CONTENT =
  /^(?:(?:诊断(?:意见)?|印象|影像诊断|结论|意见)?(?:请?详?(?:同|见|看|阅|如|参见|参考|参照|按)?(?:上|前|上述|以上|上所述|影像|检查|报告|本|左|CT|DR|X线|片|摄片)*(?:表现|所见|所示|描述|报告|内容|述|文|见|上|前)?(?:所见|描述|部分)?)|无|略|空|暂无|暂缺|待(?:定|诊|写|查|补|补充|报告|填|审核|上级医师审核)?|未写|未填|不详|没有|诊断|印象|意见|诊断意见|请?(?:结合|密切结合)临床(?:病史|其他检查|及其他检查|及相关检查|考虑|诊断)?|建议(?:复查|随访|随诊|进一步检查|结合临床)|必要时复查|随访|随诊|复查|同[上前](?:所述)?|(?:影像|检查)?(?:所见|表现|意见)同[上前]|(?:暂?无|未作?)(?:特殊)?诊断(?:意见)?|null|none|nil|na|[a-z0-9]{1,2}|测试|test|多余)?$/i;

/** The impression says nothing: empty, punctuation, 同上, 见所见, an unfilled placeholder. */
export function emptyImpression({ impression }: Report): Hit[] {
  let text = impression.text.slice(0, 200);
  for (const pattern of RESIDUE) text = text.replace(new RegExp(pattern.source, 'g'), '');
  // Punctuation, item numbers, dashes: whatever is neither a letter nor a Chinese character.
  const content = text.replace(/[^\p{L}\p{N}]/gu, '').replace(/^\d+(?!\p{Script=Latin})/u, '');
  if (impression.text.length > 200 || !NO_CONTENT.test(content)) return [];
  return [{ rule: 'empty_impression', phrase: impression.raw.trim() || '空' }];
}
