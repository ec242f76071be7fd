import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import globalSetup from '../../test/harness/global-setup';
import globalTeardown from '../../test/harness/global-teardown';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import { bytesOf, filmOrder } from '../studies/studies.fixture';

const ROOT = join(process.cwd(), '..', 'shared', 'data', 'dicom');
const files = readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(md|txt|json|sh)$/i.test(entry.name))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
  .sort();

/** What one file may take, from sending to answer. */
const LIMIT_MS = 10_000;
const MIB = 2 ** 20;

let system: System;
let county: TestCounty;
let before: number;

beforeAll(async () => {
  await globalSetup();
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  before = process.memoryUsage().rss;
});
afterAll(async () => {
  await system.stop();
  await globalTeardown();
});

const send = (parts: Buffer[]) => stow(system.url, county.clinics[0]!.key, parts, { idleTimeoutMs: LIMIT_MS });
let made = 0;
const goodFile = (): Buffer => bytesOf(filmOrder({ seed: `good ${++made}`, width: 64 }))[0]!;

it('has files to try', () => {
  expect(files.length).toBeGreaterThan(150);
});

it.each(files)('%s is kept or refused in time, and the next good file is accepted', async (file) => {
  const started = performance.now();
  const answer = await send([readFileSync(join(ROOT, file))]);
  expect(performance.now() - started).toBeLessThan(LIMIT_MS);
  expect([200, 409]).toContain(answer.status);
  expect(answer.referenced.length + answer.failed.length).toBe(1);
  expect((await send([goodFile()])).status).toBe(200);
});

it('keeps the good file of a request in which every other file is bad', async () => {
  const bad = files.filter((file) => /fuzz|malformed|bad|broken/i.test(file)).slice(0, 40);
  const answer = await send([...bad.map((file) => readFileSync(join(ROOT, file))), goodFile()]);
  expect([200, 202]).toContain(answer.status);
  expect(answer.referenced.length).toBeGreaterThan(0);
  expect(answer.referenced.length + answer.failed.length).toBe(bad.length + 1);
});

it('has not grown by what it was fed', () => {
  expect(process.memoryUsage().rss - before).toBeLessThan(400 * MIB);
});
