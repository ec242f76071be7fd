#!/usr/bin/env node
// npm run check: format, lint, types, import rules, then what is generated must be what is committed.
import { spawn } from 'node:child_process';

const node = (...args) => [process.execPath, args];
const tool = (name, ...args) => [`node_modules/.bin/${name}`, args];

const sources = ['{src,test,bench,scripts}/**/*.{ts,mjs,js}', '*.{mjs,js,cjs}'];
/** Steps of one line need each other in their order; the lines are taken two at a time, the longest first. */
const lines = [
  [['lint', tool('eslint', '--max-warnings', '0', 'src', 'test', 'bench')]],
  [['types', tool('tsc', '--noEmit', '-p', 'tsconfig.json')]],
  [
    ['build', node('--eval', 'import("./scripts/ensure.mjs").then(({ ensureBuilt }) => ensureBuilt())')],
    ['openapi drift', node('dist/cli.js', 'export-openapi', '--check')],
    ['migration drift', tool('jest', '--selectProjects', 'int', '--', 'test/contract/schema-drift')],
  ],
  [['format', tool('prettier', '--check', '--log-level', 'warn', ...sources)]],
  [['imports', tool('depcruise', 'src', '--config', '.dependency-cruiser.cjs')]],
];

/** Runs a program; what it prints is kept back until it ends, so that two never speak at once. */
function run([command, args]) {
  return new Promise((ended) => {
    const said = [];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
    child.once('error', (error) => ended({ ok: false, said: `${error}\n` }));
    child.once('close', (code) => ended({ ok: code === 0, said: Buffer.concat(said) }));
  });
}

let failed = false;
async function takeLines() {
  for (let line = lines.shift(); line; line = lines.shift()) {
    for (const [name, program] of line) {
      if (failed) return;
      const started = performance.now();
      const { ok, said } = await run(program);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(said);
      (ok ? console.log : console.error)(`check: ${name} ${ok ? 'ok' : 'failed'} (${seconds} s)`);
      if (!ok) failed = true;
    }
  }
}

await Promise.all([takeLines(), takeLines()]);
process.exitCode = failed ? 1 : 0;
