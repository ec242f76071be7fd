import { createHash } from 'node:crypto';

/** What a confirmation confirms: SHA-256 of the opinion's UTF-8 bytes, lower case hex. */
export const opinionSha256 = (opinion: string): string => createHash('sha256').update(opinion, 'utf8').digest('hex');

const shanghai = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

export interface Opinion {
  readonly opinion: string;
  readonly hospital: string;
  readonly name: string;
  readonly title: string;
  readonly answeredAt: Date;
  readonly coSigned: boolean;
}

/**
 * The opinion as it joins the report: the asking reader takes this text over, and whoever reads the report sees whose
 * word it is. The reader signs; a co-signed opinion says that its author stands by this very text.
 */
export function opinionForReport({ opinion, hospital, name, title, answeredAt, coSigned }: Opinion): string {
  const by = [hospital, `${name}${title}`].filter(Boolean).join(' ');
  const how = coSigned ? '联合署名' : '会诊意见，仅供参考';
  return `会诊意见：${opinion}\n（${by}，${shanghai.format(answeredAt)}，${how}）`;
}
