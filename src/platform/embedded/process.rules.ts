import { basename } from 'node:path';

export interface ProcessStat {
  /** One letter; Z = ended, not yet reaped by its parent. */
  readonly state: string;
  /** Clock ticks between the machine's start and the process's. */
  readonly startedAtTicks: string;
}

/** Reads /proc/<pid>/stat (proc(5)): fields 3 and 22, counted behind the name in brackets, which may hold anything. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startedAtTicks] = [fields[0], fields[19]];
  return state && startedAtTicks ? { state, startedAtTicks } : undefined;
}

/** Who holds a lock. Ticks and boot are empty where the system has no /proc. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAtTicks: string;
  readonly boot: string;
}

export interface LockHolder extends ProcessIdentity {
  /** Tells two locks of one process apart. */
  readonly nonce: string;
}

export const formatHolder = (holder: LockHolder): string =>
  [holder.pid, holder.startedAtTicks, holder.boot, holder.nonce].join(':');

/** undefined: not written by `formatHolder`. */
export function parseHolder(text: string): LockHolder | undefined {
  const [pid, startedAtTicks, boot, nonce, ...rest] = text.split(':');
  if (!pid || !/^[1-9]\d{0,9}$/.test(pid) || startedAtTicks === undefined || boot === undefined) return undefined;
  return nonce && rest.length === 0 ? { pid: Number(pid), startedAtTicks, boot, nonce } : undefined;
}

/** What the system says about a pid: whether a signal could be sent to it, and its /proc entry where that can be read. */
export interface PidEvidence {
  readonly signalable: boolean;
  readonly stat: ProcessStat | undefined;
  readonly boot: string;
}

/**
 * Whether the process that wrote the identity still lives. A pid alone is not enough: after a restart of the machine,
 * or of a container whose first processes get the same small pids, it belongs to another program.
 */
export function isSameLiveProcess(identity: ProcessIdentity, now: PidEvidence): boolean {
  if (!now.signalable || now.stat?.state === 'Z') return false;
  if (identity.boot !== '' && now.boot !== '' && identity.boot !== now.boot) return false;
  return !now.stat || identity.startedAtTicks === '' || now.stat.startedAtTicks === identity.startedAtTicks;
}

/** Whether a command line (one entry per argument) is that of the postmaster of this data folder. */
export function isPostmasterOf(dataDir: string, command: readonly string[]): boolean {
  return basename(command[0] ?? '') === 'postgres' && command[command.indexOf('-D') + 1] === dataDir;
}
