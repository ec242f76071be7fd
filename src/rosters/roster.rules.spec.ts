import { dutiesAt, type Leave, overlapping, type Shift } from './roster.rules';

/** Wall time of the week of Monday 2 March 2026 in the county. */
const at = (day: number, time: string): Date => new Date(`2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`);
const shift = (changes: Partial<Shift> = {}): Shift => ({
  id: 's',
  hospitalId: 'h1',
  personId: 'p1',
  kind: 'weekly',
  modalities: [],
  weekdays: [1, 2, 3, 4, 5],
  startMinute: 8 * 60,
  endMinute: 17 * 60 + 30,
  validFrom: '2026-01-01',
  validUntil: null,
  ...changes,
});
const night = (changes: Partial<Shift> = {}): Shift =>
  shift({ startMinute: 17 * 60 + 30, endMinute: 8 * 60, ...changes });
const dated = (kind: 'extra' | 'off', date: string, changes: Partial<Shift> = {}): Shift =>
  shift({ id: kind, kind, weekdays: [], validFrom: date, validUntil: date, startMinute: 0, endMinute: 0, ...changes });
const present = (shifts: Shift[], when: Date, modality?: string, leave: Leave[] = []): string[] =>
  dutiesAt(shifts, leave, when, modality).map(({ personId }) => personId);

describe('who is on duty', () => {
  it.each([
    ['at the first minute', at(2, '08:00'), true],
    ['a minute before', at(2, '07:59'), false],
    ['in the last minute', at(2, '17:29'), true],
    ['at the end', at(2, '17:30'), false],
    ['on Saturday', at(7, '10:00'), false],
  ])('by day, %s', (_, when, expected) => expect(present([shift()], when).length === 1).toBe(expected));

  it.each([
    ['in the evening', at(2, '22:00'), true],
    ['after midnight', at(3, '03:00'), true],
    ['at the first minute of the morning', at(3, '08:00'), false],
    ['on Saturday morning, of the night that began on Friday', at(7, '07:59'), true],
    ['on Saturday evening', at(7, '22:00'), false],
    ['on Monday morning, of the night that would have begun on Sunday', at(2, '03:00'), false],
  ])('by night, %s', (_, when, expected) => expect(present([night()], when).length === 1).toBe(expected));

  it('for a whole day when end and start are the same', () => {
    const whole = shift({ startMinute: 480, endMinute: 480, weekdays: [1] });
    expect(
      [at(2, '07:59'), at(2, '08:00'), at(3, '07:59'), at(3, '08:00')].map((t) => present([whole], t).length),
    ).toEqual([0, 1, 1, 0]);
  });

  it('only for his modalities; asked without one, whatever they are', () => {
    const ct = shift({ modalities: ['CT'] });
    expect([present([ct], at(2, '10:00'), 'CT'), present([ct], at(2, '10:00'), 'DX')]).toEqual([['p1'], []]);
    expect(present([ct], at(2, '10:00'))).toEqual(['p1']);
  });

  it('within its validity, the last night to its end', () => {
    const until = night({ validFrom: '2026-03-02', validUntil: '2026-03-03', weekdays: [1, 2, 3, 4, 5, 6, 7] });
    expect(present([until], at(1, '22:00'))).toEqual([]);
    expect(present([until], at(4, '07:00'))).toEqual(['p1']);
    expect(present([until], at(4, '18:00'))).toEqual([]);
  });

  it('not on leave, from its first instant to its last', () => {
    const leave = [{ personId: 'p1', fromAt: at(2, '10:00'), untilAt: at(2, '12:00') }];
    const there = ['09:59', '10:00', '11:59', '12:00'].map(
      (t) => present([shift()], at(2, t), undefined, leave).length,
    );
    expect(there).toEqual([1, 0, 0, 1]);
  });

  it('once per hospital, however many shifts say so', () => {
    const two = [shift({ modalities: ['CT'] }), shift({ id: 't', modalities: ['DX'] })];
    expect(present(two, at(2, '10:00'))).toEqual(['p1']);
  });
});

