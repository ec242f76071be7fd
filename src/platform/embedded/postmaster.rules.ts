/** What Postgres writes into postmaster.pid (miscadmin.h, LOCK_FILE_LINE_*); the later lines come while it starts. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number | undefined;
}

/** undefined: the file does not begin with a pid (cut short by a full disk or a crash). */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const [pid, , , port] = text.split('\n');
  // A single-user server writes its pid negated.
  const match = /^-?([1-9]\d*)$/.exec(pid?.trim() ?? '');
  if (!match) return undefined;
  return { pid: Number(match[1]), port: /^[1-9]\d*$/.test(port?.trim() ?? '') ? Number(port) : undefined };
}

/**
 * port-taken: another program listens there. occupied: an earlier server of the folder still ends (its processes hold its
 * shared memory), or has just been started by a process killed meanwhile. other: all else.
 */
export type StartFailure = 'port-taken' | 'occupied' | 'other';

/** Says from what the server wrote why it did not start (its messages are English, `lc_messages` = C). */
export function whyNotStarted(serverOutput: string): StartFailure {
  if (/could not bind .*: Address already in use/.test(serverOutput)) return 'port-taken';
  if (/pre-existing shared memory block .* is still in use/.test(serverOutput)) return 'occupied';
  if (/lock file "postmaster\.pid" already exists/.test(serverOutput)) return 'occupied';
  return 'other';
}
