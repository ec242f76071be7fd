import type { z } from 'zod';
import { DomainError } from '../errors';
import { decodeCursor, encodeCursor, timeAndId } from './cursor';

const ID = '01900000-0000-7000-8000-000000000000';

function refusal(cursor: string, schema: z.ZodType<readonly unknown[]>): unknown {
  try {
    return decodeCursor(cursor, schema);
  } catch (error) {
    return error instanceof DomainError && [error.code, error.kind.category, error.params['field']];
  }
}

it('reads back the position of a row', () => {
  const position = [new Date('2026-03-02T01:00:00.007Z').toISOString(), ID] as const;
  expect(decodeCursor(encodeCursor(position), timeAndId)).toEqual(position);
});

it.each<[string, readonly (string | number | null)[]]>([
  ['text for a time', ['yesterday', ID]],
  ['a number for a time', [1, ID]],
  ['a day that no calendar has', ['2026-02-30T00:00:00.000Z', ID]],
  ['a year that Postgres does not have', ['0000-01-01T00:00:00.000Z', ID]],
  ['a time beyond four digits of years', ['+275760-09-13T00:00:00.000Z', ID]],
  ['text for an id', ['2026-03-02T01:00:00.000Z', 'x']],
  ['U+0000', ['2026-03-02T01:00:00.000Z', `${ID}\u0000`]],
  ['null', [null, null]],
  ['too few values', ['2026-03-02T01:00:00.000Z']],
  ['too many values', ['2026-03-02T01:00:00.000Z', ID, 1]],
])('refuses %s as invalid input of the cursor', (_, position) => {
  expect(refusal(encodeCursor(position), timeAndId)).toEqual(['invalid_input', 'invalid', 'cursor']);
});

it.each(['', 'xx', Buffer.from('{}').toString('base64url'), Buffer.from('null').toString('base64url')])(
  'refuses %j, which no list gave out',
  (cursor) => {
    expect(refusal(cursor, timeAndId)).toEqual(['invalid_input', 'invalid', 'cursor']);
  },
);
