import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { CLIENT, IdentityProvider } from '../../../test/support/identity-provider.ts';
import { ServerApp } from '../../../test/support/server-app.ts';
import { createClaimName, listClaimGroups } from '../access/claims.ts';

const NOW = Date.now();
const CALLBACK = 'http://127.0.0.1:1/oidc/callback';

suite('people sign in by OpenID Connect', () => {
  const resources = new AsyncDisposableStack();
  let provider: IdentityProvider;
  let server: ServerApp;

  before(async () => {
    provider = resources.use(await IdentityProvider.start(CALLBACK));
    const oidc = {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      groupsClaim: 'groups',
      roles: [
        { group: 'security', role: 'triager' },
        { group: 'shop', role: 'viewer', project: 'shop' },
      ],
    } as const;
    server = resources.use(await ServerApp.start(NOW, { oidc }));
  });
  after(async () => await resources.disposeAsync());

  const anonymous = { authorization: '' };

  async function begin() {
    const response = await server.send('/oidc/begin', {}, anonymous);
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
    return { location: response.headers.get('location') ?? '', cookie, response };
  }

  async function complete(url: URL, cookie: string) {
    const { pathname, search } = url;
    return await server.send(`${pathname}${search}`, {}, { ...anonymous, cookie });
  }

  function getSession(response: Response): string | undefined {
    const lines = response.headers.getSetCookie();
    return lines.find((line) => line.startsWith('plimsoll_session='))?.split(';')[0];
  }

  test('with the roles of their groups, and a new session each time', async () => {
    provider.claims = { email: 'Ada@example.org', email_verified: true, groups: ['security', 'x'] };
    const sessions = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const { location, cookie, response } = await begin();
      const { searchParams } = new URL(location);
      assert.equal(response.status, 303);
      assert.equal(searchParams.get('code_challenge_method'), 'S256');
      assert.equal(searchParams.get('redirect_uri'), CALLBACK);
      assert.match(response.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax$/);
      const done = await complete(await provider.visit(location), cookie);
      assert.equal(done.status, 303, await done.clone().text());
      sessions.add(getSession(done) ?? '');
    }
    assert.equal(sessions.size, 2);
    const [session = ''] = sessions;
    const own = { ...anonymous, cookie: session };
    assert.equal((await server.send('/', {}, own)).status, 200);
    assert.equal((await server.send('/api/v1/audit-log', {}, own)).status, 403);
    const [person] = await server.engine.access.listPrincipals(NOW);
    const { host } = provider.issuer;
    assert.deepEqual(person, {
      id: `person:ada@example.org@${host}`,
      name: 'ada@example.org',
      grants: [{ role: 'triager', scope: { tenant: 'default' } }],
    });
    const log = await server.engine.access.listAudit(0, 2);
    assert.deepEqual(
      log.map(({ actor, outcome, target }) => [actor, outcome, target]),
      [
        [person.id, 'signed in', ''],
        [person.id, 'signed in', ''],
      ],
    );
  });

  test('but only under their own name', async () => {
    provider.claims = { email: 'eve@example.org', email_verified: true, groups: ['security'] };
    const { location, cookie } = await begin();
    const own = {
      ...anonymous,
      cookie: getSession(await complete(await provider.visit(location), cookie)) ?? '',
    };
    const decision = {
      author: 'ada@example.org',
      vulnerability: 'CVE-2020-0001',
      package: 'pkg:apk/alpine/musl',
      status: 'under_investigation',
    };
    const { createFormToken } = await import('./credentials.ts');
    const token = createFormToken(own.cookie.split('=')[1] ?? '');
    const headers = { ...own, 'sec-fetch-site': 'same-origin', 'plimsoll-form-token': token };
    const send = async (author: string) => {
      const init = { method: 'POST', body: JSON.stringify({ ...decision, author }) };
      return (await server.send('/api/v1/decisions', init, headers)).status;
    };
    assert.deepEqual([await send('ada@example.org'), await send('eve@example.org')], [403, 201]);
  });

  test('and not without a role', async () => {
    for (const groups of [
      undefined,
      [],
      ['Security'],
      { security: true },
      'securit',
      [['security']],
    ]) {
      provider.claims = { groups };
      const { location, cookie } = await begin();
      const refused = await complete(await provider.visit(location), cookie);
      assert.equal(refused.status, 403);
      assert.equal(getSession(refused), undefined);
      assert.match(await refused.text(), /no group of .* has a role on this server/);
    }
    assert.equal((await server.engine.access.listAudit(0, 100)).at(-1)?.outcome, 'E_UNAUTHORIZED');
  });

  test('and not with the answer to another sign-in', async () => {
    provider.claims = { groups: ['security'] };
    const [first, second] = [await begin(), await begin()];
    const answer = await provider.visit(first.location);
    const isRefused = async (url: URL, cookie: string) => {
      const response = await complete(url, cookie);
      return response.status === 403 && getSession(response) === undefined;
    };
    // The link of an attacker in the browser of somebody else, with and without a flow of its own.
    assert.ok(await isRefused(answer, ''));
    assert.ok(await isRefused(answer, second.cookie));
    const [name = '', value = ''] = first.cookie.split('=');
    const flow = JSON.parse(decodeURIComponent(value)) as Record<string, string>;
    for (const member of ['state', 'nonce', 'verifier']) {
      const changed = JSON.stringify({ ...flow, [member]: 'x'.repeat(43) });
      const url = await provider.visit((await begin()).location);
      url.searchParams.set('state', flow['state'] ?? '');
      assert.ok(await isRefused(url, `${name}=${encodeURIComponent(changed)}`), member);
    }
    for (const cookie of [`${name}=x`, `${name}={}`, `${name}=null`]) {
      assert.ok(await isRefused(answer, cookie));
    }
    assert.equal((await complete(answer, first.cookie)).status, 303);
    assert.ok(await isRefused(answer, first.cookie), 'a code works once');
    assert.deepEqual(server.problems, []);
  });
});

test('names of people are unique and safe, whatever they choose', () => {
  const hashed = /^subject:[0-9a-f]{64}$/;
  for (const [claims, name] of [
    [{ email: 'a@b.c', email_verified: true, sub: '1' }, 'a@b.c'],
    [{ email: 'a@b.c', email_verified: 'true', sub: '1' }, 'subject:1'],
    [{ email: 'a@b.c', sub: '1', name: 'local', preferred_username: 'ada@b.c' }, 'subject:1'],
    [{ email: 'local', email_verified: true, sub: 'local' }, 'subject:local'],
    [{ email: 'a@b\n.c', email_verified: true, sub: 'ada@b.c' }, hashed],
    [{ email: '\u0430@b.c', email_verified: true, sub: '<b>\u202e' }, hashed],
    [{ sub: 7 }, hashed],
    [{}, hashed],
  ] as const) {
    assert.match(
      createClaimName(claims),
      typeof name === 'string' ? new RegExp(`^${name}$`) : name,
    );
  }
  assert.deepEqual([...listClaimGroups(['a', 1, null, ['b']])], ['a']);
  assert.equal(
    listClaimGroups(Array.from({ length: 9_999 }, (_, index) => `${index}`)).size,
    2_000,
  );
});
