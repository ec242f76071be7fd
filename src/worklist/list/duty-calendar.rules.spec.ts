import { type DutyCalendar, endOfWorkingDay, nextDutyStart, onDuty } from './duty-calendar.rules';

/** A zone that changes its clocks: on 29 March 2026 at 02:00 local time it becomes 03:00. */
const BERLIN: DutyCalendar = {
  timeZone: 'Europe/Berlin',
  startMinute: 8 * 60,
  endMinute: 17 * 60,
  dutyDays: [1, 2, 3, 4, 5, 6, 7],
  workingDays: [1, 2, 3, 4, 5],
  holidays: ['2026-04-03'],
};

it('is on duty from the first minute to the last', () => {
  expect(onDuty(BERLIN, new Date('2026-03-02T06:59:59Z'))).toBe(false);
  expect(onDuty(BERLIN, new Date('2026-03-02T07:00:00Z'))).toBe(true);
  expect(onDuty(BERLIN, new Date('2026-03-02T15:59:59Z'))).toBe(true);
  expect(onDuty(BERLIN, new Date('2026-03-02T16:00:00Z'))).toBe(false);
});

it('finds the next begin of duty across a change of clocks', () => {
  expect(nextDutyStart(BERLIN, new Date('2026-03-28T20:00:00Z'))).toEqual(new Date('2026-03-29T06:00:00Z'));
  expect(nextDutyStart(BERLIN, new Date('2026-10-24T20:00:00Z'))).toEqual(new Date('2026-10-25T07:00:00Z'));
});

it('goes on to the next day once duty has begun', () => {
  expect(nextDutyStart(BERLIN, new Date('2026-03-02T07:00:00Z'))).toEqual(new Date('2026-03-03T07:00:00Z'));
});

it('skips holidays and weekends among working days', () => {
  // Thursday 2 April: Friday is a holiday, then a weekend.
  expect(endOfWorkingDay(BERLIN, new Date('2026-04-02T09:00:00Z'), 1)).toEqual(new Date('2026-04-06T15:00:00Z'));
});

it('answers nothing where there is no duty', () => {
  expect(nextDutyStart({ ...BERLIN, dutyDays: [] }, new Date('2026-03-02T07:00:00Z'))).toBeUndefined();
  expect(endOfWorkingDay({ ...BERLIN, workingDays: [] }, new Date('2026-03-02T07:00:00Z'), 1)).toBeUndefined();
});
