import { createHash } from 'node:crypto';
import type { Opinion } from '../../reporting';
import type { Consultation } from '../collaboration.entities';
import { coSignatureOf } from './consultation.state';

/** What a confirmation confirms: SHA-256 of the opinion's UTF-8 bytes, lower case hex. */
export const opinionSha256 = (opinion: string): string => createHash('sha256').update(opinion, 'utf8').digest('hex');

/** Whether the author stands by it, as it is printed behind his title. */
const CO_SIGNED = '联合署名';
const ADVICE = '仅供参考';

export type Answered = Consultation & { readonly opinion: string; readonly answered_at: Date };

export const isAnswered = (row: Consultation): row is Answered => row.opinion !== null && row.answered_at !== null;

/**
 * The opinion as it joins the report: the very text, and whose word it is. The reader signs the report; a co-signed
 * opinion says that its author stands by this text.
 */
export function opinionForReport(row: Answered, institution: string): Opinion {
  const how = coSignatureOf(row) === 'SIGNED' ? CO_SIGNED : ADVICE;
  return {
    sourceId: row.id,
    institution,
    doctor: row.accepted_by_name ?? '',
    title: [row.answered_by_title, how].filter(Boolean).join('，'),
    text: row.opinion,
    givenAt: row.answered_at,
  };
}
