import { sha256 } from '../../platform/ids';
import { type PublicKey, type Stamp, type StampState, stampState } from '../../signature';
import { FIRST_HASH, linkHolds } from './report-chain.rules';
import { REPORT_KIND_NAMES, type ReportKind } from '../report.state';
import type { VersionRow } from '../report-view';
import { imageListSha256, signedBytes } from '../signing/signed-content.rules';

/** A version with all that speaks for or against it. */
export type Evidence = VersionRow & {
  /** Numbers of the addenda to be read with it: all but those whose place it, or a version before it, has taken. */
  readonly addenda: readonly number[];
  /** The list that was signed; null where there is none. */
  readonly sha256s: readonly string[] | null;
  readonly public_key: string | null;
  readonly key_algorithm: string | null;
  /** null: the version has no row in the chain at all. */
  readonly chained: boolean | null;
  readonly seq: string | null;
  readonly prev_hash: string | null;
  readonly hash: string | null;
  readonly sealed_at: Date | null;
  /** Hash of the link before; null where there is none. */
  readonly hash_before: string | null;
  /** 身份存疑: since when it is in doubt whose images the report was read from. */
  readonly doubted_since: Date | null;
};

/** What is wrong with a version, and how it is said. */
export const FAULT_NAMES = {
  content: '报告内容与签发时不一致',
  signature: '电子签名与内容不符',
  signing_key: '签名所用密钥未登记或已被改动',
  image_list: '影像清单与签发时不一致',
  seal: '封存链不符',
  image_missing: '签发时的影像缺失',
  image_changed: '影像文件与签发时不一致',
  handwriting_missing: '签发时的手写签名图片缺失',
  handwriting_changed: '手写签名图片与签发时不一致',
  sheet_missing: '归档的报告单缺失',
  sheet_changed: '归档的报告单已被改动',
} as const;
export type Fault = keyof typeof FAULT_NAMES;

/** What the rows alone tell: content, signature, list of images, link in the chain. Empty: as it was signed. */
export function faultsOf(evidence: Evidence): Fault[] {
  const bytes = signedBytes(evidence);
  const faults: Fault[] = sha256(bytes) === evidence.content_sha256 ? [] : ['content'];
  const stamp = stampOf(evidence);
  if (stamp) faults.push(...STAMP_FAULTS[stampState(bytes, stamp, keyOf(evidence))]);
  if (!listHolds(evidence)) faults.push('image_list');
  if (!sealHolds(evidence)) faults.push('seal');
  return faults;
}

const STAMP_FAULTS: Readonly<Record<StampState, readonly Fault[]>> = {
  valid: [],
  invalid: ['signature'],
  unknown_key: ['signing_key'],
};

function stampOf(row: Evidence): Stamp | null {
  const { signature, signature_algorithm: algorithm, signature_key_id: keyId } = row;
  return signature === null || algorithm === null || keyId === null ? null : { signature, algorithm, keyId };
}

function keyOf(row: Evidence): PublicKey | undefined {
  const { signature_key_id: keyId, key_algorithm: algorithm, public_key: publicKey } = row;
  return keyId === null || algorithm === null || publicKey === null ? undefined : { keyId, algorithm, publicKey };
}

/** Versions of form 1 spoke of no images. A key image is one of those that were signed. */
function listHolds({ content_form, sha256s, image_count, images_sha256, key_images }: Evidence): boolean {
  if (content_form === 1) return sha256s === null;
  if (sha256s === null || sha256s.length !== image_count || imageListSha256(sha256s) !== images_sha256) return false;
  return (key_images ?? []).every(({ sha256: file }) => sha256s.includes(file));
}

/** A version that waits for the sealer is fine; one that the chain does not know is not. */
function sealHolds(row: Evidence): boolean {
  const { chained, seq, prev_hash, hash, hash_before } = row;
  if (!chained) return false;
  if (seq === null || prev_hash === null || hash === null) return true;
  const previous = seq === '1' ? FIRST_HASH : hash_before;
  return previous !== null && linkHolds(previous, { seq: Number(seq), prev_hash, hash, version: row });
}

/**
 * - `in_force`, `superseded` (corrected, formal after preliminary, other demographics) or `void` (itself or by a later one)
 * - `recalled`: 撤销审核 before anybody at the clinic had seen it
 */
export type Standing = 'in_force' | 'superseded' | 'void' | 'recalled';

export function standingOf(
  row: Pick<Evidence, 'kind' | 'recalled_at' | 'superseded_by' | 'superseded_by_kind'>,
): Standing {
  if (row.kind === 'void' || row.superseded_by_kind === 'void') return 'void';
  if (row.recalled_at !== null) return 'recalled';
  return row.superseded_by === null ? 'in_force' : 'superseded';
}

/** One word for machines: what is stored was tampered with, or where the version stands. */
export type Verdict = 'unchanged' | 'superseded' | 'void' | 'recalled' | 'tampered';

export const verdictOf = (standing: Standing, faults: readonly Fault[]): Verdict =>
  faults.length > 0 ? 'tampered' : standing === 'in_force' ? 'unchanged' : standing;

const SUPERSEDED: Readonly<Partial<Record<ReportKind, (number: number) => string>>> = {
  corrected: (number) => `本版报告已更正，请以第 ${number} 版（更正报告）为准。`,
  demographics: (number) => `本版报告的患者信息已更正，请以第 ${number} 版（信息更正报告）为准。`,
  final: (number) => `本版为临时报告，正式报告（第 ${number} 版）已签发，请以正式报告为准。`,
};

const AMENDING = '该报告正在更正，请留意更正后的新版。';
const IN_DOUBT = '注意：该检查正在核对患者身份，核对完成前请勿使用，并向出具机构核实。';

/** One sentence for whoever holds the sheet in hand. */
export function verificationMessage(
  row: Pick<Evidence, 'kind' | 'superseded_by' | 'superseded_by_kind' | 'addenda'> &
    Partial<Pick<Evidence, 'amending_since' | 'doubted_since'>>,
  verdict: Verdict,
): string {
  switch (verdict) {
    case 'tampered':
      return '警告：系统中保存的报告与签发时不一致，请勿采信，并向出具机构核实。';
    case 'recalled':
      return '本版报告已撤销，请勿使用，以重新签发的报告为准。';
    case 'void':
      return '该检查的报告已作废，请勿使用，并向出具机构核实。';
    case 'superseded':
      return [supersededMessage(row.superseded_by ?? 0, row.superseded_by_kind), row.doubted_since && IN_DOUBT]
        .filter(Boolean)
        .join('');
    case 'unchanged':
      return [unchangedMessage(row), row.amending_since && AMENDING, row.doubted_since && IN_DOUBT]
        .filter(Boolean)
        .join('');
  }
}

function supersededMessage(number: number, kind: ReportKind | null): string {
  const say = kind && SUPERSEDED[kind];
  return say ? say(number) : `本版报告已被第 ${number} 版替代，请以第 ${number} 版为准。`;
}

function unchangedMessage({ kind, addenda }: Pick<Evidence, 'kind' | 'addenda'>): string {
  const same = `内容与签发时一致，本版${REPORT_KIND_NAMES[kind]}现行有效`;
  if (kind === 'preliminary') return `${same}；此为临时报告，以正式报告为准。`;
  if (addenda.length === 0) return `${same}。`;
  return `${same}；另有补充报告（第 ${addenda.join('、')} 版），请一并阅读。`;
}
