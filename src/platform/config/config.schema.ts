import { z } from 'zod';
import { readCertificates } from './certificates';

const bool = z.enum(['true', 'false', '1', '0']).transform((v) => v === 'true' || v === '1');
const int = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const certificates = z.string().transform((file, check) => {
  try {
    return readCertificates(file);
  } catch (error) {
    check.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const isHttps = (url: string | undefined): boolean => url !== undefined && new URL(url).protocol === 'https:';
const KNOWN_DEFAULTS = /^(change-?me|secret|password|default|example|test)/i;

/**
 * Every setting of the installation, read once at start. Units are in the names. Without DATABASE_URL the embedded
 * Postgres under DATA_DIR is used and APP_SECRET is made there; with DATABASE_URL an APP_SECRET must be given.
 */
export const envSchema = z
  .object({
    NODE_ENV: z.string().default('production'),
    ROLE: z.enum(['all', 'api', 'worker']).default('all'),
    HOST: z.string().default('127.0.0.1'),
    PORT: int(0, 65535).default(3000),
    PUBLIC_URL: z.url().optional(),
    /** Number of reverse proxies whose X-Forwarded-For may be believed. */
    TRUST_PROXY_HOPS: int(0, 5).default(0),
    /** Default: true where PUBLIC_URL is https. */
    SECURE_COOKIES: bool.optional(),
    DATA_DIR: z.string().min(1).default('.data'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    /** Logins of the app and relay roles, where the owner's login must stay out of the api processes. */
    DATABASE_APP_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    DATABASE_RELAY_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    DATABASE_ROLE_PREFIX: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,30}$/)
      .default('cic'),
    DATABASE_POOL: int(2, 200).default(20),
    MIGRATE: bool.default(true),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    QUEUE_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9{}_-]{1,40}$/)
      .default('{cic}'),
    APP_SECRET: z.string().min(32).optional(),
    BLOB_DIR: z.string().min(1).optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    /** Share of the disk in use from which images are refused (507) and from which an alarm is raised. */
    DISK_REFUSE_RATIO: z.coerce.number().min(0.1).max(1).default(0.95),
    DISK_ALARM_RATIO: z.coerce.number().min(0.1).max(1).default(0.85),
    MAX_INSTANCE_BYTES: int(1024, 8 * 2 ** 30).default(2 * 2 ** 30),
    MAX_REQUEST_INSTANCES: int(1, 100_000).default(10_000),
    PARSER_THREADS: int(1, 16).default(1),
    PARSER_TIMEOUT_MS: int(100, 60_000).default(8_000),
    REQUESTS_PER_SECOND: int(1, 100_000).default(2_000),
    LEASE_SECONDS: int(1, 86_400).default(900),
    QUIET_SECONDS: int(1, 86_400).default(60),
    SESSION_IDLE_MINUTES: int(1, 10_080).default(720),
    OUTBOX_POLL_MS: int(20, 60_000).default(500),
    SWEEP_SECONDS: int(1, 3_600).default(15),
    /** How long a published message may stay unhandled before the sweeper publishes it again. */
    REPUBLISH_SECONDS: int(1, 86_400).default(30),
    CANARY_SECONDS: int(1, 600).default(30),
    WEBHOOK_TIMEOUT_MS: int(100, 120_000).default(15_000),
    /** PEM file of the county network's own certificate authorities, trusted by webhooks beside the public ones; read once. */
    WEBHOOK_CA_FILE: certificates.optional(),
    SHUTDOWN_SECONDS: int(1, 600).default(25),
    /** Of everybody in the demo's fictional county; only `npm run demo` reads it. Random where it is not set. */
    DEMO_PASSWORD: z.string().min(8).max(200).optional(),
  })
  .superRefine((env, issue) => {
    if (env.DATABASE_URL && !env.APP_SECRET) {
      issue.addIssue({ code: 'custom', path: ['APP_SECRET'], message: 'is required together with DATABASE_URL' });
    }
    if (env.APP_SECRET && (KNOWN_DEFAULTS.test(env.APP_SECRET) || new Set(env.APP_SECRET).size < 8)) {
      issue.addIssue({
        code: 'custom',
        path: ['APP_SECRET'],
        message: 'is a default or trivial secret: make a random one',
      });
    }
    if (env.SECURE_COOKIES === false && isHttps(env.PUBLIC_URL)) {
      issue.addIssue({
        code: 'custom',
        path: ['SECURE_COOKIES'],
        message: 'must not be false while PUBLIC_URL is https: sessions would also travel unencrypted',
      });
    }
    if (env.DISK_ALARM_RATIO > env.DISK_REFUSE_RATIO) {
      issue.addIssue({ code: 'custom', path: ['DISK_ALARM_RATIO'], message: 'must not be above DISK_REFUSE_RATIO' });
    }
    if (env.MIGRATE === false && env.DATABASE_URL === undefined && env.DATABASE_APP_URL === undefined) return;
    if (env.DATABASE_APP_URL && !env.DATABASE_RELAY_URL) {
      issue.addIssue({
        code: 'custom',
        path: ['DATABASE_RELAY_URL'],
        message: 'is required together with DATABASE_APP_URL',
      });
    }
  })
  .transform((env) => ({ ...env, SECURE_COOKIES: env.SECURE_COOKIES ?? isHttps(env.PUBLIC_URL) }));

export type Env = z.infer<typeof envSchema>;
