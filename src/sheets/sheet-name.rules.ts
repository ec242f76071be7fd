import type { ReportVersion } from '../reporting';
import type { Paper } from './pdf';

/** Not allowed in file names by one system or another, besides control characters. */
const UNSAFE = /[\\/:*?"<>|\p{Cc}\p{Cf}]/gu;
const MAX = 60;

/** Name under which a clinic saves a sheet: `张三_CT202603050012_第1版.pdf`. */
export function sheetName(version: Pick<ReportVersion, 'number' | 'subject'>, paper: Paper): string {
  return fileName(version.subject, `第${version.number}版`, paper);
}

/** `张三_CT202603050012_草稿.pdf` */
export const draftName = (subject: Named, paper: Paper): string => fileName(subject, '草稿', paper);

type Named = Pick<ReportVersion['subject'], 'patientName' | 'accessionNumber'>;

function fileName({ patientName, accessionNumber }: Named, what: string, paper: Paper): string {
  const words = [patientName, accessionNumber].map((word) =>
    Array.from(word.replace(UNSAFE, ''), (char) => char)
      .slice(0, MAX)
      .join(''),
  );
  return `${[...words, what, ...(paper === 'A5' ? ['A5'] : [])].join('_')}.pdf`;
}

/** Content-Disposition with the name in UTF-8 (RFC 6266, RFC 8187) and an ASCII one for what does not read that. */
export function inlineAs(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
