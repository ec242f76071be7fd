import { ceilingAt, dueAt, type DueFacts, type LimitRule, type Limits } from './due.rules';
import { DEFAULT_LIMITS } from '../limits';

/** A time of the week of Monday 2 March 2026 in Asia/Shanghai. */
const at = (day: number, time: string): Date => new Date(`2026-03-${String(day).padStart(2, '0')}T${time}:00+08:00`);
const facts = (given: Partial<DueFacts>): DueFacts => ({
  priority: 'ROUTINE',
  clinicId: 'c1',
  modality: 'DX',
  bodyPart: 'CHEST',
  itemName: '胸部正位',
  startedAt: null,
  firstByteAt: null,
  queuedAt: at(2, '10:00'),
  ...given,
});
const due = (given: Partial<DueFacts>, limits: Limits = DEFAULT_LIMITS): Date => dueAt(facts(given), limits);

describe('STAT', () => {
  it.each([
    ['X-ray', { modality: 'DX' }, 30],
    ['computed radiography', { modality: 'CR' }, 30],
    ['head CT by body part', { modality: 'CT', bodyPart: 'HEAD', itemName: '' }, 30],
    ['head CT by item', { modality: 'CT', bodyPart: '', itemName: '颅脑平扫' }, 30],
    ['other CT', { modality: 'CT', bodyPart: 'CHEST', itemName: '胸部平扫' }, 60],
    ['MR', { modality: 'MR', bodyPart: 'HEAD' }, 60],
  ])('%s', (_, given, minutes) => {
    expect(due({ priority: 'STAT', ...given })).toEqual(new Date(at(2, '10:00').getTime() + minutes * 60_000));
  });

  it('is due two hours after the exam began at the latest', () => {
    expect(due({ priority: 'STAT', modality: 'CT', startedAt: at(2, '08:30') })).toEqual(at(2, '10:30'));
    expect(due({ priority: 'STAT', modality: 'CT', startedAt: at(2, '09:50') })).toEqual(at(2, '11:00'));
  });

  it('is never due before it was queued', () => {
    expect(due({ priority: 'STAT', startedAt: at(2, '05:00') })).toEqual(at(2, '10:00'));
  });

  it.each([
    ['the first byte', at(2, '08:15'), at(2, '10:15')],
    ['queueing, where the images stay at the clinic,', null, at(2, '11:00')],
  ])('counts from %s where the console clock is years behind', (_, firstByteAt, expected) => {
    const wrong = { startedAt: new Date('2020-01-01T00:00:00Z'), firstByteAt };
    expect(due({ priority: 'STAT', modality: 'CT', ...wrong })).toEqual(expected);
  });

  it('knows no duty hours', () => {
    expect(due({ priority: 'STAT', queuedAt: at(2, '23:50') })).toEqual(at(3, '00:20'));
  });
});

describe('URGENT', () => {
  it('has an hour, day and night', () => {
    expect(due({ priority: 'URGENT' })).toEqual(at(2, '11:00'));
    expect(due({ priority: 'URGENT', queuedAt: at(2, '23:30') })).toEqual(at(3, '00:30'));
  });
});

describe('ROUTINE', () => {
  it.each([
    ['in duty hours', '10:00', at(2, '11:00')],
    ['at the first minute of duty', '08:00', at(2, '09:00')],
    ['in the last minute of duty', '17:29', at(2, '18:29')],
    ['at the end of duty', '17:30', at(3, '09:00')],
    ['at night', '23:00', at(3, '09:00')],
    ['before duty', '05:00', at(2, '09:00')],
  ])('%s', (_, time, expected) => {
    expect(due({ queuedAt: at(2, time) })).toEqual(expected);
  });

  it('is due after 24 h at the latest when duty is far off', () => {
    const limits = {
      ...DEFAULT_LIMITS,
      calendar: { ...DEFAULT_LIMITS.calendar, holidays: ['2026-03-03', '2026-03-04'] },
    };
    expect(due({ queuedAt: at(2, '20:00') }, limits)).toEqual(at(3, '20:00'));
  });

  it('is due although the calendar has no duty at all', () => {
    const limits = { ...DEFAULT_LIMITS, calendar: { ...DEFAULT_LIMITS.calendar, dutyDays: [] } };
    expect(due({}, limits)).toEqual(at(2, '11:00'));
  });
});

