import { ALL_PERMISSIONS } from '../../src/identity';
import { JsonClient } from '../harness/json-client';
import { type Route, routesOf } from '../harness/routes';
import { startSystem, type System } from '../harness/system';

let system: System;
let routes: Route[];

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  routes = routesOf(system.app);
});
afterAll(() => system.stop());

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const concrete = (path: string): string => path.replace(/:\w+/g, NOBODY).replace(/\*\w+/g, 'x');

it('says on every route who may come in, by a permission that a role gives', () => {
  expect(routes.length).toBeGreaterThan(15);
  expect(routes.filter((route) => !route.access).map((route) => route.handler)).toEqual([]);
  const unknown = routes.filter(
    ({ access }) => access && 'permission' in access && !ALL_PERMISSIONS.has(access.permission),
  );
  expect(unknown.map((route) => route.handler)).toEqual([]);
});

it('opens only the few public routes to a stranger', async () => {
  const stranger = new JsonClient(system.url);
  for (const route of routes) {
    const answer = await stranger.request(route.method, concrete(route.path));
    const open = route.access !== undefined && 'public' in route.access;
    if (!open) expect([route.handler, answer.status]).toEqual([route.handler, 401]);
  }
  expect(routes.filter(({ access }) => access && 'public' in access).map((route) => route.path)).toEqual(
    expect.arrayContaining(['/api/health/live', '/api/health/ready', '/metrics', '/api/auth/login']),
  );
});

it('refuses a forged key and a forged cookie alike', async () => {
  for (const headers of [
    { authorization: `Bearer cgk_${'x'.repeat(43)}` },
    { authorization: 'Bearer ' },
    { authorization: 'Basic YTpi' },
    { cookie: `cic_session=${'x'.repeat(43)}` },
    { authorization: `Bearer cgk_${'x'.repeat(43)}`, cookie: 'cic_session=x' },
  ]) {
    expect((await new JsonClient(system.url, headers as Record<string, string>).get('/api/me')).status).toBe(401);
  }
});
