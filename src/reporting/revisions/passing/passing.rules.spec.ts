import { AMENDMENT_STATES } from '../amendment.state';
import { giveFault, type PassFault, takeFault, type Taker } from './passing.rules';

const WRITER = 'writer';
const NOBODY_ELSE: Omit<Taker, 'id'> = { signed: false, revises: false, signs: false, adds: false };
const TAKERS: Readonly<Record<string, Taker>> = {
  'its writer': { ...NOBODY_ELSE, id: WRITER, adds: true },
  'its writer, who signed the report': { id: WRITER, signed: true, revises: false, signs: true, adds: true },
  'the signer': { id: 'signer', signed: true, revises: false, signs: true, adds: true },
  'a chief': { id: 'chief', signed: false, revises: true, signs: true, adds: true },
  'another reviewer': { id: 'reviewer', signed: false, revises: false, signs: true, adds: true },
  'another writer': { ...NOBODY_ELSE, id: 'other', adds: true },
};
const LEFT = new Date('2026-03-02T09:00:00Z');
const KINDS = ['corrected', 'addendum'] as const;

/** Kind, whether it was let go, who → why not; whatever is not named may. */
const TAKE_FAULTS: Readonly<Record<string, PassFault>> = {
  'corrected held its writer': 'already_yours',
  'corrected held its writer, who signed the report': 'already_yours',
  'corrected held another reviewer': 'not_the_signer',
  'corrected held another writer': 'not_the_signer',
  'corrected released another writer': 'not_the_signer',
  'addendum held its writer': 'already_yours',
  'addendum held its writer, who signed the report': 'already_yours',
  'addendum held another reviewer': 'not_the_signer',
  'addendum held another writer': 'not_the_signer',
};

const GIVE_FAULTS: Readonly<Record<string, PassFault>> = {
  'held another reviewer': 'not_the_signer',
  'held another writer': 'not_the_signer',
  // It is not his any more: he takes it up again first.
  'released its writer': 'not_the_signer',
  'released another reviewer': 'not_the_signer',
  'released another writer': 'not_the_signer',
};

const cases = KINDS.flatMap((kind) =>
  (['held', 'released'] as const).flatMap((how) => Object.keys(TAKERS).map((who) => [kind, how, who] as const)),
);
const held = (kind: (typeof KINDS)[number], how: 'held' | 'released') => ({
  kind,
  state: 'WRITING' as const,
  writer_id: WRITER,
  released_at: how === 'released' ? LEFT : null,
});
const RECEIVER = { id: 'receiver', submits: true };

it.each(cases)('%s, %s: taken over by %s', (kind, how, who) => {
  expect(takeFault(held(kind, how), TAKERS[who]!)).toBe(TAKE_FAULTS[`${kind} ${how} ${who}`]);
});

it.each(cases)('%s, %s: given to another by %s', (kind, how, who) => {
  expect(giveFault(held(kind, how), TAKERS[who]!, RECEIVER)).toBe(GIVE_FAULTS[`${how} ${who}`]);
});

it.each(AMENDMENT_STATES.filter((state) => state !== 'WRITING'))('nothing passes in %s', (state) => {
  const amendment = { ...held('corrected', 'held'), state };
  expect(takeFault(amendment, TAKERS['a chief']!)).toBe('wrong_state');
  expect(giveFault(amendment, TAKERS['a chief']!, RECEIVER)).toBe('wrong_state');
});

it('is given to somebody who may submit, and who has it not yet', () => {
  const chief = TAKERS['a chief']!;
  expect(giveFault(held('corrected', 'held'), chief, { id: 'trainee', submits: false })).toBe('not_a_writer');
  expect(giveFault(held('corrected', 'held'), chief, { id: WRITER, submits: true })).toBe('already_theirs');
  expect(giveFault(held('corrected', 'released'), chief, { id: WRITER, submits: true })).toBeUndefined();
});
