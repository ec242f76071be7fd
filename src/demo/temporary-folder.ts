import { chmod, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of the demo's own that the unprivileged user of the embedded Postgres may pass through. */
export async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'county-demo-'));
  await chmod(folder, 0o711);
  return folder;
}

/**
 * Removes it with all its contents. Where root's Postgres could not reach it, its data folder was made elsewhere and is
 * linked from here (see platform/embedded): that home of its own goes too.
 */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  const elsewhere = await readlink(join(folder, 'postgres')).catch(() => undefined);
  if (elsewhere !== undefined) await rm(dirname(elsewhere), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
