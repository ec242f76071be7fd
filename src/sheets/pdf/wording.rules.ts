import { paragraphs } from './line-break.rules';
import {
  type Annex,
  type ReportDocument,
  type ReportKind,
  type ReportSeal,
  type ReportVersion,
  type Standing,
} from './report-document';

const KIND_WORDS: Record<ReportKind, string> = {
  preliminary: '临时报告',
  final: '正式报告',
  corrected: '更正报告',
  addendum: '补充报告',
  demographics: '信息更正报告',
  void: '作废报告',
};

const REASON_LABELS = { corrected: '更正原因', addendum: '补充原因', demographics: '更正原因', void: '作废原因' };

export interface Banner {
  headline: string;
  reason: { label: string; text: string } | null;
}

/** As printed: 「CT检查诊断报告书」, 「磁共振检查诊断报告书」. */
export function reportTitle(modality: string): string {
  return `${modality}检查诊断报告书`;
}

/** 「第 2 版 更正报告」: printed under the title and in the head of every further page; a draft is no version yet. */
export function versionLabel({ version, standing }: Pick<ReportDocument, 'version' | 'standing'>): string {
  return standing === 'draft' ? '草稿' : `第 ${version.number} 版 ${KIND_WORDS[version.kind]}`;
}

/** A correction and a void take the place of everything before them: of addenda, too, and of what they add to. */
const versionsUpTo = (last: number): string => (last === 1 ? '第 1 版' : `第 1–${last} 版`);

/** What the reader must know before reading; null for a final report that replaces nothing. */
export function bannerOf(version: ReportVersion): Banner | null {
  const label = `${KIND_WORDS[version.kind]} 第 ${version.number} 版`;
  switch (version.kind) {
    case 'preliminary':
      return { headline: `${label}，以正式报告为准`, reason: null };
    case 'final':
      return version.replaces === undefined
        ? null
        : { headline: `${label}，替代第 ${version.replaces} 版`, reason: null };
    case 'corrected':
      return { headline: `${label}，替代${versionsUpTo(version.replaces)}`, reason: reasonOf(version) };
    case 'demographics':
      return { headline: `${label}，替代第 ${version.replaces} 版`, reason: reasonOf(version) };
    case 'addendum':
      return { headline: `${label}，补充第 ${version.replaces} 版，原报告内容不变`, reason: reasonOf(version) };
    case 'void':
      return { headline: `${label}，${versionsUpTo(version.replaces)}报告作废，不得使用`, reason: reasonOf(version) };
  }
}

/**
 * What a version is by now, as its mark and its banner say it. Fails to the safe side: a sheet without a reviewer is marked
 * 未审签 whatever the caller says of its standing, unless it is a preliminary report, whose banner already says that one
 * doctor alone stands behind it. A void is 已作废 by itself.
 */
function markedAs({ standing, version, reviewer }: Marked): Standing | 'unsigned' {
  if (standing === 'void' || version.kind === 'void') return 'void';
  if (standing === 'recalled' || standing === 'draft' || typeof standing === 'object') return standing;
  return reviewer === null && version.kind !== 'preliminary' ? 'unsigned' : standing;
}
type Marked = Pick<ReportDocument, 'standing' | 'version' | 'reviewer'>;

/** The watermark and, in whole words, the line under the title. */
const MARKS: Readonly<Record<'draft' | 'unsigned' | 'amending' | 'recalled' | 'void', { mark: string; line: string }>> =
  {
    draft: { mark: '未审签', line: '草稿，未审签，不得作为诊断依据' },
    unsigned: { mark: '未审签', line: '本版未审签，不得作为诊断依据' },
    amending: { mark: '更正中', line: '本报告正在更正，请与诊断中心联系' },
    recalled: { mark: '已撤销', line: '本版已撤销审核，请勿使用' },
    void: { mark: '已作废', line: '本版已作废，请勿使用' },
  };

/** What stands across every page; null on a version in force. */
export function watermarkOf(report: Marked): string | null {
  const as = markedAs(report);
  if (as === 'in-force') return null;
  return typeof as === 'object' ? `已被第 ${as.supersededBy} 版替代` : MARKS[as].mark;
}

/** The same in words, under the title; null on a version in force, and on a void, whose own banner says it. */
export function standingLine(report: Marked): string | null {
  const as = markedAs(report);
  if (as === 'in-force' || report.version.kind === 'void') return null;
  if (typeof as !== 'object') return MARKS[as].line;
  return `本版已被第 ${as.supersededBy} 版替代，请以第 ${as.supersededBy} 版为准`;
}

function reasonOf(version: { kind: keyof typeof REASON_LABELS; reason: string }): Banner['reason'] {
  return { label: REASON_LABELS[version.kind], text: version.reason };
}

export function sexWord(sex: ReportDocument['patient']['sex']): string {
  return sex === null ? '未知' : { M: '男', F: '女', O: '其他' }[sex];
}

export function positiveWord(positive: ReportDocument['text']['positive']): string {
  return positive === null ? '未填写' : { '1': '阳性', '0': '阴性', '-1': '不确定' }[`${positive}`];
}

const shanghai = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** 2026-03-05 14:20, always Asia/Shanghai: the whole country has one legal time. */
export function toMinute(at: Date): string {
  const part = Object.fromEntries(shanghai.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}`;
}

/** Whose word a 会诊意见 is: 省立医院　周明（主任医师）　2026-03-05 14:10 */
export function attribution({ institution, doctor, title, givenAt }: Annex): string {
  return `${institution}　${doctor}${title ? `（${title}）` : ''}　${toMinute(givenAt)}`;
}

const LIST_START = /^\s*(?:\d{1,2}[.、．)）](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]|[一二三四五六七八九十]+[、.．])/;
const SENTENCE_END = /[。；;.！？]\s*$/;

/**
 * 诊断意见 of several sentences, each a paragraph of its own, as the numbered list that readers expect; a text that has its
 * own numbers, or whose lines are not whole sentences, stays as it was written.
 */
export function numbered(impression: string): string {
  const lines = paragraphs(impression);
  const plain = lines.every((line) => !LIST_START.test(line) && SENTENCE_END.test(line));
  return lines.length > 1 && plain ? lines.map((line, i) => `${i + 1}. ${line}`).join('\n') : impression;
}

const REMARK = '本报告仅供临床医师参考，医师签字后有效。';
const SIGNATURE_REMARKS: Readonly<Record<ReportSeal['signature'], string>> = {
  software: '软件密钥签名，不具备可靠电子签名的法律效力。',
  reliable: '',
  none: '本版签发时未使用电子签名，以验证码查询结果为准。',
};

/** Remarks under the signatures. */
export function remarksOf(seal: ReportDocument['seal']): string {
  return seal ? `${REMARK}${SIGNATURE_REMARKS[seal.signature]}` : REMARK;
}
