#!/usr/bin/env node
// npm run test:mutants [-- id …]: takes away one barrier of docs/safety.md after the other and shows that a test notices.
// It works on a copy of the sources in a temporary folder; the checkout is only read. Ends with 1 when a defect survives.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HAZARDS } from '../test/mutants/hazards.mjs';
import { ensureInstalled, root } from './ensure.mjs';

const COPIED = ['src', 'test', 'package.json', 'jest.config.js', 'tsconfig.json'];
const LONGEST_PER_SPEC_MS = 180_000;

class Stop extends Error {}
let interrupted = false;

function chosen(ids) {
  const unknown = ids.filter((id) => !HAZARDS.some((hazard) => hazard.id === id));
  if (unknown.length > 0) throw new Stop(`no such hazard: ${unknown.join(', ')}`);
  return ids.length === 0 ? HAZARDS : HAZARDS.filter(({ id }) => ids.includes(id));
}

function copySources() {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'cic-mutants-')));
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** The files of the copy that the defect touches, as they are and as they are without the barrier. */
function filesOf(copy, { id, defect }) {
  const files = new Map();
  for (const { file, search, replacement } of defect) {
    const path = join(copy, file);
    if (!existsSync(path)) throw new Stop(`the barrier has moved: ${id}, there is no ${file}`);
    const { sound, broken } = files.get(path) ?? { sound: readFileSync(path, 'utf8'), broken: undefined };
    const parts = (broken ?? sound).split(search);
    if (parts.length !== 2)
      throw new Stop(`the barrier has moved: ${id}, ${file} has ${parts.length - 1} of: ${search}`);
    files.set(path, { sound, broken: parts.join(replacement) });
  }
  return files;
}

const literally = (name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Runs the tests of these names in these specs, and answers jest's own account of them, or `why` there is none. */
async function jest(copy, project, specs, names) {
  const account = join(copy, 'account.json');
  rmSync(account, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--selectProjects', project, '--json', `--outputFile=${account}`, '--maxWorkers=2'],
      ...[`--cacheDirectory=${join(copy, '.cache')}`, '--testNamePattern', names.map(literally).join('|')],
      ...['--runTestsByPath', ...specs],
    ],
    { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'], timeout: specs.length * LONGEST_PER_SPEC_MS },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  await once(child, 'close');
  if (interrupted) throw new Stop('interrupted');
  if (existsSync(account)) return JSON.parse(readFileSync(account, 'utf8'));
  return { testResults: [], why: `jest gave no account of itself:\n${said}` };
}

const plain = (message) => message.replace(/\x1b\[[\d;]*m/g, '');
/** A test that says what it saw instead of what it expected. Anything else that goes wrong is no proof of a barrier. */
const isAssertion = (message) => /^(?:\w*Error: )?expect\(/.test(plain(message));

/** What became of the hazard's test in this run: its results, and the reason why the suite itself could not run, if so. */
function outcome(account, copy, { spec, name }) {
  const suite = account.testResults.find((result) => result.name === join(copy, spec));
  const results = suite?.assertionResults.filter(({ fullName }) => fullName.includes(name)) ?? [];
  const ran = results.filter(({ status }) => status === 'passed' || status === 'failed');
  const failures = ran.filter(({ status }) => status === 'failed').flatMap(({ failureMessages }) => failureMessages);
  return { ran: ran.length, failures, broken: plain(suite?.message ?? account.why ?? 'the suite is not there') };
}

/** Every test must be green before anything is taken away. */
async function requireGreen(copy, hazards) {
  for (const project of new Set(hazards.map(({ test }) => test.project))) {
    const tests = hazards.map(({ test }) => test).filter((test) => test.project === project);
    const specs = [...new Set(tests.map(({ spec }) => spec))];
    const account = await jest(copy, project, specs, [...new Set(tests.map(({ name }) => name))]);
    for (const test of tests) {
      const { ran, failures, broken } = outcome(account, copy, test);
      if (ran === 0) throw new Stop(`no test “${test.name}” in ${test.spec}\n${broken}`);
      if (failures.length > 0)
        throw new Stop(`red before any defect: ${test.spec}, ${test.name}\n${plain(failures[0])}`);
    }
  }
}

/** caught: the test failed by an expectation · survived: it stayed green · unclear: something else went wrong */
async function tryDefect(copy, hazard) {
  const files = filesOf(copy, hazard);
  for (const [path, { broken }] of files) writeFileSync(path, broken);
  try {
    const { project, spec, name } = hazard.test;
    const { ran, failures, broken } = outcome(await jest(copy, project, [spec], [name]), copy, hazard.test);
    if (failures.some(isAssertion)) return { verdict: 'caught' };
    if (ran > 0 && failures.length === 0) return { verdict: 'SURVIVED' };
    return { verdict: 'UNCLEAR', why: plain(failures[0] ?? broken) };
  } finally {
    for (const [path, { sound }] of files) writeFileSync(path, sound);
  }
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function main(hazards) {
  const began = performance.now();
  const copy = copySources();
  try {
    for (const hazard of hazards) filesOf(copy, hazard);
    await requireGreen(copy, hazards);
    console.log(`${hazards.length} defects; without them all tests are green (${seconds(began)})\n`);
    console.log('| hazard | barrier | test | caught |\n|---|---|---|---|');
    let caught = 0;
    for (const hazard of hazards) {
      const started = performance.now();
      const { verdict, why } = await tryDefect(copy, hazard);
      if (verdict === 'caught') caught += 1;
      console.log(`${rowOf(hazard)} | ${verdict} (${seconds(started)}) |`);
      if (why) console.error(why);
    }
    console.log(`\n${caught} of ${hazards.length} caught (${seconds(began)})`);
    return caught === hazards.length ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function rowOf({ id, hazard, defect, test }) {
  const files = [...new Set(defect.map(({ file }) => file))].join(', ');
  return `| ${hazard.zh} (${id}) | ${files} | ${test.spec}: ${test.name}`;
}

// Ctrl-C ends the jest that runs, too; the copy is then removed on the way out.
process.once('SIGINT', () => (interrupted = true));
ensureInstalled();
try {
  process.exitCode = await main(chosen(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
