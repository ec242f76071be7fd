import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysFile, readKeys, writeKeys } from './keys-file';

describe('demo-keys.json', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'demo-keys-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is nothing before it is written', async () => {
    expect(await readKeys(keysFile(folder))).toBeUndefined();
  });

  it('comes whole, readable by its owner alone, and leaves nothing beside it', async () => {
    await writeFile(`${keysFile(folder)}.tmp`, 'left by a start that was killed');
    await writeKeys(keysFile(folder), { clinic01: 'cgk_a', clinic02: 'cgk_b' });
    expect(await readKeys(keysFile(folder))).toEqual({ clinic01: 'cgk_a', clinic02: 'cgk_b' });
    expect((await stat(keysFile(folder))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['demo-keys.json']);
  });
});
