import type { BackKind, ReadingItem } from '../reading-item.entity';

/** The ways back, each with its mandatory reason; the badge says why an exam is where it is. */
export const BACK_NAMES: Readonly<Record<BackKind, string>> = {
  release: '放弃',
  reject: '驳回',
  return: '退回',
  withdraw: '撤回',
  recall: '召回',
};

export interface Back {
  readonly kind: BackKind;
  readonly reason: string;
  /** Name of who did it. */
  readonly by: string;
  readonly at: Date;
}

export type BadgeColumns = Pick<ReadingItem, 'badge_kind' | 'badge_reason' | 'badge_by' | 'badge_at'>;

/** A later back replaces an earlier one: the item shows the last word. */
export const badge = ({ kind, reason, by, at }: Back): BadgeColumns => ({
  badge_kind: kind,
  badge_reason: reason,
  badge_by: by,
  badge_at: at,
});

/** The work went on (submitted, signed, registered anew): nothing is to be explained any more. */
export const NO_BADGE: BadgeColumns = { badge_kind: null, badge_reason: null, badge_by: null, badge_at: null };

/** The badge as people see it; null when the item has none. */
export function badgeView(columns: BadgeColumns): (Back & { readonly name: string }) | null {
  const { badge_kind: kind, badge_reason: reason, badge_by: by, badge_at: at } = columns;
  return kind && { kind, name: BACK_NAMES[kind], reason: reason ?? '', by: by ?? '', at: at! };
}

/** What the clinic's own withdrawing, or taking it back, does to the item's badge; other badges are the readers'. */
export function badgeFollows(
  item: Pick<ReadingItem, 'badge_kind'>,
  exam: {
    readonly state: string;
    readonly state_reason: string | null;
    readonly back_by: string | null;
    readonly back_at: Date | null;
  },
): BadgeColumns | undefined {
  if (exam.state === 'WITHDRAWN' && exam.back_at)
    return badge({ kind: 'withdraw', reason: exam.state_reason ?? '', by: exam.back_by ?? '', at: exam.back_at });
  return item.badge_kind === 'withdraw' ? NO_BADGE : undefined;
}
