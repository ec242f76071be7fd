import { carriedBy, type Carrier } from './carried.rules';
import type { ReportKind } from '../report.state';
import type { ReportAnnex } from '../reporting.entities';
import type { SignedAnnex } from './signed-annex';

/** 会诊意见 as another slice hands it over. */
export interface Opinion {
  /** The consultation: one opinion joins one report once. */
  readonly sourceId: string;
  readonly institution: string;
  readonly doctor: string;
  /** 职称; empty where it is not known. */
  readonly title: string;
  readonly text: string;
  readonly givenAt: Date;
}

/** The same with how it came to the report, for those who work on it. */
export type ReportAnnexView = SignedAnnex & { readonly sourceId: string; readonly joinedAt: Date };

export const annexView = (row: ReportAnnex): ReportAnnexView => ({
  annexId: row.id,
  kind: row.kind,
  sourceId: row.source_id,
  institution: row.institution,
  doctor: row.doctor,
  title: row.title,
  text: row.text,
  givenAt: row.given_at.toISOString(),
  joinedAt: row.joined_at,
});

/** Without how it came to the report, which is not what is signed. */
export const signedAnnex = ({ sourceId: _, joinedAt: __, ...signed }: ReportAnnexView): SignedAnnex => signed;

/**
 * What of the joined annexes a new version carries.
 * @param earlier oldest first
 */
export const annexesOf = (
  kind: ReportKind,
  joined: readonly SignedAnnex[],
  earlier: readonly Carrier<SignedAnnex>[],
): readonly SignedAnnex[] => carriedBy(kind, joined, earlier, (one, other) => one.annexId === other.annexId);
