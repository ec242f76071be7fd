import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type GatewayKeys = Readonly<Record<string, string>>;

/** `demo-keys.json` in the data folder: its being there says that the demo's push is complete. */
export const keysFile = (dataDir: string): string => join(dataDir, 'demo-keys.json');

export async function readKeys(file: string): Promise<GatewayKeys | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as GatewayKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the keys, readable by their owner alone, and renames the file into place once they are on the disk. */
export async function writeKeys(file: string, keys: GatewayKeys): Promise<void> {
  const temporary = `${file}.tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
