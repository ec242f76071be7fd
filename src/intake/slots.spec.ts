import { Slots } from './slots';

it('lets in as many as there are slots, the others in order as slots come free', async () => {
  const slots = new Slots(2);
  const entered: number[] = [];
  for (const n of [1, 2, 3, 4]) void slots.take().then(() => entered.push(n));
  await new Promise(setImmediate);
  expect(entered).toEqual([1, 2]);
  slots.give();
  await new Promise(setImmediate);
  expect(entered).toEqual([1, 2, 3]);
  slots.give();
  slots.give();
  await new Promise(setImmediate);
  expect(entered).toEqual([1, 2, 3, 4]);
});
