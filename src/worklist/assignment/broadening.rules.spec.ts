import { broadenAt } from '../list/due.rules';
import { DEFAULT_LIMITS } from '../limits';
import { sampleItem } from '../sample-item.fixture';
import { type Group, heldUntil, stillHeldUntil, type TimedGroup, widened } from './broadening.rules';
import { regrouped } from './regroup.rules';

const NOW = new Date('2026-03-02T01:00:00Z');
const in_ = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const group = (changes: Partial<Group>): Group => ({
  assignment_mode: 'roster',
  hospital_id: 'h',
  assigned_person_id: null,
  ...changes,
});
const specialist = group({ assignment_mode: 'specialty', assigned_person_id: 'p' });

describe('when a limit is at risk', () => {
  it.each([
    ['ROUTINE', 60, 30],
    ['URGENT', 60, 30],
    ['STAT', 30, 0],
    ['ROUTINE', 0, 0],
    ['ROUTINE', -5, 0],
  ] as const)('%s with %d minutes leaves its group after %d', (priority, limit, after) =>
    expect(broadenAt(priority, NOW, in_(limit), DEFAULT_LIMITS)).toEqual(in_(after)),
  );
});

describe('how long a group has an exam', () => {
  it('a hospital until the limit is at risk, a person by rule a quarter of an hour at most', () => {
    expect(heldUntil(group({}), in_(30), NOW)).toEqual(in_(30));
    expect(heldUntil(specialist, in_(30), NOW)).toEqual(in_(15));
    expect(heldUntil(specialist, in_(10), NOW)).toEqual(in_(10));
  });

  it('a person whom somebody chose has it until the limit is at risk', () => {
    const chosen = group({ assignment_mode: 'manual', hospital_id: null, assigned_person_id: 'p' });
    expect(heldUntil(chosen, in_(30), NOW)).toEqual(in_(30));
    expect(widened(chosen, in_(30), NOW)).toEqual({ broadened_at: NOW });
  });
});

describe('how long a group still has an exam whose limit changed', () => {
  const timed = (changes: Partial<TimedGroup>): TimedGroup => ({
    ...group({}),
    broaden_at: in_(30),
    broadened_at: null,
    ...changes,
  });
  const person = { assigned_person_id: 'p' };
  const longer = { dueAt: in_(120), atRisk: in_(60) };
  const shorter = { dueAt: in_(40), atRisk: in_(10) };

  it.each<[string, TimedGroup, typeof longer, Date]>([
    ['a hospital follows a longer one', timed({}), longer, in_(60)],
    ['a hospital follows a shorter one', timed({ assignment_mode: 'quota' }), shorter, in_(10)],
    ['a hospital whose person has gone', timed({ assignment_mode: 'specialty' }), longer, in_(60)],
    ['分派 keeps its time', timed({ assignment_mode: 'manual', ...person }), longer, in_(30)],
    ['分派 to a hospital, too', timed({ assignment_mode: 'manual' }), longer, in_(30)],
    ['returned keeps its time', timed({ assignment_mode: 'returned', ...person }), longer, in_(30)],
    ['分派 has half of a shorter one', timed({ assignment_mode: 'manual', ...person }), shorter, in_(20)],
    ['分派 ends with a limit that is over', timed({ assignment_mode: 'manual' }), { ...shorter, dueAt: NOW }, NOW],
    ['a rule’s person keeps his minutes', timed({ assignment_mode: 'patient', ...person }), longer, in_(30)],
    ['a rule’s person follows a shorter one', timed({ assignment_mode: 'specialty', ...person }), shorter, in_(10)],
  ])('%s', (_, held, limit, expected) => expect(stillHeldUntil(held, limit, NOW)).toEqual(expected));

  it('is nothing to what has broadened, or has no group', () => {
    expect(stillHeldUntil(timed({ broadened_at: NOW }), longer, NOW)).toEqual(in_(30));
    expect(stillHeldUntil(timed({ broaden_at: null }), longer, NOW)).toBeNull();
  });
});

it.each<[string, Group, Date, object]>([
  ['from the person to his hospital', specialist, in_(15), { assigned_person_id: null, broaden_at: in_(15) }],
  ['from the person to everybody when it is late', specialist, NOW, { broadened_at: NOW }],
  ['from the hospital to everybody', group({}), NOW, { broadened_at: NOW }],
  ['from a person without hospital to everybody', { ...specialist, hospital_id: null }, in_(15), { broadened_at: NOW }],
])('an exam goes %s', (_, from, atRisk, expected) => expect(widened(from, atRisk, NOW)).toEqual(expected));

describe('a command that changes the group', () => {
  const item = sampleItem({ due_at: in_(60) });
  const mine = { assigned_person_id: 'p', assignment_reason: '骨科方向' };

  it('gives it half of the time that is left, and says since when', () => {
    expect(regrouped(item, mine, NOW)).toEqual({
      kind: 'assigned',
      patch: { assignment_mode: 'manual', assigned_at: NOW, broadened_at: null, broaden_at: in_(30) },
    });
  });

  it('begins anew for an exam that had broadened', () => {
    const broad = sampleItem({ hospital_id: 'h', broadened_at: NOW, due_at: in_(60) });
    expect(regrouped(broad, mine, NOW)!.patch).toMatchObject({ broadened_at: null });
  });

  it('ends with it when nobody has it any more', () => {
    const his = sampleItem({ assigned_person_id: 'p', assignment_mode: 'manual', broaden_at: in_(30) });
    expect(regrouped(his, { assigned_person_id: null, assignment_reason: null }, NOW)).toEqual({
      kind: 'cleared',
      patch: { assignment_mode: null, assigned_at: null, broaden_at: null, broadened_at: null },
    });
  });

  it('leaves what was dealt to a hospital as it is when its person goes away', () => {
    const his = sampleItem({ hospital_id: 'h', assigned_person_id: 'p', assignment_mode: 'specialty' });
    expect(regrouped(his, { assigned_person_id: null }, NOW)).toEqual({ kind: 'cleared', patch: {} });
  });

  it('is a hand-over when it was taken from somebody', () => {
    expect(regrouped(item, { ...mine, taken_how: 'handover' }, NOW)!.kind).toBe('handed_over');
    expect(regrouped(item, { holder_id: 'q', taken_how: 'takeover' }, NOW)).toEqual({ kind: 'handed_over', patch: {} });
  });

  it('is none when it touches something else', () => {
    expect(regrouped(item, { lease_until: NOW }, NOW)).toBeUndefined();
    expect(regrouped(sampleItem(mine), mine, NOW)).toBeUndefined();
  });
});
