import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HeaderPool as Pool } from '../src/images/dicom/header-pool';
import { CtTemplate, freshUid } from './harness/ct-template';
import { type Bench, type Figures, figure, table } from './harness/figures';

const FILES = 2_000;
/** Different files, so that the page cache and the parser see something new; each is read several times. */
const DISTINCT = 100;
const IN_FLIGHT = 8;

/** Reading 2,000 headers through the product's own pool: time per file, and how long this event loop was held up. */
async function run(): Promise<Figures> {
  // The built product's worker is measured, not a second copy compiled for the bench.
  const { HeaderPool } = createRequire(__filename)(resolve('dist/images/dicom/header-pool.js')) as {
    HeaderPool: typeof Pool;
  };
  const folder = mkdtempSync(join(tmpdir(), 'cic-parse-'));
  const pool = new HeaderPool({});
  try {
    const files = writeFiles(folder);
    await pool.read(files[0]!, {});
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const started = performance.now();
    let next = 0;
    const reader = async (): Promise<void> => {
      for (let i = next++; i < FILES; i = next++) {
        const result = await pool.read(files[i % DISTINCT]!, {});
        if (!result.ok) throw new Error(`refused: ${result.code}`);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, reader));
    const microseconds = ((performance.now() - started) * 1_000) / FILES;
    delay.disable();
    const lag = Math.max(0, delay.percentile(99) / 1e6 - 1);
    table(`parse: ${FILES} headers of 512 KiB CT files in a worker thread`, [
      ['µs a file', 'event loop lag p99 (ms)'],
      [microseconds.toFixed(0), lag.toFixed(2)],
    ]);
    return { us_per_file: figure(microseconds), loop_lag_p99: figure(lag) };
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFiles(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const template = CtTemplate.make();
  return Array.from({ length: DISTINCT }, (_, i) => {
    const path = join(folder, String(i));
    writeFileSync(path, template.become({ study: freshUid(), series: freshUid(), sop: freshUid() }));
    return path;
  });
}

export const parse: Bench = { name: 'parse', run };
