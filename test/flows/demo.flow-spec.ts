import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import type { Figures } from '../../src/demo/figures';
import { EXAM_STATES } from '../../src/exams';

/** A demo that takes longer than this is no demo. */
const LIMIT_MS = 360_000;

interface Run {
  readonly code: number | null;
  readonly figures: Figures;
  /** What it said on standard error. */
  readonly steps: string;
}

/** `npm run demo -- --once` as somebody types it: no setting of this test run reaches it, but for the queue it is run on. */
async function runDemo(): Promise<Run> {
  const redis = process.env['QUEUE_REDIS_URL'];
  const keep = ['PATH', 'HOME', 'LANG', 'TMPDIR'].map((name) => [name, process.env[name]] as const);
  const env = Object.fromEntries(keep.filter(([, value]) => value !== undefined));
  const queue = redis === undefined ? {} : { REDIS_URL: redis, QUEUE_PREFIX: `{demo${process.pid}}` };
  const child = spawn('npm', ['run', '--silent', 'demo', '--', '--once'], {
    cwd: process.cwd(),
    env: { ...env, ...queue },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, err, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
  const lines = out.toString('utf8').trimEnd().split('\n');
  const steps = err.toString('utf8');
  if (code !== 0) throw new Error(`the demo ended with ${code}:\n${steps.slice(-4_000)}\n${lines.at(-1)}`);
  return { code, figures: JSON.parse(lines.at(-1) ?? '') as Figures, steps };
}

describe('npm run demo -- --once', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runDemo();
  }, LIMIT_MS);

  it('ends with exit 0 and prints its figures as the last line on standard output, and nothing else in them', () => {
    expect(run.code).toBe(0);
    expect(Object.keys(run.figures)).toEqual([
      'exams',
      'instances',
      'queued',
      'signed',
      'delivered',
      'seen',
      'unfinished',
      'signToDeliveredMs',
      'totalMs',
    ]);
  });

  it('queues every exam that was uploaded whole', () => {
    expect(run.figures.exams).toBeGreaterThanOrEqual(60);
    expect(run.figures.queued).toBe(run.figures.exams);
    expect(run.figures.instances).toBeGreaterThan(run.figures.exams);
  });

  it('delivers every signed report, and some of them have been seen', () => {
    expect(run.figures.signed).toBeGreaterThanOrEqual(20);
    expect(run.figures.delivered).toBeGreaterThanOrEqual(run.figures.signed);
    expect(run.figures.seen).toBeGreaterThan(0);
    expect(run.figures.seen).toBeLessThan(run.figures.delivered);
  });

  it('leaves work for whoever tries it out', () => {
    expect(run.figures.unfinished).toBeGreaterThanOrEqual(20);
    expect(run.figures.unfinished).toBeGreaterThanOrEqual(run.figures.exams - run.figures.signed);
  });

  it('leaves exams in every state but the one that is passed through', () => {
    const line = /^ *\d+\.\d\d s  状态  (.*)$/m.exec(run.steps)?.[1] ?? '';
    const counts = new Map(line.split(', ').map((one) => [one.split(' ')[0], Number(one.split(' ')[1])]));
    expect(EXAM_STATES.filter((state) => !counts.has(state))).toEqual(['RECALLED']);
    expect(counts.get('QUEUED')).toBeGreaterThanOrEqual(20);
  });

  it('tells how long the way back took', () => {
    const { p50, p95 } = run.figures.signToDeliveredMs;
    expect(p50).toBeGreaterThan(0);
    expect(p95).toBeGreaterThanOrEqual(p50!);
    expect(run.figures.totalMs).toBeGreaterThan(p95!);
  });

  it('shows each step with its time, and breaks a line on purpose', () => {
    for (const step of [
      '上传',
      '断线',
      '书写',
      '驳回',
      '退回',
      '审签',
      '送达',
      '已阅',
      '危急',
      '审签后',
      '排班',
      '核对',
    ]) {
      expect(run.steps).toMatch(new RegExp(`^ *\\d+\\.\\d\\d s  ${step}  `, 'm'));
    }
  });

  it('removes its folder', () => {
    const folder = new RegExp(`${tmpdir()}/county-demo-\\w+`).exec(run.steps)?.[0];
    expect(folder).toBeDefined();
    expect(existsSync(folder!)).toBe(false);
  });
});
