#!/usr/bin/env node
// npm test: everything that needs no browser. Which suites can run is decided here, before jest; what cannot is said as
// "not run: …", and is an error where REQUIRE_REDIS, REQUIRE_PG or REQUIRE_DATA asks for it. Nothing skips inside a suite.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { postgres, redis } from './services.mjs';

ensureInstalled();
ensureBuilt();

const FAULTS = ['--selectProjects', 'fault', '--runInBand'];
const totals = { passed: 0, failed: 0 };
const missing = [];
const results = mkdtempSync(join(tmpdir(), 'cic-results-'));

/** One run of jest; answers when it has ended. What runs beside another is printed as a whole at its end. */
async function jest(title, args, env = {}, beside = false) {
  if (!beside) console.log(`\n=== ${title}`);
  const name = title.replace(/\W+/g, '-');
  const report = join(results, `${name}.json`);
  const output = join(results, `${name}.txt`);
  const command = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--json', `--outputFile=${report}`, ...args];
  const file = beside ? openSync(output, 'w') : undefined;
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', file ?? 'inherit', file ?? 'inherit'],
    env: { ...process.env, ...env },
  });
  const [status] = await once(child, 'exit');
  if (file !== undefined) {
    closeSync(file);
    console.log(`\n=== ${title}\n${readFileSync(output, 'utf8')}`);
  }
  if (!existsSync(report)) totals.failed += 1;
  else {
    const { numPassedTests, numFailedTests, numFailedTestSuites, numTotalTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    totals.passed += numPassedTests;
    totals.failed += numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0) + (numTotalTests === 0 ? 1 : 0);
  }
  if (status !== 0 && totals.failed === 0) totals.failed += 1;
}

function notRun(what, why, required) {
  console.log(`not run: ${what} (${why})`);
  if (process.env[required] === '1') missing.push(what);
}

const workers = ['--maxWorkers=2'];
await jest('pure rules', ['--selectProjects', 'pure', ...workers]);

if (existsSync(join(root, '..', 'shared', 'data', 'dicom')))
  await jest('DICOM test files', ['--selectProjects', 'data', ...workers]);
else notRun('DICOM test files', '../shared/data is not there', 'REQUIRE_DATA');

await jest('embedded Postgres, queues on Postgres', ['--selectProjects', 'int', 'flow', ...workers]);

const queue = await redis();
const external = await postgres();
try {
  if (queue) {
    const onRedis = { QUEUE_REDIS_URL: queue.url };
    await jest('queues on Redis', ['--selectProjects', 'flow', ...workers], onRedis);
    // Faults wait more than they work, one after the other: the two queues' take no longer together than one of them.
    await Promise.all([
      jest('faults, queues on Postgres', FAULTS),
      jest('faults, queues on Redis', FAULTS, onRedis, true),
    ]);
  } else {
    await jest('faults, queues on Postgres', FAULTS);
    notRun('queues on Redis', 'no redis-server and no REDIS_URL', 'REQUIRE_REDIS');
  }

  if (external) {
    await jest(`external Postgres ${external.version}`, ['--selectProjects', 'int', ...workers], {
      EXTERNAL_DATABASE_URL: external.url,
    });
  } else notRun('external Postgres', 'no Postgres ≥ 15 and no EXTERNAL_DATABASE_URL', 'REQUIRE_PG');
} finally {
  queue?.stop();
  external?.stop();
  rmSync(results, { recursive: true, force: true });
}

if (missing.length > 0) console.error(`required but not run: ${missing.join(', ')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 || missing.length > 0 ? 1 : 0);