describe('SCREENING', () => {
  it('has three working days, the day of the exam not counted', () => {
    expect(due({ priority: 'SCREENING' })).toEqual(at(5, '17:30'));
  });

  it('skips weekends and holidays', () => {
    expect(due({ priority: 'SCREENING', queuedAt: at(5, '10:00') })).toEqual(at(10, '17:30'));
    const limits = { ...DEFAULT_LIMITS, calendar: { ...DEFAULT_LIMITS.calendar, holidays: ['2026-03-03'] } };
    expect(due({ priority: 'SCREENING' }, limits)).toEqual(at(6, '17:30'));
  });

  it('counts the local day, not the day of UTC', () => {
    // 07:30 on Tuesday in Shanghai is still Monday in UTC.
    expect(due({ priority: 'SCREENING', queuedAt: at(3, '07:30') })).toEqual(at(6, '17:30'));
  });
});

it('falls back to the routine ceiling where no rule fits', () => {
  expect(due({ priority: 'URGENT' }, { ...DEFAULT_LIMITS, rules: [] })).toEqual(at(3, '10:00'));
});

describe('of several rules that fit', () => {
  const with_ = (...rules: LimitRule[]): Limits => ({ ...DEFAULT_LIMITS, rules: [...DEFAULT_LIMITS.rules, ...rules] });
  const rule = (minutes: number, scope: Partial<LimitRule>): LimitRule => ({
    priority: 'URGENT',
    limit: { minutes },
    ...scope,
  });
  const modality = rule(50, { modalities: ['DX'] });
  const part = rule(40, { bodyParts: ['chest'] });
  const both = rule(30, { modalities: ['DX'], bodyParts: ['CHEST'] });
  const clinic = rule(20, { clinicId: 'c1' });
  it.each<[string, LimitRule[], number]>([
    ['the general one where no other fits', [rule(1, { modalities: ['CT'] }), rule(1, { clinicId: 'c2' })], 60],
    ['a modality', [modality], 50],
    ['a body part before a modality', [part, modality], 40],
    ['both before either', [part, both, modality], 30],
    ['a clinic’s own before all of them', [both, clinic, part], 20],
    ['the first of two as specific', [rule(7, { clinicId: 'c1' }), clinic], 7],
  ])('%s counts, wherever it stands', (_, rules, minutes) => {
    expect(due({ priority: 'URGENT' }, with_(...rules))).toEqual(new Date(at(2, '10:00').getTime() + minutes * 60_000));
  });
});

describe('the hard ceiling', () => {
  it.each([
    ['STAT', null],
    ['URGENT', at(2, '14:00')],
    ['ROUTINE', at(3, '10:00')],
    ['SCREENING', at(9, '10:00')],
  ] as const)('of %s', (priority, expected) =>
    expect(ceilingAt({ priority, queuedAt: at(2, '10:00') }, DEFAULT_LIMITS)).toEqual(expected),
  );
});

describe('after a preliminary report the formal one', () => {
  it.each([
    ['in the night: four hours into the next duty', at(2, '23:00'), at(3, '12:00')],
    ['before duty begins: four hours into this one', at(2, '07:59'), at(2, '12:00')],
    ['within duty: the next one', at(2, '16:00'), at(3, '12:00')],
  ])('%s', (_, preliminaryAt, expected) => {
    expect(due({ priority: 'STAT', preliminaryAt })).toEqual(expected);
    expect(due({ priority: 'ROUTINE', preliminaryAt })).toEqual(expected);
  });
});
