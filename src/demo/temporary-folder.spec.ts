import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder';

describe('the folder of --once', () => {
  it('lets others pass through, but not look around', async () => {
    const folder = await makeTemporaryFolder();
    expect((await stat(folder)).mode & 0o777).toBe(0o711);
    await removeTemporaryFolder(folder);
  });

  it('goes with everything in it', async () => {
    const folder = await makeTemporaryFolder();
    await mkdir(join(folder, 'postgres'));
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '18');
    await removeTemporaryFolder(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('goes with the home of a Postgres that had to lie elsewhere, and with nothing beside that', async () => {
    const root = await mkdtemp(join(tmpdir(), 'demo-elsewhere-'));
    await mkdir(join(root, 'ours', 'postgres'), { recursive: true });
    await mkdir(join(root, 'another', 'postgres'), { recursive: true });
    const folder = await makeTemporaryFolder();
    await symlink(join(root, 'ours', 'postgres'), join(folder, 'postgres'));
    await removeTemporaryFolder(folder);
    expect([folder, join(root, 'ours'), join(root, 'another')].map((path) => existsSync(path))).toEqual([
      false,
      false,
      true,
    ]);
    await rm(root, { recursive: true });
  });
});
