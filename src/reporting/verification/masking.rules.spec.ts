import { maskName } from './masking.rules';

it.each([
  ['张三', '张*'],
  ['李小明', '李**'],
  ['欧阳娜娜', '欧***'],
  ['买买提·艾力', '买***'],
  ['ZHANG SAN', 'Z***'],
  ['𠮷野', '𠮷*'],
  // An ideograph with its variation selector is one character.
  ['葛\u{E0100}平', '葛\u{E0100}*'],
  ['王', '王'],
  ['  赵四 ', '赵*'],
  ['', ''],
])('shows %p as %p', (name, masked) => {
  expect(maskName(name)).toBe(masked);
});
