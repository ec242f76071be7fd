import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { fairness } from './fairness';
import { type Bench, machine } from './harness/figures';
import { ingest } from './ingest';
import { intake } from './intake';
import { list } from './list';
import { memory } from './memory';
import { parse } from './parse';
import { qido } from './qido';
import { reading } from './reading';
import { sheet } from './sheet';
import { sync } from './sync';

const BENCHES: readonly Bench[] = [ingest, parse, memory, intake, list, qido, sync, reading, sheet, fairness];

/** Runs the named benches (all without a name); each ends with one JSON object on a line of its own. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0)
    throw new Error(`no bench is named ${unknown.join(', ')}: ${BENCHES.map(({ name }) => name).join(', ')}`);
  for (const bench of BENCHES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const figures = await bench.run();
    process.stdout.write(`${JSON.stringify({ bench: bench.name, figures, machine: machine() })}\n`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  // Written at once: a pipe may not be empty when the process ends.
  writeSync(2, `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
