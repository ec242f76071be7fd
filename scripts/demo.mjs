#!/usr/bin/env node
// npm run demo [-- --once]: from a fresh clone to a running county, see docs/how-to/demo.md.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
ensureBuilt();
const args = [join(root, 'dist', 'cli.js'), 'demo', ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
// The child drains. At a terminal Ctrl-C reaches it directly as well: it takes what comes within a second as one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
