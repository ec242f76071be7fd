import { EndpointGate } from './endpoint-gate';

it('lets so many in per endpoint, whatever others do', () => {
  const gate = new EndpointGate(2);
  expect([gate.enter('a'), gate.enter('a'), gate.enter('a')]).toEqual([true, true, false]);
  expect(gate.enter('b')).toBe(true);
});

it('gives a place back', () => {
  const gate = new EndpointGate(1);
  gate.enter('a');
  expect(gate.leave('a')).toBe(true);
  expect(gate.enter('a')).toBe(true);
});

it('lets nobody leave who has not looked again since somebody was refused', () => {
  const gate = new EndpointGate(1);
  gate.enter('a');
  gate.enter('a');
  gate.enter('b');
  expect([gate.leave('a'), gate.leave('b')]).toEqual([false, true]);
  expect(gate.enter('a')).toBe(false);
  expect([gate.leave('a'), gate.leave('a')]).toEqual([false, true]);
  expect(gate.enter('a')).toBe(true);
});

it('frees the place of one who failed', () => {
  const gate = new EndpointGate(1);
  gate.enter('a');
  gate.giveBack('a');
  expect(gate.enter('a')).toBe(true);
});
