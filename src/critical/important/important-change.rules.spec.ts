import { NOTABLE_FINDINGS } from '../../lint';
import type { ReportKind } from '../../reporting';
import { type NotableText, standingOf } from './important-change.rules';
import { TIER_NAMES } from './important.state';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 1, minute));
const TUMOUR = '右肺上叶占位，考虑肺癌。';
const CLEAR = '胸部未见异常。';
/** A version signed at a minute; given oldest first, handed over newest first. */
const versions = (...texts: [ReportKind, number, string][]): NotableText[] =>
  texts
    .map(([kind, minute, impression]) => ({
      kind,
      signed_at: at(minute),
      findings: '',
      impression,
      recommendation: '',
    }))
    .reverse();
const flaggedAt = (minute: number) => ({ tier: 'important' as const, raised_at: at(minute) });

it('goes by the names that the lint gives', () => {
  expect(Object.values(TIER_NAMES)).toEqual(NOTABLE_FINDINGS);
});

it.each<[string, number, [ReportKind, number, string][], string]>([
  ['flagged while reading, said', 1, [['final', 2, TUMOUR]], 'stands'],
  [
    'flagged while reading, taken away',
    1,
    [
      ['final', 2, TUMOUR],
      ['corrected', 5, CLEAR],
    ],
    'gone',
  ],
  [
    'flagged after signing, taken away',
    3,
    [
      ['final', 2, TUMOUR],
      ['corrected', 5, CLEAR],
    ],
    'gone',
  ],
  [
    'of a preliminary, not in the formal one',
    3,
    [
      ['preliminary', 2, TUMOUR],
      ['final', 5, CLEAR],
    ],
    'gone',
  ],
  [
    'said by an addendum, left out by a correction',
    4,
    [
      ['final', 2, CLEAR],
      ['addendum', 3, TUMOUR],
      ['corrected', 5, CLEAR],
    ],
    'gone',
  ],
  [
    'below an addendum that does not repeat it',
    3,
    [
      ['final', 2, TUMOUR],
      ['addendum', 5, CLEAR],
    ],
    'stands',
  ],
  [
    'a name corrected',
    3,
    [
      ['final', 2, TUMOUR],
      ['demographics', 5, TUMOUR],
    ],
    'stands',
  ],
  [
    'void',
    3,
    [
      ['final', 2, TUMOUR],
      ['void', 5, '本报告已作废'],
    ],
    'gone',
  ],
  [
    'void, in words of his own',
    3,
    [
      ['final', 2, CLEAR],
      ['void', 5, '本报告已作废'],
    ],
    'gone',
  ],
  [
    'in words of his own, no correction',
    3,
    [
      ['final', 2, CLEAR],
      ['addendum', 5, CLEAR],
    ],
    'stands',
  ],
  [
    'in words of his own, corrected since',
    3,
    [
      ['final', 2, CLEAR],
      ['corrected', 5, CLEAR],
    ],
    'unsure',
  ],
  [
    'corrected to another finding of the tier',
    3,
    [
      ['final', 2, TUMOUR],
      ['corrected', 5, '肝内占位，考虑肝癌。'],
    ],
    'unsure',
  ],
  [
    'flagged after the correction that took it away',
    6,
    [
      ['final', 2, TUMOUR],
      ['corrected', 5, CLEAR],
      ['demographics', 8, CLEAR],
    ],
    'stands',
  ],
])('%s', (_, minute, texts, standing) => {
  expect(standingOf(flaggedAt(minute), versions(...texts))).toBe(standing);
});
