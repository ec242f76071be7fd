import { readFile } from 'node:fs/promises';
import { run } from './command';
import {
  isPostmasterOf,
  isSameLiveProcess,
  parseProcessStat,
  type ProcessIdentity,
  type ProcessStat,
} from './process.rules';

const readOrEmpty = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
const bootId = async (): Promise<string> => (await readOrEmpty('/proc/sys/kernel/random/boot_id')).trim();

async function statOfProcess(pid: number): Promise<ProcessStat | undefined> {
  return parseProcessStat(await readOrEmpty(`/proc/${pid}/stat`));
}

/** Whether any process, ended ones that were not reaped included, has this pid. */
export function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The identity of this process, to be recognised by others later. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const stat = await statOfProcess(process.pid);
  return { pid: process.pid, startedAtTicks: stat?.startedAtTicks ?? '', boot: await bootId() };
}

/** Whether the process with this identity still lives; without /proc, whether its pid does. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const stat = await statOfProcess(identity.pid);
  return isSameLiveProcess(identity, { signalable: isSignalable(identity.pid), stat, boot: await bootId() });
}

/** Whether a live process with this pid is the postmaster of the data folder (an absolute, resolved path). */
export async function isLivePostmaster(pid: number, dataDir: string): Promise<boolean> {
  const stat = await statOfProcess(pid);
  if (!isSignalable(pid) || stat?.state === 'Z') return false;
  // The command line is open to all users; /proc/<pid>/cwd and exe are not, even for root in a container.
  const fromProc = await readOrEmpty(`/proc/${pid}/cmdline`);
  if (fromProc !== '') return isPostmasterOf(dataDir, fromProc.split('\0'));
  if (stat) return false; // a thread of the kernel: it has no command line
  const { code, output } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return code === 0 && /(^|\/)postgres\b/.test(output) && output.includes(dataDir);
}
