import type { BackKind } from '../reading-item.entity';
import { badge, badgeFollows, badgeView, BACK_NAMES, NO_BADGE } from './badge.rules';

const AT = new Date('2026-03-02T02:00:00Z');
const KINDS = Object.keys(BACK_NAMES) as BackKind[];

it.each(KINDS)('%s is shown with its own name, reason, person and time', (kind) => {
  expect(badgeView(badge({ kind, reason: '原因', by: '张医生', at: AT }))).toEqual({
    kind,
    name: BACK_NAMES[kind],
    reason: '原因',
    by: '张医生',
    at: AT,
  });
});

it('gives each of the backs its own name', () => {
  expect(KINDS.map((kind) => BACK_NAMES[kind])).toEqual(['放弃', '驳回', '退回', '撤回', '召回']);
});

it('shows nothing where nothing came back', () => {
  expect(badgeView(NO_BADGE)).toBeNull();
});

describe('what the clinic does to the badge', () => {
  const withdrawn = { state: 'WITHDRAWN', state_reason: '登记错误', back_by: '技师1', back_at: AT };
  const queued = { ...withdrawn, state: 'QUEUED', state_reason: null };

  it('withdrawing replaces whatever badge there was', () => {
    for (const kind of [...KINDS, null])
      expect(badgeFollows({ badge_kind: kind }, withdrawn)).toEqual(
        badge({ kind: 'withdraw', reason: '登记错误', by: '技师1', at: AT }),
      );
  });

  it('coming back takes only its own badge away', () => {
    for (const kind of [...KINDS, null])
      expect([kind, badgeFollows({ badge_kind: kind }, queued)]).toEqual([
        kind,
        kind === 'withdraw' ? NO_BADGE : undefined,
      ]);
  });
});
