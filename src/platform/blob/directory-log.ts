import { dirname, join } from 'node:path';
import { syncDirectory } from './disk-files';

/** Enough for every folder that a day touches; about 10 MB when full. */
const MAX_REMEMBERED = 50_000;

/**
 * Makes directory entries durable: a file is safe only when its name is (fsync of its folder), and the folder's own
 * name, up to the root. Callers that need the same folder at the same time share one fsync; different folders are synced
 * in parallel, which a journalling file system turns into one commit.
 */
export class DirectoryLog {
  /** Folders (relative) whose own entry is known to be durable. Forgetting one costs an fsync, nothing else. */
  private readonly durable = new Set<string>();
  /** Per folder the newest fsync, and the one that has not started and can be shared. */
  private readonly newest = new Map<string, Promise<void>>();
  private readonly notStarted = new Map<string, Promise<void>>();

  constructor(private readonly root: string) {}

  /** Whether the folder is known to be there, durably. */
  knows(folder: string): boolean {
    return this.durable.has(folder);
  }

  /** Resolves when the entries in `folder` (relative to the root) and those of all folders down to it are durable. */
  async makeDurable(folder: string): Promise<void> {
    const unknown: string[] = [];
    for (let at = folder; at !== '.' && !this.durable.has(at); at = dirname(at)) unknown.push(at);
    await Promise.all([this.sync(folder), ...unknown.map((at) => this.sync(dirname(at)))]);
    for (const at of unknown) this.remember(at);
  }

  /** An fsync that starts after this call: one that is under way may have missed the newest entry. */
  private sync(folder: string): Promise<void> {
    const shared = this.notStarted.get(folder);
    if (shared) return shared;
    const before = this.newest.get(folder) ?? Promise.resolve();
    const start = (): Promise<void> => {
      this.notStarted.delete(folder);
      return syncDirectory(join(this.root, folder));
    };
    const run = before.then(start, start).finally(() => {
      if (this.newest.get(folder) === run) this.newest.delete(folder);
    });
    this.notStarted.set(folder, run);
    this.newest.set(folder, run);
    return run;
  }

  private remember(folder: string): void {
    const [oldest] = this.durable;
    if (oldest !== undefined && this.durable.size >= MAX_REMEMBERED) this.durable.delete(oldest);
    this.durable.add(folder);
  }
}
