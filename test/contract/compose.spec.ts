import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

interface Service {
  image?: string;
  command?: string | string[];
  environment?: Record<string, string>;
  ports?: string[];
  healthcheck?: object;
}

const text = readFileSync('docker-compose.yml', 'utf8');
const { services } = load(text) as { services: Record<string, Service> };
const roles = Object.values(services).map((service) => service.environment?.['ROLE']);

it('runs two api and two workers behind one proxy, on Postgres and Redis', () => {
  expect(roles.filter((role) => role === 'api')).toHaveLength(2);
  expect(roles.filter((role) => role === 'worker')).toHaveLength(2);
  expect(services['postgres']!.image).toMatch(/^postgres:(1[5-9]|[2-9]\d)/);
  expect(services['proxy']!.ports).toHaveLength(1);
  expect(Object.entries(services).filter(([name, service]) => name !== 'proxy' && service.ports)).toEqual([]);
});

it('keeps jobs through a crash and never evicts them', () => {
  expect(services['redis']!.command).toContain('--appendonly yes');
  expect(services['redis']!.command).toContain('--maxmemory-policy noeviction');
});

it('has no default secret: every one must be given, or compose refuses', () => {
  const secrets = [...text.matchAll(/\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}/g)];
  expect(secrets.length).toBeGreaterThanOrEqual(5);
  for (const [whole, , rest] of secrets) expect([whole, rest!.startsWith(':?')]).toEqual([whole, true]);
  const plain = readFileSync('deploy/env.example', 'utf8').match(/^\w*(?:PASSWORD|SECRET)\w*=.+$/gm);
  expect(plain).toBeNull();
});

it('names only settings that the configuration knows', () => {
  const schema = readFileSync('src/platform/config/config.schema.ts', 'utf8');
  for (const service of Object.values(services)) {
    if (!service.environment?.['ROLE']) continue;
    for (const name of Object.keys(service.environment))
      expect([name, new RegExp(`\\b${name}:`).test(schema)]).toEqual([name, true]);
  }
});

it.each(['/metrics', '/metrics/', '/METRICS', '/Metrics/'])('does not let %s through the proxy', (path) => {
  expect(hidden(path)).toBe(true);
});

it.each(['/', '/api/health/ready', '/metrics-of-the-county', '/api/metrics'])('lets %s through', (path) => {
  expect(hidden(path)).toBe(false);
});

/** Whether a `location` of the proxy answers 404 for a path, by the modifiers `=`, `~` and `~*` of nginx. */
function hidden(path: string): boolean {
  const rules = readFileSync('deploy/nginx.conf', 'utf8').matchAll(/location (=|~\*?) (\S+) \{ return 404; \}/g);
  return [...rules].some(([, how, what]) =>
    how === '=' ? path === what : new RegExp(what!, how === '~*' ? 'i' : '').test(path),
  );
}
