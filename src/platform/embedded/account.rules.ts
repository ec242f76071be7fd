import { dirname } from 'node:path';
import type { Account } from './command';

/** The users that Postgres may run as where this process is root, best first. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** Finds the account for Postgres in the text of /etc/passwd (passwd(5)); undefined: it has neither. */
export function unprivilegedAccount(passwd: string): Account | undefined {
  const accounts = new Map<string, Account>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (!name || !/^-?\d+$/.test(uid ?? '') || !/^-?\d+$/.test(gid ?? '')) continue;
    accounts.set(name, { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 });
  }
  return UNPRIVILEGED.map((name) => accounts.get(name)).find((account) => account && account.uid !== 0);
}

/** The absolute path itself and every folder above it, from the root down. */
export function pathFromRoot(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [...pathFromRoot(above), path];
}
