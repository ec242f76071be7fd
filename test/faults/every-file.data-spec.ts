import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import globalSetup from '../harness/global-setup';
import globalTeardown from '../harness/global-teardown';
import { gatewayAt, Installation, type ServerProcess } from '../harness/processes';
import type { TestClinic, TestCounty } from '../harness/county';
import { stow } from '../harness/stow';
import { until } from '../harness/wait';
import { brokenBlobs, imagesOf, registeredBytes, sha256 } from './studies';

const FOLDER = resolve('../shared/data/dicom');
const SLOW_MS = 10_000;
const MEMORY_MIB = 700;

let installation: Installation;
let county: TestCounty;
let clinic: TestClinic;
let api: ServerProcess;

beforeAll(async () => {
  await globalSetup();
  installation = await Installation.make();
  county = await installation.seed();
  clinic = county.clinics[0]!;
  api = await installation.start('api');
});
afterAll(async () => {
  await installation.end();
  await globalTeardown();
});

const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'MANIFEST.md')
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
const nameOf = (path: string): string => path.slice(FOLDER.length + 1);

it('answers every file, whole, fuzzed or malformed, with 2xx or 4xx in time, and takes the next good one', async () => {
  const good = [...imagesOf('G1', 'DX', files.length)];
  const kept = new Set<string>();
  const wrong: string[] = [];
  for (const [n, path] of files.entries()) {
    const bytes = readFileSync(path);
    const began = performance.now();
    const { status, referenced } = await stow(api.url, clinic.key, [bytes]);
    const took = performance.now() - began;
    if (status < 200 || status > 499 || (status > 299 && status < 400)) wrong.push(`${nameOf(path)}: ${status}`);
    if (took > SLOW_MS) wrong.push(`${nameOf(path)}: ${Math.round(took)} ms`);
    if (referenced.length > 0) kept.add(sha256(bytes));
    const next = await stow(api.url, clinic.key, [good[n]!.bytes]);
    if (next.status !== 200) wrong.push(`after ${nameOf(path)}: ${next.status}`);
  }
  expect(wrong).toEqual([]);
  // dcmdump reads 183 of them; some are the same instance in another transfer syntax.
  expect(files.length).toBeGreaterThanOrEqual(189);
  expect(kept.size).toBeGreaterThanOrEqual(140);
  expect(api.isRunning).toBe(true);
  expect(await until('the api answers', () => api.faults())).toEqual([]);
  const registered = new Set((await registeredBytes(installation)).values());
  expect([...kept].filter((hash) => !registered.has(hash))).toEqual([]);
  expect(good.every(({ bytes }) => registered.has(sha256(bytes)))).toBe(true);
}, 600_000);

it('keeps every good one of a request that holds them all, and lists the others', async () => {
  const other = county.clinics[1]!;
  const { status, referenced, failed } = await stow(
    api.url,
    other.key,
    files.map((path) => readFileSync(path)),
  );
  expect(status).toBe(202);
  expect(referenced.length).toBeGreaterThanOrEqual(140);
  expect(referenced.length + failed.length).toBe(files.length);
  expect((await gatewayAt(api.url, other).get('/api/health/ready')).status).toBe(200);
});

it('has needed little memory for it, and left nothing half written', async () => {
  expect(api.peakMemory()).toBeLessThan(MEMORY_MIB);
  expect(await brokenBlobs(installation)).toEqual([]);
});
