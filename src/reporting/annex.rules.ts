import type { ReportKind } from './report.state';
import type { ReportAnnex } from './reporting.entities';
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

/** An earlier version that has not been called back; `annexes` is null where there were none yet (form 1 and 2). */
export interface EarlierVersion {
  readonly kind: ReportKind;
  readonly annexes: readonly SignedAnnex[] | null;
}

/**
 * What of the joined annexes a new version carries: a report of its own text all of them, an addendum those that nothing
 * in force has told of. A corrected name leaves what stands as it is, and a void says nothing at all.
 *
 * @param earlier oldest first
 */
export function annexesOf(
  kind: ReportKind,
  joined: readonly SignedAnnex[],
  earlier: readonly EarlierVersion[],
): readonly SignedAnnex[] {
  const base = earlier.findLastIndex((version) => version.kind !== 'addendum');
  switch (kind) {
    case 'preliminary':
    case 'final':
    case 'corrected':
      return joined;
    case 'addendum': {
      const told = earlier.slice(Math.max(0, base)).flatMap(({ annexes }) => annexes ?? []);
      return joined.filter(({ annexId }) => !told.some((annex) => annex.annexId === annexId));
    }
    case 'demographics':
      return earlier[base]?.annexes ?? [];
    case 'void':
      return [];
  }
}
