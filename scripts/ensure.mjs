// Makes a fresh clone ready: installs when node_modules is not what the lock file says, builds when the last whole build
// is older than its sources. Uses nothing but Node and npm, because nothing else is there yet.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** Written once a build has ended well: a build that broke off leaves files in dist too. */
const BUILT = join(root, 'dist', '.built');
const BUILT_FROM = ['src', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node ${process.versions.node} is too old: this needs Node 20.19 or newer.`);
  process.exit(1);
}

/** `npm ci` unless every package of the lock file is there in its version. Output goes to standard error. */
export function ensureInstalled() {
  requireNode();
  if (isInstalled()) return;
  run('installing packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Compares the lock file with npm's own note of what it has put into node_modules. */
function isInstalled() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const present = packagesIn(note);
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    // Optional ones are those of other systems and processors.
    if (!found) return optional === true;
    return (link === true || found.version === version) && existsSync(join(root, path));
  });
}

const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** `nest build` when a source is newer than the last build that ended well. */
export function ensureBuilt() {
  const sources = Math.max(...BUILT_FROM.map((name) => newest(join(root, name))));
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > sources) return;
  rmSync(BUILT, { force: true });
  run('building', process.execPath, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  mkdirSync(dirname(BUILT), { recursive: true });
  writeFileSync(BUILT, '');
}

/** When the file, or anything in the folder, was changed last: ms since 1970. */
function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(what, command, args) {
  console.error(`${what} …`);
  const started = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error(`${what} failed${error ? `: ${error.message}` : ''}`);
    process.exit(status ?? 1);
  }
  console.error(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
