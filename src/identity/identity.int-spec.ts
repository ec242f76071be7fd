import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { JsonClient } from '../../test/harness/json-client';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { newId, newSecret, sha256 } from '../platform/ids';
import { Accounts } from './accounts';
import { FAILURES_PER_ACCOUNT } from './login-throttle';

let system: System;
let county: TestCounty;
let other: TestCounty;
let secadmin: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  other = await seedCounty(system, { code: 'b' });
  secadmin = await signIn(system, county, 'secadmin');
});
afterAll(() => system.stop());

const login = (username: string, password: string) =>
  new JsonClient(system.url).post('/api/auth/login', { username, password });
const many = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));
const id = (name: string, of = county) => of.people.get(name)!.id;
let made = 0;
const person = (more: object) => ({
  username: `person-${(made += 1)}`,
  password: county.password,
  name: '新人',
  ...more,
});

describe('guessing passwords', () => {
  it('lets everybody in who has the right password, however many screens he opens at once', async () => {
    const body = { username: 'tech02', password: county.password };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => new JsonClient(system.url).post('/api/auth/login', body)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('lets no more guesses reach the password side by side than one after another', async () => {
    const answers = await many(40, () => login('doctor01', 'a-wrong-guess'));
    const counted = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([counted(401), counted(429)]).toEqual([FAILURES_PER_ACCOUNT, 40 - FAILURES_PER_ACCOUNT]);
    const traces = await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.rows<{ ip: string | null }>("SELECT ip FROM audit_event WHERE action = 'session.refused'"),
    );
    expect([traces.length, traces.every(({ ip }) => ip?.includes('127.0.0.1'))]).toEqual([FAILURES_PER_ACCOUNT, true]);
    const late = await login('doctor01', county.password);
    expect([late.status, late.body.code]).toEqual([429, 'login_throttled']);
    const wait = Number(late.headers.get('retry-after'));
    expect([wait > 800, wait <= 900]).toEqual([true, true]);
  });

  it('never counts tries that were right, nor those that were refused unseen', async () => {
    for (let i = 0; i < 15; i += 1) {
      const statuses = (await many(4, () => login('doctor02', county.password))).map((answer) => answer.status);
      expect(statuses).toEqual([200, 200, 200, 200]);
    }
    const rows = await system.db.relay(system.ctx(county.countyId), (tx) =>
      tx.rows<{ kind: string; points: number }>(
        "SELECT split_part(key, ':', 1) AS kind, points FROM login_failure ORDER BY key",
      ),
    );
    // What the test above has left: five failures of one account, from this address.
    expect(rows).toEqual([
      { kind: 'account', points: FAILURES_PER_ACCOUNT },
      { kind: 'address', points: FAILURES_PER_ACCOUNT },
    ]);
  });
});

describe('control characters', () => {
  it('are refused in a user name before anybody has signed in', async () => {
    const answer = await login('tech\u000001', county.password);
    expect([answer.status, answer.body.params?.field]).toEqual([400, 'username']);
  });

  it('are refused in the search for people and in its cursor', async () => {
    const search = await secadmin.get('/api/people?q=a%00b');
    expect([search.status, search.body.params?.field]).toEqual([400, 'q']);
    const cursor = Buffer.from(JSON.stringify(['a\u0000b'])).toString('base64url');
    const page = await secadmin.get(`/api/people?cursor=${cursor}`);
    expect([page.status, page.body.params?.field]).toEqual([400, 'cursor']);
    const { nextCursor } = (await secadmin.get('/api/people?limit=1')).body;
    expect((await secadmin.get(`/api/people?limit=1&cursor=${nextCursor}`)).status).toBe(200);
  });
});

describe('grants', () => {
  const mixed = () => [
    { role: 'technician', clinicId: county.clinics[0]!.id },
    { role: 'ordering_doctor', clinicId: county.clinics[1]!.id },
  ];
  const refused = { code: 'grant_invalid', params: { field: 'grants', fault: 'sites_mixed' } };

  it('that differ from site to site are refused, when made and when changed', async () => {
    const creating = await secadmin.post('/api/people', person({ grants: mixed() }));
    expect([creating.status, creating.body]).toMatchObject([400, refused]);
    const changing = await secadmin.patch(`/api/people/${id('tech02')}`, { grants: mixed() });
    expect([changing.status, changing.body]).toMatchObject([400, refused]);
  });

  it('of a trainee go with no post that hands in or signs, when made and when changed', async () => {
    const hospitalId = county.hospitals[0]!.id;
    const grants = ['trainee', 'reviewer'].map((role) => ({ role, hospitalId }));
    const wanted = { code: 'grant_invalid', params: { field: 'grants', fault: 'trainee_signs' } };
    const supervisorId = id('writer11');
    const creating = await secadmin.post('/api/people', person({ grants, supervisorId }));
    expect([creating.status, creating.body]).toMatchObject([400, wanted]);
    const changing = await secadmin.patch(`/api/people/${id('trainee11')}`, { grants, supervisorId });
    expect([changing.status, changing.body]).toMatchObject([400, wanted]);
  });

  it('that are stored so all the same count for the site of the first one', async () => {
    const ctx = system.ctx(county.countyId);
    await system.db.write(ctx, (tx) =>
      tx.change(
        `INSERT INTO person_grant (id, county_id, person_id, role, hospital_id, created_at)
         VALUES ($1, $2, $3, 'chief', $4, '2099-01-01')`,
        [newId(), county.countyId, id('tech01'), county.hospitals[0]!.id],
      ),
    );
    const tech = await signIn(system, county, 'tech01');
    const { permissions } = (await tech.get('/api/me')).body;
    expect([permissions.includes('exam.manage'), permissions.includes('report.sign')]).toEqual([true, false]);
    expect((await tech.get('/api/worklist')).status).toBe(403);
  });
});

describe('one’s own rights', () => {
  it('are changed by somebody else', async () => {
    const me = `/api/people/${id('secadmin')}`;
    for (const [field, value] of Object.entries({
      title: '主任医师',
      licenceNumber: '110990000000999',
      licenceValidUntil: '2031-01-01',
      grants: [{ role: 'chief', hospitalId: county.hospitals[0]!.id }],
    })) {
      const answer = await secadmin.patch(me, { [field]: value });
      expect([answer.status, answer.body]).toMatchObject([403, { code: 'own_rights', params: { field } }]);
    }
    expect((await secadmin.patch(me, { phone: '0000-1111' })).status).toBe(204);
  });
});

describe('one’s own password', () => {
  const PATH = '/api/me/password';
  const NEW = 'another-horse-43';
  const settle = (more: object) => ({ currentPassword: county.password, newPassword: NEW, ...more });
  const traces = (action: string, subjectId: string) =>
    system.db.read(system.ctx(county.countyId), (tx) =>
      tx.rows('SELECT id FROM audit_event WHERE action = $1 AND subject_id = $2', [action, subjectId]),
    );

  it('is changed by its owner, whose other sessions end', async () => {
    const [here, there] = [await signIn(system, county, 'writer12'), await signIn(system, county, 'writer12')];
    expect((await here.post(PATH, settle({}))).status).toBe(204);
    expect([(await here.get('/api/me')).status, (await there.get('/api/me')).status]).toEqual([200, 401]);
    expect((await login('writer12', county.password)).status).toBe(401);
    expect((await login('writer12', NEW)).status).toBe(200);
    expect(await traces('person.password', id('writer12'))).toHaveLength(1);
  });

  it('must be known, and the new one good', async () => {
    const chief = await signIn(system, county, 'chief1');
    const asked = async (more: object) => {
      const { status, body } = await chief.post(PATH, settle(more));
      return [status, body.code, body.params.field, body.message];
    };
    expect(await asked({ currentPassword: 'a-wrong-guess' })).toEqual([
      400,
      'current_password_wrong',
      'currentPassword',
      '当前密码不正确',
    ]);
    expect(await asked({ newPassword: 'short' })).toEqual([
      400,
      'invalid_input',
      'newPassword',
      expect.stringContaining('新密码'),
    ]);
    expect((await login('chief1', county.password)).status).toBe(200);
  });

  it('is not the user name, whoever sets it', async () => {
    const username = 'a-long-user-name';
    const made = await secadmin.post('/api/people', {
      username,
      password: county.password,
      name: '新人',
      grants: [{ role: 'technician', clinicId: county.clinics[0]!.id }],
    });
    const weak = (field: string) => ({ code: 'password_too_weak', params: { field } });
    const client = new JsonClient(system.url);
    await client.signIn(username, county.password);
    expect((await client.post(PATH, settle({ newPassword: username }))).body).toMatchObject(weak('newPassword'));
    const setting = await secadmin.patch(`/api/people/${made.body.personId}`, { password: username });
    expect([setting.status, setting.body]).toMatchObject([400, weak('password')]);
    expect((await login(username, county.password)).status).toBe(200);
  });

  it('is guessed at an open screen no oftener than at the sign-in, and with its anti-forgery token alone', async () => {
    const doctor = await signIn(system, county, 'reviewer12');
    const guesses = await many(FAILURES_PER_ACCOUNT + 3, () => doctor.post(PATH, settle({ currentPassword: 'guess' })));
    const counted = (status: number) => guesses.filter((answer) => answer.status === status).length;
    expect([counted(400), counted(429)]).toEqual([FAILURES_PER_ACCOUNT, 3]);
    expect((await login('reviewer12', county.password)).body.code).toBe('login_throttled');
    expect(await traces('person.password_refused', id('reviewer12'))).toHaveLength(FAILURES_PER_ACCOUNT);
    const forged = new JsonClient(system.url, { cookie: doctor.identity['cookie']! });
    expect((await forged.post(PATH, settle({}))).body.code).toBe('csrf_missing');
  });

  it('is nothing that a gateway has', async () => {
    expect((await gateway(system, county.clinics[0]!).post(PATH, settle({}))).status).toBe(403);
  });
});

describe('an open screen', () => {
  it('is no sign of life: only a request keeps an idle session', async () => {
    const client = await signIn(system, county, 'auditor');
    const token = client.identity['cookie']!.split('=')[1]!;
    const seen = () =>
      system.db.relay(system.ctx(county.countyId), async (tx) => {
        const row = await tx.row<{ seen_at: Date }>('SELECT seen_at FROM session WHERE token_hash = $1', [
          sha256(token),
        ]);
        return row!.seen_at.getTime();
      });
    const livesOn = async (purpose: 'look' | 'use') => {
      await system.db.relay(system.ctx(county.countyId), (tx) =>
        tx.change("UPDATE session SET seen_at = seen_at - interval '5 minutes' WHERE token_hash = $1", [sha256(token)]),
      );
      const before = await seen();
      expect(await system.get(Accounts).bySession(token, purpose)).toBeDefined();
      return (await seen()) > before;
    };
    expect([await livesOn('look'), await livesOn('use')]).toEqual([false, true]);
  });
});

describe('the supervisor', () => {
  const trainee = (supervisorId?: string) =>
    person({
      grants: [{ role: 'trainee', hospitalId: county.hospitals[0]!.id }],
      ...(supervisorId ? { supervisorId } : {}),
    });
  const make = (body: object) => secadmin.post('/api/people', body);

  it('must be named for a trainee', async () => {
    const answer = await make(trainee());
    const { status, body } = answer;
    expect([status, body.code, body.params.field, body.params.fault]).toEqual([
      400,
      'supervisor_invalid',
      'supervisorId',
      'missing',
    ]);
    const grants = [{ role: 'trainee', hospitalId: county.hospitals[0]!.id }];
    const changing = (more: object) => secadmin.patch(`/api/people/${id('writer12')}`, { grants, ...more });
    expect((await changing({})).body.params.fault).toBe('missing');
    expect((await changing({ supervisorId: id('writer12') })).body.params.fault).toBe('oneself');
    expect((await changing({ supervisorId: id('writer11') })).status).toBe(204);
    expect((await changing({})).status).toBe(204);
  });

  it('must be of this county', async () => {
    for (const stranger of [newId(), id('writer11', other)]) {
      const creating = await make(trainee(stranger));
      const changing = await secadmin.patch(`/api/people/${id('trainee11')}`, { supervisorId: stranger });
      for (const { status, body } of [creating, changing])
        expect([status, body.params]).toEqual([404, { field: 'supervisorId' }]);
    }
  });

  it.each([
    ['a technician', 'tech02', {}],
    ['a trainee', 'trainee21', {}],
    ['somebody whose licence has run out', 'writer21', { licenceValidUntil: '2020-01-01' }],
    ['somebody who has left', 'writer22', { active: false }],
  ])('is not %s', async (_, username, change) => {
    if (Object.keys(change).length > 0)
      expect((await secadmin.patch(`/api/people/${id(username)}`, change)).status).toBe(204);
    const answer = await make(trainee(id(username)));
    expect([answer.status, answer.body.code, answer.body.params.field]).toEqual([
      400,
      'supervisor_invalid',
      'supervisorId',
    ]);
  });

  it.each(['writer11', 'reviewer11', 'chief1'])('may be %s', async (username) => {
    expect((await make(trainee(id(username)))).status).toBe(201);
  });
});

describe('credentials of nobody', () => {
  it('are looked up only so often a second from one address', async () => {
    const strict = await startSystem({ role: 'api', beside: system, env: { REQUESTS_PER_SECOND: '5' } });
    try {
      const client = (header: object) => new JsonClient(strict.url, { ...header });
      const burst = (header: () => object) => many(60, () => client(header()).get('/api/me'));
      const session = () => ({ cookie: `cic_session=${newSecret()}` });
      for (const header of [session, () => ({ authorization: `Bearer ${newSecret()}` })]) {
        const begun = performance.now();
        const statuses = (await burst(header)).map((answer) => answer.status);
        const seconds = Math.ceil((performance.now() - begun) / 1_000) + 1;
        const lookedUp = statuses.filter((status) => status === 401).length;
        expect(lookedUp).toBeLessThanOrEqual(5 * seconds);
        expect(statuses.filter((status) => status === 429)).toHaveLength(60 - lookedUp);
      }
      // Beyond that not even a good one is looked up: it would cost the query that is to be saved.
      const good = client(secadmin.identity);
      await until('a good session is told to wait', async () => {
        await burst(session);
        return (await good.get('/api/me')).status === 429;
      });
      // Without any credential nothing is looked up.
      expect((await client({}).get('/api/me')).status).toBe(401);
    } finally {
      await strict.stop();
    }
  });
});
