import { newId } from '../../platform/ids';
import { COMPARE, LADDER } from '../critical.subscriptions';
import { shownName } from './critical.view';

it('names people as they are, and the program’s own work as a doctor would', () => {
  expect(shownName(newId(), '报告11')).toBe('报告11');
  expect(shownName(null, COMPARE)).toBe('系统校对');
  expect(shownName(null, LADDER)).toBe('系统');
});
