import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Runs the TypeScript entry when there is no compiled one: under jest, in development. Compiles what it requires with
 * @swc/core, a development dependency, which production therefore never asks for.
 */
const FROM_TYPESCRIPT = `
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const { entry } = require('node:worker_threads').workerData;
const { transformSync } = createRequire(entry)('@swc/core');
require.extensions['.ts'] = (module, filename) => {
  const options = { filename, swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' }, sourceMaps: 'inline' };
  module._compile(transformSync(readFileSync(filename, 'utf8'), options).code, filename);
};
require(entry);
`;

/** Starts the thread `<folder>/<name>.js`, or `<name>.ts` from source where nothing has been compiled. */
export function startWorker(folder: string, name: string, options: WorkerOptions): Worker {
  const compiled = join(folder, `${name}.js`);
  // Nothing of this process's flags and secrets is of use to a thread that works on foreign bytes or sets type.
  const common: WorkerOptions = { ...options, env: {}, execArgv: [] };
  if (existsSync(compiled)) return new Worker(compiled, common);
  return new Worker(FROM_TYPESCRIPT, { ...common, eval: true, workerData: { entry: join(folder, `${name}.ts`) } });
}
