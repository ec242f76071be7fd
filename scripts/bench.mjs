#!/usr/bin/env node
// npm run bench [-- name …]: the measurements of the README's table, each beside a floor or a peer in the same run.
import { spawnSync } from 'node:child_process';
import { cpSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();
const compile = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'bench')],
  { cwd: root, stdio: ['ignore', 2, 2] },
);
if (compile.status !== 0) process.exit(compile.status ?? 1);
// Data files beside the sources, as the build copied them.
cpSync(join(root, 'dist'), join(root, '.bench', 'src'), {
  recursive: true,
  filter: (path) => statSync(path).isDirectory() || /\.(tsv|json|sql|txt)$/.test(path),
});
const { status } = spawnSync(process.execPath, [join(root, '.bench/bench/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
