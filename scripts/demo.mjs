#!/usr/bin/env node
// npm run demo [-- --once]: from a fresh clone to a running county, see docs/how-to/demo.md.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

const LOOK_MS = 500;
const parent = process.ppid;

ensureInstalled();
ensureBuilt();
const args = [join(root, 'dist', 'cli.js'), 'demo', ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
// The child drains. At a terminal Ctrl-C reaches it directly as well: it takes what comes within a second as one.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
// A signal sent to npm alone ends npm and its shell without a word to us: we notice that our parent is another one.
const watch = setInterval(() => {
  if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return;
  clearInterval(watch);
  child.kill('SIGTERM');
}, LOOK_MS).unref();
