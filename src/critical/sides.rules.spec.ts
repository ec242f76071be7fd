import type { Actor, Ctx } from '../platform/context';
import { isOneOf, ofClinic, timeSaid } from './sides.rules';

const actor = (kind: Actor['kind'], clinicIds: readonly string[], hospitalIds: readonly string[] = []): Ctx => ({
  countyId: 'county',
  requestId: 'r',
  actor: { kind, id: 'a', name: 'a', permissions: new Set(), clinicIds, hospitalIds, countyWide: false } as never,
});

it.each([
  ['a person of the clinic', actor('person', ['a']), true],
  ['a person of this clinic and another', actor('person', ['b', 'a']), true],
  ['a person of another clinic', actor('person', ['b']), false],
  ['the gateway of the clinic', actor('gateway', ['a']), false],
  ['a radiologist', actor('person', [], ['h']), false],
  ['the system', actor('system', []), false],
])('%s speaks for the clinic: %s', (_, ctx, expected) => expect(ofClinic(ctx, 'a')).toBe(expected));

it.each([
  ['王伟', true],
  [' 王　伟 ', true],
  ['王伟医师', true],
  ['王伟副主任医师', true],
  ['本人', true],
  ['我', true],
  ['LI NA', true],
  ['王医师', false],
  ['王伟明', false],
  ['青石镇卫生院王伟', false],
  ['医师', false],
])('%j as receiver is 王伟 or Li Na: %s', (receiver, expected) =>
  expect(isOneOf(receiver, ['王伟', 'Li Na', null, ''])).toBe(expected),
);

const NOW = new Date('2026-03-02T01:10:00Z');
const FOUND = new Date('2026-03-02T01:00:00Z');
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

it.each<[string, Date | undefined, Date]>([
  ['nothing is now', undefined, NOW],
  ['a while ago is then', at(-5), at(-5)],
  ['a fast clock is now', at(2), NOW],
  ['before the mark is then', at(-30), at(-30)],
])('%s', (_, said, expected) => expect(timeSaid('at', said, FOUND, NOW)).toEqual(expected));

it('refuses a time to come and one long before the mark', () => {
  expect(() => timeSaid('at', at(2.1), FOUND, NOW)).toThrow('不能晚于现在');
  expect(() => timeSaid('at', at(-71), FOUND, NOW)).toThrow('时间过早');
});
