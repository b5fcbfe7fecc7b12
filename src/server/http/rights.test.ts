import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Hono } from 'hono';
import { ServerWorld } from '../../../test/support/server-world.ts';
import { DAY_MS } from '../../foundation/core/duration.ts';
import { decideAccess, findRight } from '../access/decide-access.ts';
import { Oidc, type OidcSetting } from '../access/oidc.ts';
import { ROLES, type Role, type Scope } from '../access/principal.ts';
import { RIGHTS, type Right } from '../access/rights.data.ts';
import { createToken } from '../access/secret.ts';
import { addToken, listTokens, removeToken } from '../access/tokens.ts';
import { Engine } from '../engine/engine.ts';
import { type CallEngine, ENGINE_METHODS } from '../engine/engine-methods.ts';
import { ADDRESSES } from '../pages/address.ts';
import { PageReader } from '../pages/page-reader.ts';
import { Store } from '../store/store.ts';
import type { AppEnvironment } from './caller.ts';
import { createApp } from './create-app.ts';
import { Credentials, createFormToken } from './credentials.ts';
import { ROUTES } from './routes.ts';

const HOST = '127.0.0.1:1';
const NOW = Date.parse('2026-01-04T00:00:00Z');
/** Nobody asks it: only its addresses are looked up. */
const PROVIDER: OidcSetting = {
  issuer: new URL('https://login.example.org'),
  clientId: 'plimsoll',
  clientSecret: 'secret',
  groupsClaim: 'groups',
  roles: [],
};
const OWN: Scope = { tenant: 'default' };
const OTHER: Scope = { tenant: 'other' };
const PROJECT: Scope = { tenant: 'default', project: 'shop' };

function createPrincipal(id: string, scope: Scope, roles: readonly Role[]) {
  return { id, name: id, grants: roles.map((role) => ({ role, scope })) };
}

/** A path that the route matches, and that changes nothing. */
function toPath({ path }: Right): string {
  return path.replaceAll('{id}', '0').replaceAll(/\{[a-z]+\}/g, 'unknown');
}

test('allows a route exactly to its roles, in their own scope', () => {
  for (const right of RIGHTS) {
    for (const role of ROLES) {
      const decide = (scope: Scope) =>
        decideAccess(right, createPrincipal('x', scope, [role]), 'default').isAllowed;
      const hasRole = right.roles === 'anyone' || right.roles.includes(role);
      const title = `${right.method} ${right.path} ${role}`;
      assert.equal(decide(OWN), hasRole, title);
      assert.equal(decide(OTHER), right.roles === 'anyone', title);
      const isInProject = right.roles === 'anyone' || (hasRole && right.scope === 'project');
      assert.equal(decide(PROJECT), isInProject, title);
    }
    assert.equal(decideAccess(right, undefined, 'default').isAllowed, right.roles === 'anyone');
  }
});

test('never adds up roles of several scopes', () => {
  const right = { roles: ['triager'], scope: 'project' } as const;
  const grants = [
    { role: 'triager', scope: PROJECT },
    { role: 'viewer', scope: OWN },
    { role: 'triager', scope: OTHER },
  ] as const;
  const projects = new Set(['shop']);
  assert.deepEqual(decideAccess(right, { grants }, 'default'), { isAllowed: true, projects });
  const whole = decideAccess({ ...right, scope: 'tenant' }, { grants }, 'default');
  assert.deepEqual(whole, { isAllowed: false });
});

test('roles that only read, only add or only ask cannot do more', () => {
  const list = (role: Role) =>
    RIGHTS.filter(({ roles }) => roles !== 'anyone' && roles.includes(role));
  for (const role of ['viewer', 'developer', 'auditor'] as const) {
    const writes = list(role).filter(({ audit }) => audit === 'write');
    // A draft of a decision waits for an approver.
    const expected = role === 'developer' ? ['/api/v1/drafts', '/decide'] : [];
    const own = writes.filter(({ path }) => !path.startsWith('/api/v1/gate'));
    assert.deepEqual(
      own.map(({ path }) => path),
      expected,
      role,
    );
  }
  const decisions = list('operator').filter(
    ({ path, audit }) => path.includes('decision') && audit === 'write',
  );
  assert.deepEqual(decisions, []);
  const reads = list('uploader').filter(({ method }) => method === 'GET');
  assert.deepEqual(
    reads.map(({ path }) => path),
    ['/api/v1/openapi.json', '/api/v1/jobs/{id}', '/api/v1/jobs/{id}/events'],
  );
});

