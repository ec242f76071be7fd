import type { ReportKind } from '../report.state';

/** An earlier version that has not been called back, and what it carried; null where its form knew no such thing. */
export interface Carrier<T> {
  readonly kind: ReportKind;
  readonly carried: readonly T[] | null;
}

/** No text of its own: what was added to the version before it stays added. */
const WITHOUT_TEXT: readonly ReportKind[] = ['addendum', 'demographics'];

/**
 * What of the things that belong to an exam's report (会诊意见, 关键图像) a new version carries: a report of its own text
 * all of them, an addendum those that nothing in force has told of. A corrected name leaves what stands as it is, and a
 * void says nothing at all.
 * @param present in force at the moment of signing
 * @param earlier oldest first
 */
export function carriedBy<T>(
  kind: ReportKind,
  present: readonly T[],
  earlier: readonly Carrier<T>[],
  same: (one: T, other: T) => boolean,
): readonly T[] {
  switch (kind) {
    case 'preliminary':
    case 'final':
    case 'corrected':
      return present;
    case 'addendum': {
      const text = earlier.findLastIndex((version) => !WITHOUT_TEXT.includes(version.kind));
      const told = earlier.slice(Math.max(0, text)).flatMap(({ carried }) => carried ?? []);
      return present.filter((one) => !told.some((other) => same(one, other)));
    }
    case 'demographics':
      return earlier.findLast((version) => version.kind !== 'addendum')?.carried ?? [];
    case 'void':
      return [];
  }
}
