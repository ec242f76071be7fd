import { type Content, contentChange, type KnownCycle } from './content-change.rules';
import type { CriticalState } from './critical.state';

const cycle = (finding: string, state: CriticalState, kind: KnownCycle['kind'] = 'new'): KnownCycle => ({
  id: `${finding}-${state}-${kind}`,
  finding,
  state,
  kind,
});

/** Texts of the exam's versions, the oldest first; the last is in force. */
const said = (...texts: string[][]): Content => ({
  voided: false,
  now: texts.at(-1)!,
  before: texts.at(-2) ?? [],
  ever: texts.slice(0, -1).flat(),
});
const voided = (...texts: string[][]): Content => ({ ...said(...texts), voided: true });

type Expected = { ask?: string[]; withdraw?: string[]; drop?: string[] };

it.each<readonly [string, Content, KnownCycle[], Expected]>([
  ['asks about what a first report says', said(['pe']), [], { ask: ['pe'] }],
  ['asks once', said(['pe', 'pe']), [], { ask: ['pe'] }],
  ['does not ask about what was marked while reading', said(['pe']), [cycle('pe', 'NOTIFIED')], {}],
  ['nor twice', said(['pe']), [cycle('pe', 'SUSPECTED')], {}],
  ['nor again about what was answered with no', said(['pe'], ['pe']), [cycle('pe', 'FALSE_ALARM')], {}],
  ['asks about what a correction adds', said(['pe'], ['pe', 'ich']), [cycle('pe', 'CLOSED')], { ask: ['ich'] }],
  ['withdraws what is said no more, open', said(['pe'], []), [cycle('pe', 'CONFIRMED')], { withdraw: ['pe'] }],
  ['withdraws what is said no more, closed', said(['pe'], []), [cycle('pe', 'CLOSED')], { withdraw: ['pe'] }],
  [
    'withdraws late what an earlier correction took away',
    said(['pe'], [], []),
    [cycle('pe', 'CLOSED')],
    { withdraw: ['pe'] },
  ],
  ['withdraws nothing that came back before anybody looked', said(['pe'], [], ['pe']), [cycle('pe', 'CONFIRMED')], {}],
  ['drops a question that has lost its reason', said(['pe'], []), [cycle('pe', 'SUSPECTED')], { drop: ['pe'] }],
  ['leaves a false alarm one', said(['pe'], []), [cycle('pe', 'FALSE_ALARM')], {}],
  ['leaves what no text ever said to the radiologist', said([], []), [cycle('own words', 'CONFIRMED')], {}],
  ['withdraws once', said(['pe'], []), [cycle('pe', 'CLOSED'), cycle('pe', 'CONFIRMED', 'withdrawn')], {}],
  [
    'asks again when it comes back',
    said(['pe'], [], ['pe']),
    [cycle('pe', 'CLOSED'), cycle('pe', 'CLOSED', 'withdrawn')],
    { ask: ['pe'] },
  ],
  ['asks again about a former false alarm', said(['pe'], [], ['pe']), [cycle('pe', 'FALSE_ALARM')], { ask: ['pe'] }],
  [
    'takes everything back with a void report',
    voided(['pe'], ['pe']),
    [cycle('pe', 'CLOSED'), cycle('own words', 'NOTIFIED'), cycle('ich', 'SUSPECTED')],
    { withdraw: ['pe', 'own words'], drop: ['ich'] },
  ],
])('%s', (_, content, cycles, expected) => {
  const { ask, withdraw, drop } = contentChange(content, cycles);
  expect({ ask, withdraw: withdraw.map((one) => one.finding), drop: drop.map((one) => one.finding) }).toEqual({
    ask: [],
    withdraw: [],
    drop: [],
    ...expected,
  });
});