describe('exceptions of a date', () => {
  it('an extra duty is beside the pattern', () => {
    const extra = dated('extra', '2026-03-07', { startMinute: 540, endMinute: 720 });
    expect(['08:59', '09:00', '12:00'].map((t) => present([shift(), extra], at(7, t)).length)).toEqual([0, 1, 0]);
  });

  it('a person is off, the colleague is not', () => {
    const two = [shift(), shift({ id: 't', personId: 'p2' }), dated('off', '2026-03-02')];
    expect(present(two, at(2, '10:00'))).toEqual(['p2']);
    expect(present(two, at(3, '10:00'))).toEqual(['p1', 'p2']);
  });

  it('off on the 2nd means the night that begins on the 2nd, to its end', () => {
    const shifts = [night({ weekdays: [1, 7] }), dated('off', '2026-03-02', { startMinute: 1050, endMinute: 480 })];
    expect(present(shifts, at(2, '03:00'))).toEqual(['p1']);
    expect(present(shifts, at(2, '23:00'))).toEqual([]);
    expect(present(shifts, at(3, '03:00'))).toEqual([]);
  });

  it('a whole hospital is off, another is not', () => {
    const two = [
      shift(),
      shift({ id: 't', hospitalId: 'h2', personId: 'p2' }),
      dated('off', '2026-03-02', { personId: null }),
    ];
    expect(present(two, at(2, '10:00'))).toEqual(['p2']);
  });

  it('off for one modality leaves the others', () => {
    const shifts = [shift(), dated('off', '2026-03-02', { modalities: ['CT'] })];
    expect([present(shifts, at(2, '10:00'), 'CT'), present(shifts, at(2, '10:00'), 'DX')]).toEqual([[], ['p1']]);
  });
});

describe('overlaps', () => {
  const wanted = shift({ id: 'new' });
  it.each<[string, Shift, boolean]>([
    ['the same time', shift(), true],
    ['a minute of it', shift({ startMinute: 1049, endMinute: 1200 }), true],
    ['right after it', shift({ startMinute: 1050, endMinute: 1200 }), false],
    ['the night before, into the morning', night({ endMinute: 481 }), true],
    ['the night before, to its begin', night(), false],
    ['other weekdays', shift({ weekdays: [6, 7] }), false],
    ['Sunday night into Monday', night({ weekdays: [7], endMinute: 540 }), true],
    ['another validity', shift({ validUntil: '2025-12-31', validFrom: '2025-01-01' }), false],
    ['another person', shift({ personId: 'p2' }), false],
    ['another hospital at the same time', shift({ hospitalId: 'h2' }), true],
    ['another hospital, other modalities', shift({ hospitalId: 'h2', modalities: ['CT'] }), true],
    ['a single day beside the pattern', dated('extra', '2026-03-02', { startMinute: 480, endMinute: 600 }), false],
    ['itself', shift({ id: 'new' }), false],
  ])('%s', (_, other, clash) => expect(overlapping(wanted, [other]) !== undefined).toBe(clash));

  it('two modalities of one hospital may run side by side', () => {
    const [ct, dx] = [shift({ modalities: ['CT'] }), shift({ id: 'new', modalities: ['DX'] })];
    expect(overlapping(dx, [ct])).toBeUndefined();
    expect(overlapping(shift({ id: 'new', modalities: ['DX', 'CT'] }), [ct])).toBe(ct);
  });

  it('single days reach into the next by night', () => {
    const nightOf = dated('extra', '2026-03-02', { startMinute: 1200, endMinute: 480 });
    const morning = (start: number): Shift =>
      dated('extra', '2026-03-03', { id: 'new', startMinute: start, endMinute: 720 });
    expect([overlapping(morning(479), [nightOf]), overlapping(morning(480), [nightOf])]).toEqual([nightOf, undefined]);
  });
});
