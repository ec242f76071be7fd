#!/usr/bin/env node
// npm run check: format, lint, types, import rules, then what is generated must be what is committed.
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './ensure.mjs';

const run = (command, args) => () => {
  const program = command === 'node' ? process.execPath : `node_modules/.bin/${command}`;
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
};

const sources = ['{src,test,bench,scripts}/**/*.{ts,mjs,js}', '*.{mjs,js,cjs}'];
const steps = [
  ['format', run('prettier', ['--check', '--log-level', 'warn', ...sources])],
  ['types', run('tsc', ['--noEmit', '-p', 'tsconfig.json'])],
  ['lint', run('eslint', ['--max-warnings', '0', 'src', 'test', 'bench'])],
  ['imports', run('depcruise', ['src', '--config', '.dependency-cruiser.cjs'])],
  // Ends the process by itself when the build breaks.
  ['build', () => (ensureBuilt(), true)],
  ['openapi drift', run('node', ['dist/cli.js', 'export-openapi', '--check'])],
  ['migration drift', run('jest', ['--selectProjects', 'int', '--', 'test/contract/schema-drift'])],
];

for (const [name, step] of steps) {
  const started = performance.now();
  const ok = step();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!ok) {
    console.error(`check: ${name} failed (${seconds} s)`);
    process.exit(1);
  }
  console.log(`check: ${name} ok (${seconds} s)`);
}
