#!/usr/bin/env node
// npm run check: format, lint, types, import rules, then what is generated must be what is committed.
import { spawnSync } from 'node:child_process';

const steps = [
  [
    'format',
    'prettier',
    ['--check', '--log-level', 'warn', '{src,test,bench,scripts}/**/*.{ts,mjs,js}', '*.{mjs,js,cjs}'],
  ],
  ['types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['lint', 'eslint', ['--max-warnings', '0', 'src', 'test', 'bench']],
  ['imports', 'depcruise', ['src', '--config', '.dependency-cruiser.cjs']],
  ['build', 'nest', ['build']],
  ['openapi drift', 'node', ['dist/cli.js', 'export-openapi', '--check']],
  ['migration drift', 'jest', ['--selectProjects', 'int', '--', 'test/contract/schema-drift']],
];

for (const [name, command, args] of steps) {
  const started = performance.now();
  const { status } = spawnSync(command === 'node' ? process.execPath : `node_modules/.bin/${command}`, args, {
    stdio: 'inherit',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`check: ${name} failed (${seconds} s)`);
    process.exit(1);
  }
  console.log(`check: ${name} ok (${seconds} s)`);
}
