#!/usr/bin/env node
// npm test: everything that needs no browser. Which suites can run is decided here, before jest; what cannot is said as
// "not run: …", and is an error where REQUIRE_REDIS, REQUIRE_PG or REQUIRE_DATA asks for it. Nothing skips inside a suite.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { postgres, redis } from './services.mjs';

ensureInstalled();
ensureBuilt();

const totals = { passed: 0, failed: 0 };
const missing = [];
const results = mkdtempSync(join(tmpdir(), 'cic-results-'));

function jest(title, args, env = {}) {
  console.log(`\n=== ${title}`);
  const report = join(results, `${totals.passed}-${Math.round(performance.now())}.json`);
  const command = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--json', `--outputFile=${report}`, ...args];
  const { status } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
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
/** Suites with a database wait as much as they compute: one more of them than there are cores. */
const waiting = ['--maxWorkers=3'];
/** Fault specs that measure seconds: they have the machine to themselves, the others go two at a time. */
const MEASURING = 'faults/(clinic-endpoints|deaf-queue|redis-settings|two-apis)\\.';

function faults(queues, env = {}) {
  const others = ['--testPathIgnorePatterns', MEASURING, ...workers];
  jest(`faults, ${queues}`, ['--selectProjects', 'fault', ...others], env);
  jest(`faults that measure time, ${queues}`, ['--selectProjects', 'fault', '--runInBand', '--', MEASURING], env);
}

jest('pure rules', ['--selectProjects', 'pure', ...workers]);

const withFiles = existsSync(join(root, '..', 'shared', 'data', 'dicom'));
if (!withFiles) notRun('DICOM test files', '../shared/data is not there', 'REQUIRE_DATA');
const files = withFiles ? ['data'] : [];
const embedded = `embedded Postgres, queues on Postgres${withFiles ? ', DICOM test files' : ''}`;
jest(embedded, ['--selectProjects', 'int', 'flow', ...files, ...waiting]);
faults('queues on Postgres');

const queue = await redis();
const external = await postgres();
try {
  if (queue) {
    jest('queues on Redis', ['--selectProjects', 'flow', ...waiting], { QUEUE_REDIS_URL: queue.url });
    faults('queues on Redis', { QUEUE_REDIS_URL: queue.url });
  } else notRun('queues on Redis', 'no redis-server and no REDIS_URL', 'REQUIRE_REDIS');

  if (external) {
    // All but the specs that start an embedded server of their own or use none: they would see nothing of this one.
    const own = 'src/(platform/embedded/|cli/|start\\.|platform/blob/disk-faults\\.)';
    const others = ['--selectProjects', 'int', '--testPathIgnorePatterns', own, ...waiting];
    jest(`external Postgres ${external.version}`, others, {
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
