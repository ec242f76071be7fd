import { noticeOf, REFUSALS } from './refusal.rules';

it('fits every reason into the attribute that carries it (LO: 64 characters with its code and place)', () => {
  for (const [code, { text }] of Object.entries(REFUSALS))
    expect(`${code}: #10000 ${text}`.length).toBeLessThanOrEqual(64);
});

it.each([
  [{ quarantined: true, replaced: true, warnings: ['charset_repaired'] }, 'study_quarantined'],
  [{ quarantined: false, replaced: true, warnings: ['charset_repaired'] }, 'corrected'],
  [{ quarantined: false, replaced: false, warnings: ['x', 'charset_repaired'] }, 'charset_repaired'],
  [{ quarantined: false, replaced: false, warnings: ['pixel_data_absent'] }, 'header_odd'],
  [{ quarantined: false, replaced: false, warnings: [] }, null],
])('tells the most telling notice (%#)', (facts, expected) => {
  expect(noticeOf(facts)).toBe(expected);
});
