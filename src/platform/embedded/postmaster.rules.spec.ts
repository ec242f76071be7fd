import { parsePostmasterFile, whyNotStarted } from './postmaster.rules';

describe('postmaster.pid', () => {
  it('gives pid and port', () => {
    const text = '7211\n/srv/data/postgres\n1795295914\n45999\n\n127.0.0.1\n  2146624         4\nready   \n';
    expect(parsePostmasterFile(text)).toEqual({ pid: 7211, port: 45999 });
  });

  it('has no port yet while the server starts', () => {
    expect(parsePostmasterFile('7211\n/srv/data/postgres\n')).toEqual({ pid: 7211, port: undefined });
  });

  it('names a single-user server by its negated pid', () => {
    expect(parsePostmasterFile('-7211\n/srv/data/postgres\n1795295914\n0\n')).toEqual({ pid: 7211, port: undefined });
  });

  it.each(['', '\n', '0\n', 'abc\n', '12x\n'])('names nobody when it is %j', (text) => {
    expect(parsePostmasterFile(text)).toBeUndefined();
  });
});

describe('why a start failed', () => {
  it.each([
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'port-taken'],
    ['FATAL:  pre-existing shared memory block (key 2146624, ID 4) is still in use', 'occupied'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'occupied'],
    ['FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device', 'other'],
    ['', 'other'],
  ])('%s → %s', (output, expected) => {
    expect(whyNotStarted(output)).toBe(expected);
  });
});
