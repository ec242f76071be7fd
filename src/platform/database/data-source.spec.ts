import { appOptions, relayOptions } from './data-source';
import { PgClient } from './pg-client';

const logins = {
  app: 'postgres://app:x@127.0.0.1:1/x',
  relay: 'postgres://relay:x@127.0.0.1:1/x',
} as Parameters<typeof appOptions>[0];

it.each([
  ['app', appOptions],
  ['relay', relayOptions],
])('gives a lost server up on connections of the %s login, after the server would have cut a statement', (_, of) => {
  const client = new PgClient(of(logins, [], 1).extra);
  const { connectionParameters } = client as unknown as { connectionParameters: Record<string, number> };
  expect(connectionParameters['statement_timeout']).toBe(60_000);
  expect(connectionParameters['query_timeout']).toBeGreaterThan(60_000);
  expect(connectionParameters['query_timeout']).toBeLessThan(120_000);
  expect(of(logins, [], 1).extra).toMatchObject({ keepAlive: true, keepAliveInitialDelayMillis: 10_000 });
});
