import { loggedError } from './logged-error';

it('takes over the named fields only', () => {
  const error = Object.assign(new TypeError('nothing there'), { code: 'E_X', patient: 'secret', rows: ['secret'] });
  const logged = loggedError(error);
  expect(logged).toEqual({
    type: 'TypeError',
    message: 'nothing there',
    code: 'E_X',
    stack: expect.stringMatching(/^TypeError: nothing there\n {4}at /),
  });
});

it('leaves the messages of the operating system whole', () => {
  const told = "EPERM: operation not permitted, open '/data/x'";
  expect(loggedError(Object.assign(new Error(told), { code: 'EPERM' })).message).toBe(told);
  expect(loggedError(Object.assign(new Error('write EPIPE: gone'), { code: 'EPIPE' })).message).toContain('gone');
});

it('ends what JSON.parse says before it quotes its input', () => {
  let caught: unknown;
  try {
    JSON.parse('张秘密三');
  } catch (error) {
    caught = error;
  }
  expect((caught as Error).message).toContain('张');
  expect(JSON.stringify(loggedError(caught))).not.toContain('张');
});

it('follows causes only so far, even those that run in a circle', () => {
  const error = new Error('again');
  error.cause = error;
  expect(JSON.stringify(loggedError(error)).split('"type"')).toHaveLength(6);
});

it('says something of what is no error', () => {
  expect(loggedError('broken')).toEqual({ type: 'string', message: 'broken' });
  expect(loggedError({ name: 'secret' })).toEqual({ type: 'object', message: 'no error was thrown' });
});
