import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { z } from 'zod';
import { openAlertWorld } from '../../../../test/support/alert-world.ts';
import { requirePublished } from '../../../../test/support/published-schemas.ts';
import { startReceivingServer } from '../../../../test/support/receiving-server.ts';
import { STORE_ENGINES } from '../../../../test/support/store-engines.ts';
import { listDeliveries, listSubscriptions } from '../subscriptions.ts';

/** The bodies of GitHub's REST API: "issues/create", "issues/update", "issues/create-comment". */
const CREATE = z.strictObject({
  title: z.string().min(1).max(256),
  body: z.string().max(65_536),
  labels: z.array(z.string()),
});
const UPDATE = z.strictObject({
  state: z.enum(['open', 'closed']),
  state_reason: z.enum(['completed', 'not_planned', 'reopened']).nullable(),
});
const COMMENT = z.strictObject({ body: z.string().min(1).max(65_536) });

const TOKEN = 'ghp_secretsecretsecret';
const BASE = '/api/v3/repos/acme/shop/issues';

interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  state: string;
  readonly comments: string[];
}

/** Answers as a repository of GitHub, and keeps its issues. */
async function startTracker(t: TestContext) {
  const issues: Issue[] = [];
  const server = await startReceivingServer(t, ({ method, path, headers, body }) => {
    if (headers.authorization !== `Bearer ${TOKEN}`) {
      return { status: 401, body: { message: 'Bad credentials' } };
    }
    const [, number, more] = /^\/(\d+)(\/comments)?$/.exec(path.slice(BASE.length)) ?? [];
    const issue = issues.find((one) => `${one.number}` === number);
    if (method === 'GET' && path.startsWith(`${BASE}?labels=plimsoll&state=all`)) {
      return { status: 200, body: issues };
    }
    if (method === 'POST' && path === BASE) {
      requirePublished('github issues/create', body);
      const { title, body: text } = CREATE.parse(body);
      const created = { number: issues.length + 1, title, body: text, state: 'open', comments: [] };
      issues.push(created);
      return { status: 201, body: created };
    }
    if (issue === undefined) {
      return { status: 404, body: { message: 'Not Found' } };
    }
    if (more === undefined) {
      requirePublished('github issues/update', body);
      issue.state = UPDATE.parse(body).state;
      return { status: 200, body: issue };
    }
    requirePublished('github issues/create-comment', body);
    issue.comments.push(COMMENT.parse(body).body);
    return { status: 201, body: {} };
  });
  return { ...server, issues };
}

