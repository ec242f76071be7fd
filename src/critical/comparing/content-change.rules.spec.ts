import type { Said } from './content.rules';
import { type Content, contentChange, type KnownCycle } from './content-change.rules';
import type { CriticalState } from '../critical.state';

/** `pe`, or with its side before it: `L pe`. */
const saying = (text: string): Said => {
  const [finding = '', side = ''] = text.split(' ').reverse();
  return { finding, side: side as Said['side'], phrase: finding };
};

/** `about`: what the text in force said when it was raised; the finding itself unless a case says otherwise. */
const cycle = (
  finding: string,
  state: CriticalState,
  kind: KnownCycle['kind'] = 'new',
  about: readonly string[] = [finding],
): KnownCycle => ({
  about: about.map(saying),
  id: `${finding}-${state}-${kind}`,
  finding,
  state,
  kind,
});

const named = (text: string): string => saying(text).finding;

/** Texts of the exam's versions, the oldest first; the last is in force. */
const said = (...texts: string[][]): Content => ({
  voided: false,
  now: texts.at(-1)!.map(saying),
  before: (texts.at(-2) ?? []).map(named),
});
const voided = (...texts: string[][]): Content => ({ ...said(...texts), voided: true });

type Expected = { ask?: string[]; withdraw?: string[]; restate?: string[]; drop?: string[] };

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
  ['leaves what no text ever said to the radiologist', said([], []), [cycle('own words', 'CONFIRMED', 'new', [])], {}],
  [
    'leaves to the radiologist what he marked after a correction had left it out, whatever is added then',
    said(['pe'], [], []),
    [cycle('pe', 'CLOSED'), cycle('pe', 'CLOSED', 'withdrawn'), cycle('pe', 'CONFIRMED', 'new', [])],
    {},
  ],
  [
    'leaves his own suspicion of what a correction had left out',
    said(['pe'], [], []),
    [cycle('pe', 'SUSPECTED', 'new', [])],
    {},
  ],
  ['withdraws once', said(['pe'], []), [cycle('pe', 'CLOSED'), cycle('pe', 'CONFIRMED', 'withdrawn')], {}],
  [
    'asks again when it comes back',
    said(['pe'], [], ['pe']),
    [cycle('pe', 'CLOSED'), cycle('pe', 'CLOSED', 'withdrawn')],
    { ask: ['pe'] },
  ],
  ['asks again about a former false alarm', said(['pe'], [], ['pe']), [cycle('pe', 'FALSE_ALARM')], { ask: ['pe'] }],
  [
    'tells anew what is on the other side now',
    said(['L pe'], ['R pe']),
    [cycle('pe', 'ACKNOWLEDGED', 'new', ['L pe'])],
    { restate: ['pe'] },
  ],
  [
    'tells anew what was closed',
    said(['L pe'], ['R pe']),
    [cycle('pe', 'CLOSED', 'new', ['L pe'])],
    { restate: ['pe'] },
  ],
  [
    'tells nothing anew that stayed where it was',
    said(['L pe'], ['L pe']),
    [cycle('pe', 'CLOSED', 'new', ['L pe'])],
    {},
  ],
  [
    'tells anew once, and late',
    said(['L pe'], ['R pe'], ['R pe']),
    [cycle('pe', 'FALSE_ALARM', 'new', ['L pe']), cycle('pe', 'CONFIRMED', 'new', ['R pe'])],
    {},
  ],
  [
    'asks anew about the other side of what was only asked',
    said(['L pe'], ['R pe']),
    [cycle('pe', 'SUSPECTED', 'new', ['L pe'])],
    { ask: ['pe'], drop: ['pe'] },
  ],
  [
    'asks about the other side of a false alarm',
    said(['L pe'], ['R pe']),
    [cycle('pe', 'FALSE_ALARM', 'new', ['L pe'])],
    { ask: ['pe'] },
  ],
  [
    'tells nothing anew of a void report',
    voided(['L pe'], ['R pe']),
    [cycle('pe', 'CONFIRMED', 'new', ['L pe'])],
    { withdraw: ['pe'] },
  ],
  [
    'takes everything back with a void report',
    voided(['pe'], ['pe']),
    [cycle('pe', 'CLOSED'), cycle('own words', 'NOTIFIED', 'new', []), cycle('ich', 'SUSPECTED')],
    { withdraw: ['pe', 'own words'], drop: ['ich'] },
  ],
])('%s', (_, content, cycles, expected) => {
  const { ask, ...done } = contentChange(content, cycles);
  const [withdraw, restate, drop] = [done.withdraw, done.restate, done.drop].map((some) =>
    some.map((one) => one.finding),
  );
  expect({ ask, withdraw, restate, drop }).toEqual({
    ask: [],
    withdraw: [],
    restate: [],
    drop: [],
    ...expected,
  });
});