suite('every route of a server', () => {
  const resources = new AsyncDisposableStack();
  const world = resources.use(new ServerWorld());
  let app: Hono<AppEnvironment>;
  let credentials: Credentials;
  let store: Store;
  let engine: Engine;
  let createTestApp: () => Hono<AppEnvironment>;

  before(async () => {
    await world.importDatabase();
    const { folder, database } = world;
    const setting = { folder, database };
    engine = resources.use(await Engine.open(setting, new Date(NOW).toISOString()));
    const call = ((name: keyof typeof ENGINE_METHODS, argument: never) =>
      ENGINE_METHODS[name](engine, argument)) as CallEngine;
    store = resources.use(await Store.open(setting));
    const pages = resources.use(await PageReader.open(setting));
    const tenant = 'default';
    credentials = new Credentials({ token: createToken(), tenant, db: store.db, call });
    createTestApp = () =>
      createApp({
        call,
        readPage: async (question) => await pages.answerRequest(question),
        credentials,
        tenant,
        oidc: new Oidc(PROVIDER, tenant),
        names: { origins: new Map([[HOST, `http://${HOST}`]]) },
        storeId: 'store',
        getTime: () => NOW,
        onProblem: (error) => assert.fail(String(error)),
      });
    app = createTestApp();
  });
  after(async () => await resources.disposeAsync());

  async function send(right: Pick<Right, 'method' | 'path'>, headers: Record<string, string>) {
    const init = { method: right.method, headers: { host: HOST, ...headers } };
    return await app.request(`http://${HOST}${toPath(right as Right)}`, init);
  }

  function useSession(session: string): Record<string, string> {
    return {
      cookie: `plimsoll_session=${session}`,
      'sec-fetch-site': 'same-origin',
      'plimsoll-form-token': createFormToken(session),
    };
  }

  async function openSession(id: string, scope: Scope): Promise<string> {
    return await credentials.openSession(createPrincipal(id, scope, ROLES), NOW);
  }

  test('has a row in the table of rights, and each row has a route', () => {
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path !== '*' && path !== '/*')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`);
    const pages = Object.values(ADDRESSES).map(
      ({ path }) => `GET ${path.replaceAll(/:([a-z]+)/g, '{$1}')}`,
    );
    const rows = RIGHTS.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual([...new Set([...served, ...pages])].sort(), rows.toSorted());
    // Sign-in and sign-out, identity provider, tokens, description, assets, and forms of pages.
    assert.equal(new Set(served).size, ROUTES.length + 15);
  });

  test('is only reached by the right people of the own tenant', async () => {
    const all = useSession(await openSession('all', OWN));
    const other = useSession(await openSession('other', OTHER));
    const project = useSession(await openSession('project', PROJECT));
    const nobody = useSession(createToken());
    const guarded = RIGHTS.filter(({ roles }) => roles !== 'anyone');
    // Signing out ends the sessions, so it comes last.
    const [ending, others] = [true, false].map((isEnding) =>
      guarded.filter(({ path }) => (path === '/sign-out') === isEnding),
    );
    for (const right of [...(others ?? []), ...(ending ?? [])]) {
      const title = `${right.method} ${right.path}`;
      const isRefused = async (headers: Record<string, string>) => {
        const { status } = await send(right, headers);
        return status === 401 || status === 403 ? status : false;
      };
      assert.equal(await isRefused({}), 401, title);
      assert.equal(await isRefused(nobody), 401, title);
      assert.equal(await isRefused({ authorization: `Bearer ${createToken()}` }), 401, title);
      assert.equal(await isRefused(other), 403, title);
      assert.equal(await isRefused(all), false, title);
      assert.equal(await isRefused(project), right.scope === 'project' ? false : 403, title);
    }
  });

  test('is not reached without a row', async () => {
    const careless = createTestApp();
    careless.get('/forgotten', (context) => context.text('secret'));
    careless.post('/api/v1/forgotten', (context) => context.text('secret'));
    const all = useSession(await openSession('all', OWN));
    for (const [method, path] of [
      ['GET', '/forgotten'],
      ['POST', '/api/v1/forgotten'],
    ] as const) {
      assert.equal(findRight(method, path), undefined);
      const init = { method, headers: { host: HOST, ...all } };
      const response = await careless.request(`http://${HOST}${path}`, init);
      assert.equal(response.status, 404);
      assert.doesNotMatch(await response.text(), /secret/);
    }
  });

  test('a write with a session needs its form token and a page of this server', async () => {
    const session = await openSession('ada', OWN);
    const right = { method: 'POST', path: '/api/v1/held-updates/{digest}/accept' } as const;
    const safe = useSession(session);
    const { 'sec-fetch-site': _, ...old } = safe;
    const other = createFormToken(await openSession('eve', OWN));
    for (const [headers, isAllowed] of [
      [safe, true],
      [{ ...old, origin: `http://${HOST}` }, true],
      [old, false],
      [{ ...safe, 'sec-fetch-site': 'cross-site' }, false],
      [{ ...safe, 'sec-fetch-site': 'same-site' }, false],
      [{ ...safe, 'sec-fetch-site': 'none' }, false],
      [{ ...safe, 'plimsoll-form-token': '' }, false],
      [{ ...safe, 'plimsoll-form-token': other }, false],
      [{ ...safe, 'plimsoll-form-token': session }, false],
    ] as const) {
      const { status } = await send(right, headers);
      assert.equal(status === 403, !isAllowed, JSON.stringify(headers));
    }
    const body = `form-token=${createFormToken(session)}`;
    const { 'plimsoll-form-token': __, ...form } = safe;
    const headers = {
      ...form,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    };
    assert.notEqual((await send(right, headers)).status, 200);
    const init = { method: 'POST', headers: { host: HOST, ...headers }, body };
    const response = await app.request(`http://${HOST}${toPath(right as Right)}`, init);
    assert.notEqual(response.status, 403);
  });

  test('a token works until it expires or is removed, and only its digest is stored', async () => {
    const scope = PROJECT;
    const secret = await addToken(store, { name: 'ci', role: 'viewer', scope, days: 1 }, NOW);
    assert.match(secret, /^plimsoll_[\w-]{43}$/);
    assert.ok(
      !JSON.stringify(await store.db.selectFrom('token').selectAll().execute()).includes(secret),
    );
    const identify = async (now: number) => await credentials.identify({ token: secret }, now);
    assert.equal((await identify(NOW))?.principal.id, 'token:ci');
    assert.equal((await listTokens(store.db))[0]?.used, '2026-01-04T00:00:00.000Z');
    assert.equal(await identify(NOW + DAY_MS), undefined);
    const again = { name: 'ci', role: 'viewer', scope, days: 1 } as const;
    await assert.rejects(addToken(store, again, NOW), { code: 'E_USAGE' });
    for (const days of [0, 1.5, 367, Number.NaN]) {
      await assert.rejects(addToken(store, { ...again, name: 'x', days }, NOW), {
        code: 'E_USAGE',
      });
    }
    await removeToken(store, 'ci', NOW);
    assert.equal(await identify(NOW), undefined);
    await assert.rejects(removeToken(store, 'ci', NOW), { code: 'E_USAGE' });
    assert.notEqual(await addToken(store, again, NOW), secret);
  });

  test('a session ends after 12 hours, or everywhere at once', async () => {
    const sessions = [await openSession('bob', OWN), await openSession('bob', OWN)];
    const identify = async (now: number) =>
      (await Promise.all(sessions.map((session) => credentials.identify({ session }, now)))).map(
        (sender) => sender?.principal.id,
      );
    assert.deepEqual(await identify(NOW), ['bob', 'bob']);
    assert.deepEqual(await identify(NOW + DAY_MS / 2), [undefined, undefined]);
    assert.equal(await engine.access.endSessions('bob'), 2);
    assert.deepEqual(await identify(NOW), [undefined, undefined]);
  });

  test('the audit log has every write, also refused ones, and reveals changed entries', async () => {
    const all = useSession(await openSession('carol', OWN));
    const right = { method: 'DELETE', path: '/api/v1/jobs/{id}' } as const;
    await send(right, all);
    await send(right, { ...all, 'plimsoll-form-token': '' });
    const entries = await engine.access.listAudit(0, 10_000);
    const own = entries.filter(({ actor }) => actor === 'carol');
    assert.deepEqual(
      own.map(({ action, target, outcome }) => [action, target, outcome]),
      ['requested', 'status 404', 'E_FORBIDDEN'].map((outcome) => [
        'DELETE /api/v1/jobs/{id}',
        '/api/v1/jobs/0',
        outcome,
      ]),
    );
    const intact = await engine.access.verifyAudit();
    assert.deepEqual(intact.differences, []);
    assert.equal(intact.entries, entries.length);
    const { hash, ...first } = await store.db
      .selectFrom('audit')
      .selectAll()
      .where('id', '=', 2)
      .executeTakeFirstOrThrow();
    await store.db.updateTable('audit').set({ actor: 'eve' }).where('id', '=', 2).execute();
    assert.deepEqual((await engine.access.verifyAudit()).differences, [
      'entry 2 of the audit log was changed',
    ]);
    await store.db.deleteFrom('audit').where('id', '=', 2).execute();
    assert.deepEqual((await engine.access.verifyAudit()).differences, [
      'entry 2 of the audit log is missing',
    ]);
    await store.db
      .insertInto('audit')
      .values({ ...first, hash })
      .execute();
    assert.deepEqual(await engine.access.verifyAudit(), intact);
    await store.db.deleteFrom('audit').where('id', '=', intact.entries).execute();
    assert.notEqual((await engine.access.verifyAudit()).head, intact.head);
  });
});