for (const engine of STORE_ENGINES) {
  suite(`issues of GitHub on ${engine.name}`, { skip: engine.skip }, () => {
    test('an issue by reachability is closed when no image can load the package any more', async (t) => {
      const { issues, url } = await startTracker(t);
      const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
      await world.writeReach((id) => (id < 2 ? ['package-1'] : ['package-0', 'package-1']));
      const more = { url: `${url}/acme/shop`, secret: TOKEN, filter: { reachable: true } };
      await world.subscribe('repo', { channel: 'github', ...more });
      const shared = { id: 'CVE-2026-1001', severity: 'low' } as const;
      const rest = { id: 'CVE-2026-1002', severity: 'low', package: 'package-1' } as const;
      const apply = async (...[advisories, exploited]: Parameters<typeof world.update>) => {
        await world.update(advisories, exploited);
        await world.deliverer.deliverDue();
        return issues.map(({ title, state, comments }) => [
          title.slice(-21),
          state,
          comments.length,
        ]);
      };
      const title = 'CVE-2026-1001 changed';
      assert.deepEqual(await apply([shared, rest]), [[title, 'open', 0]]);
      assert.match(
        issues[0]?.body ?? '',
        /\[opened 2 findings in 2 images\]\([^)]*&reach=reachable\)/,
      );
      assert.deepEqual(await apply([rest]), [[title, 'closed', 1]]);
      // A severity that rose is reported, but the issue does not stay open.
      const severe = { ...rest, severity: 'critical' } as const;
      const other = 'CVE-2026-1002 changed';
      assert.deepEqual((await apply([severe])).slice(1), [[other, 'closed', 0]]);
      assert.deepEqual((await apply([severe], [rest.id])).slice(1), [[other, 'open', 1]]);
      assert.deepEqual((await apply([], [rest.id])).slice(1), [[other, 'closed', 2]]);
    });

    test('one issue per vulnerability is opened once, updated, closed and opened again', async (t) => {
      const { issues, url } = await startTracker(t);
      const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
      const more = { url: `${url}/acme/shop`, secret: TOKEN, filter: { project: 'p1' } };
      await world.subscribe('repo', { channel: 'github', ...more });
      const advisory = { id: 'CVE-2026-1001', severity: 'low' } as const;
      const apply = async (...advisories: Parameters<typeof world.update>[0]) => {
        await world.update(advisories);
        await world.deliverer.deliverDue();
        return issues.map(({ title, state, comments }) => [title, state, comments.length]);
      };
      const title = '[low] advisories about CVE-2026-1001 changed';
      assert.deepEqual(await apply(advisory), [[title, 'open', 0]]);
      assert.match(
        issues[0]?.body ?? '',
        /- \[opened 3 findings in 3 images\]\(https:\/\/plimsoll\.example\.org\/changes\/1\?effect=opened&project=p1\)/,
      );
      assert.deepEqual(await apply({ ...advisory, severity: 'critical' }), [[title, 'open', 1]]);
      assert.deepEqual(await apply(), [[title, 'closed', 2]]);
      assert.match(issues[0]?.comments.at(-1) ?? '', /^Good news: /);
      assert.deepEqual(await apply(advisory), [[title, 'open', 3]]);
      const shown = JSON.stringify([
        await listSubscriptions(world.store.db),
        await listDeliveries(world.store.db, 'repo'),
      ]);
      assert.doesNotMatch(shown, /secretsecret/);
    });

    test('an issue is found again if the process ended before it was stored', async (t) => {
      const { issues, url } = await startTracker(t);
      const world = await openAlertWorld(t, engine, { images: 2, projects: 1 });
      const more = { url: `${url}/acme/shop`, secret: TOKEN };
      await world.subscribe('repo', { channel: 'github', ...more });
      await world.update([{ id: 'CVE-2026-1001', severity: 'low' }]);
      await world.deliverer.deliverDue();
      await world.store.db.deleteFrom('ticket').execute();
      await world.update([{ id: 'CVE-2026-1001', severity: 'critical' }]);
      await world.deliverer.deliverDue();
      assert.deepEqual(
        issues.map(({ comments }) => comments.length),
        [1],
      );
    });

    test('a test opens an issue and closes it', async (t) => {
      const { issues, url } = await startTracker(t);
      const world = await openAlertWorld(t, engine, { images: 1, projects: 1 });
      const more = { url: `${url}/acme/shop`, secret: TOKEN };
      await world.subscribe('repo', { channel: 'github', ...more });
      assert.equal((await world.deliverer.test('repo')).status, 200);
      assert.deepEqual(
        issues.map(({ state }) => state),
        ['closed'],
      );
      await world.subscribe('wrong', { channel: 'github', ...more, secret: 'another-token' });
      const refused = await world.deliverer.test('wrong');
      assert.deepEqual([refused.status, refused.head], [401, '{"message":"Bad credentials"}']);
      const other = await startReceivingServer(t, () => ({ status: 200, body: 'ok' }));
      await world.subscribe('other', { channel: 'github', ...more, url: `${other.url}/a/b` });
      const { status, error } = await world.deliverer.test('other');
      assert.deepEqual([status, error], [0, 'the answer is not that of the tracker']);
      assert.equal(other.received.length, 1, 'nothing is created there');
      const noToken = { channel: 'github', url: `${url}/acme/shop` };
      await assert.rejects(world.subscribe('none', noToken), { code: 'E_USAGE' });
      const digest = { channel: 'github', ...more, options: { digest: true } };
      await assert.rejects(world.subscribe('digest', digest), { code: 'E_USAGE' });
    });
  });
}
