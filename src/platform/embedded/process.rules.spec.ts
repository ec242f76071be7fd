import { formatHolder, isPostmasterOf, isSameLiveProcess, parseHolder, parseProcessStat } from './process.rules';

describe('/proc/<pid>/stat', () => {
  const tail = 'S 1 4242 4242 0 -1 4194560 900 0 0 0 3 1 0 0 20 0 11 0 987654 1234 5678';

  it('gives state and start', () => {
    expect(parseProcessStat(`4242 (node) ${tail}`)).toEqual({ state: 'S', startedAtTicks: '987654' });
  });

  it('is not misled by a program whose name looks like the rest of the line', () => {
    expect(parseProcessStat(`4242 (a) Z 1 (b) ${tail}`)).toEqual({ state: 'S', startedAtTicks: '987654' });
  });

  it.each(['', '4242 (node) S 1 2'])('is unknown for %j', (text) => {
    expect(parseProcessStat(text)).toBeUndefined();
  });
});

describe('the holder of a lock', () => {
  const holder = { pid: 4242, startedAtTicks: '987654', boot: '3f0e6a52-0000-4000-8000-000000000001', nonce: 'a1b2' };

  it('is read as it was written, with and without /proc', () => {
    const withoutProc = { ...holder, startedAtTicks: '', boot: '' };
    expect(parseHolder(formatHolder(holder))).toEqual(holder);
    expect(parseHolder(formatHolder(withoutProc))).toEqual(withoutProc);
  });

  it.each([
    '',
    'else',
    '0:1:2:3',
    '-4:1:2:3',
    '4242:1:2',
    '4242:1:2:',
    '4242:1:2:3:4',
    '4242x:1:2:3',
    '99999999999:1:2:3',
  ])('is nobody for %j', (text) => {
    expect(parseHolder(text)).toBeUndefined();
  });
});

describe('whether a process still lives', () => {
  const identity = { pid: 4242, startedAtTicks: '987654', boot: 'boot-1' };
  const alive = { signalable: true, stat: { state: 'S', startedAtTicks: '987654' }, boot: 'boot-1' };

  it.each([
    ['the same process', alive, true],
    ['no such pid', { ...alive, signalable: false, stat: undefined }, false],
    ['ended and not reaped', { ...alive, stat: { state: 'Z', startedAtTicks: '987654' } }, false],
    ['the pid now of a younger process', { ...alive, stat: { state: 'S', startedAtTicks: '987700' } }, false],
    ['the same pid and ticks after a restart of the machine', { ...alive, boot: 'boot-2' }, false],
    ['a system without /proc, pid alive', { signalable: true, stat: undefined, boot: '' }, true],
    ['a system without /proc, pid gone', { signalable: false, stat: undefined, boot: '' }, false],
  ])('%s', (_case, evidence, expected) => {
    expect(isSameLiveProcess(identity, evidence)).toBe(expected);
  });

  it('takes an identity without start time at its pid', () => {
    expect(isSameLiveProcess({ ...identity, startedAtTicks: '', boot: '' }, alive)).toBe(true);
  });
});

describe('the postmaster of a data folder', () => {
  it.each([
    [['/opt/pg/bin/postgres', '-D', '/srv/data/postgres', '-p', '5432', ''], true],
    [['/opt/pg/bin/postgres', '-D', '/srv/data/postgres2', '-p', '5432', ''], false],
    [['/usr/bin/vi', '-D', '/srv/data/postgres', ''], false],
    [['/opt/pg/bin/postgres', ''], false],
    [['postgres: walwriter ', ''], false],
    [[], false],
  ])('%j → %s', (command, expected) => {
    expect(isPostmasterOf('/srv/data/postgres', command)).toBe(expected);
  });
});
