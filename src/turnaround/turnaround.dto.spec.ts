import { DomainError } from '../platform/errors';
import { summaryRange } from './turnaround.dto';

const NOW = new Date('2026-03-02T01:00:00Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const refusedField = (input: { from?: Date; to?: Date }): unknown => {
  try {
    return summaryRange(input, NOW);
  } catch (error) {
    return error instanceof DomainError && [error.code, error.params['field']];
  }
};

it.each([
  ['nothing: the last 24 hours', {}, { from: daysAgo(1), to: NOW }],
  ['an end: the 24 hours before it', { to: daysAgo(5) }, { from: daysAgo(6), to: daysAgo(5) }],
  ['a begin: up to now', { from: daysAgo(400) }, { from: daysAgo(400), to: NOW }],
  ['both', { from: daysAgo(500), to: daysAgo(100) }, { from: daysAgo(500), to: daysAgo(100) }],
])('takes %s', (_, input, range) => {
  expect(summaryRange(input, NOW)).toEqual(range);
});

it.each([
  ['a begin alone of more than 400 days ago', { from: daysAgo(400.001) }, 'from'],
  ['a begin alone that is still to come', { from: daysAgo(-1) }, 'from'],
  ['more than 400 days', { from: daysAgo(600), to: daysAgo(199) }, 'to'],
  ['an end before the begin', { from: daysAgo(1), to: daysAgo(2) }, 'to'],
])('refuses %s', (_, input, field) => {
  expect(refusedField(input)).toEqual(['invalid_input', field]);
});
