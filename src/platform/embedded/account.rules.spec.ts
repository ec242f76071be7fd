import { pathFromRoot, unprivilegedAccount } from './account.rules';

const ROOT = 'root:x:0:0:root:/root:/bin/bash';
const NOBODY = 'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin';
const POSTGRES = 'postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash';

describe('the user that Postgres runs as', () => {
  it('is postgres before nobody, wherever they stand in the file', () => {
    const expected = { name: 'postgres', uid: 101, gid: 104 };
    expect(unprivilegedAccount([ROOT, POSTGRES, NOBODY].join('\n'))).toEqual(expected);
    expect(unprivilegedAccount([NOBODY, ROOT, POSTGRES].join('\n'))).toEqual(expected);
  });

  it('is nobody where there is no postgres', () => {
    expect(unprivilegedAccount(`${ROOT}\n${NOBODY}\n`)).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
  });

  it('reads the negative ids of macOS as the unsigned ones that stat gives', () => {
    expect(unprivilegedAccount('nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false')).toEqual({
      name: 'nobody',
      uid: 4294967294,
      gid: 4294967294,
    });
  });

  it.each([
    ['neither', ROOT],
    ['an empty file', ''],
    ['a postgres without ids', 'postgres:x:::'],
    ['a postgres that is root under another name', 'postgres:x:0:0::/root:/bin/sh'],
    ['a comment', '# postgres:x:101:104::/:'],
  ])('is none with %s', (_case, passwd) => {
    expect(unprivilegedAccount(passwd)).toBeUndefined();
  });
});

it('lists a path from the root down', () => {
  expect(pathFromRoot('/srv/imaging/.data')).toEqual(['/', '/srv', '/srv/imaging', '/srv/imaging/.data']);
  expect(pathFromRoot('/')).toEqual(['/']);
});
