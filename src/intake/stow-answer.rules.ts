import type { DicomJson, DicomJsonAttribute } from '../images';
import { type Notice, NOTICES, type Refused, REFUSALS } from './refusal.rules';

/** The answer of STOW-RS: Store Instances Response Module (PS3.18 annex I.2) as DICOM JSON. Pure. */

export interface StoredPart {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopUid: string;
  readonly sopClassUid: string;
  readonly notice: Notice | null;
}

export interface FailedPart {
  /** Place in the request, from 1. */
  readonly place: number;
  /** '' when the file could not be read that far. */
  readonly sopUid: string;
  readonly sopClassUid: string;
  readonly refused: Refused;
}

export interface StowResult {
  readonly stored: readonly StoredPart[];
  readonly failed: readonly FailedPart[];
}

/** 200 all kept, 202 some, 409 none (PS3.18 table 10.5.3-1). */
export function stowStatus({ stored, failed }: StowResult): 200 | 202 | 409 {
  if (stored.length === 0) return 409;
  return failed.length === 0 ? 200 : 202;
}

/** @param base URL of the DICOMweb service, e.g. `https://host/dicomweb` */
export function stowAnswer({ stored, failed }: StowResult, base: string): DicomJson {
  const studies = [...new Set(stored.map((part) => part.studyUid))];
  const answer: DicomJson = {};
  // A Retrieve URL for the whole answer makes sense for one study only.
  if (studies.length === 1) answer['00081190'] = { vr: 'UR', Value: [`${base}/studies/${studies[0]}`] };
  if (stored.length > 0) answer['00081199'] = { vr: 'SQ', Value: stored.map((part) => referenced(part, base)) };
  if (failed.length > 0) answer['00081198'] = { vr: 'SQ', Value: failed.map(failure) };
  return answer;
}

function referenced({ studyUid, seriesUid, sopUid, sopClassUid, notice }: StoredPart, base: string): DicomJson {
  return {
    ...(notice ? comment(notice, NOTICES[notice].text) : {}),
    '00081150': uid(sopClassUid),
    '00081155': uid(sopUid),
    '00081190': { vr: 'UR', Value: [`${base}/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`] },
    ...(notice ? { '00081196': { vr: 'US', Value: [NOTICES[notice].reason] } } : {}),
  };
}

function failure({ place, sopUid, sopClassUid, refused }: FailedPart): DicomJson {
  const { reason, text } = REFUSALS[refused.code];
  return {
    ...comment(refused.code, `#${place} ${text}`),
    '00081150': uid(sopClassUid),
    '00081155': uid(sopUid),
    '00081197': { vr: 'US', Value: [reason] },
  };
}

/** Error Comment (0000,0902): a code for programs, a sentence for people. */
const comment = (code: string, text: string): DicomJson => ({ '00000902': { vr: 'LO', Value: [`${code}: ${text}`] } });

const uid = (value: string): DicomJsonAttribute => (value === '' ? { vr: 'UI' } : { vr: 'UI', Value: [value] });
