import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../harness/processes';
import { until } from '../harness/wait';

export interface RedisSettings {
  readonly appendonly?: 'yes' | 'no';
  readonly policy?: string;
}

/** A Redis of a spec's own, to be emptied, frozen and killed: the run's shared one lives. */
export class OwnRedis {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** Reserves a port and a folder; nothing listens yet. */
  static async prepare(): Promise<OwnRedis> {
    return new OwnRedis(mkdtempSync(join(tmpdir(), 'cic-own-redis-')), await freePort());
  }

  static async start(settings: RedisSettings = {}): Promise<OwnRedis> {
    const redis = await OwnRedis.prepare();
    await redis.up(settings);
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on its folder, where it finds what it had appended before. */
  async up({ appendonly = 'yes', policy = 'noeviction' }: RedisSettings = {}): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    options.push('--appendonly', appendonly, '--maxmemory-policy', policy);
    this.child = spawn('redis-server', options, { stdio: 'ignore' });
    await until('Redis answers', () => this.ask((redis) => redis.ping()).catch(() => undefined));
  }

  /** kill -9 */
  async down(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async flush(): Promise<void> {
    await this.ask((redis) => redis.flushall());
  }

  async end(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }
}
