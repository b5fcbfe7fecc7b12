import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { z } from 'zod';
import { openAlertWorld } from '../../../../test/support/alert-world.ts';
import { requirePublished } from '../../../../test/support/published-schemas.ts';
import { startReceivingServer } from '../../../../test/support/receiving-server.ts';
import { STORE_ENGINES } from '../../../../test/support/store-engines.ts';
import { listDeliveries } from '../subscriptions.ts';

/** The bodies of Jira's REST API 2: "Create issue", "Add comment", "Transition issue". */
const CREATE = z.strictObject({
  fields: z.strictObject({
    project: z.strictObject({ key: z.literal('SEC') }),
    issuetype: z.strictObject({ name: z.string() }),
    summary: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\r\n]*$/),
    description: z.string().max(32_767),
    labels: z.array(z.string().regex(/^\S{1,255}$/)),
  }),
});
const COMMENT = z.strictObject({ body: z.string().min(1).max(32_767) });
const TRANSITION = z.strictObject({ transition: z.strictObject({ id: z.string() }) });

interface Issue {
  readonly key: string;
  readonly labels: readonly string[];
  readonly description: string;
  state: 'done' | 'new';
  readonly comments: string[];
}

/** Answers as a project of Jira, in the cloud or in a data center with another path of searches. */
async function startTracker(t: TestContext, { isCloud }: { readonly isCloud: boolean }) {
  const issues: Issue[] = [];
  const login = isCloud ? `Basic ${btoa('me@example.org:secrettoken')}` : 'Bearer secrettoken';
  const server = await startReceivingServer(t, ({ method, path, headers, body }) => {
    if (headers.authorization !== login) {
      return { status: 401, body: 'Unauthorized' };
    }
    const { pathname, searchParams } = new URL(path, 'http://jira');
    if (pathname === `/rest/api/2/search${isCloud ? '/jql' : ''}`) {
      const jql = searchParams.get('jql') ?? '';
      const [, label = ''] = /^project = "SEC" AND labels = "(\S+)"$/.exec(jql) ?? [];
      return {
        status: 200,
        body: { issues: issues.filter(({ labels }) => labels.includes(label)) },
      };
    }
    if (method === 'POST' && pathname === '/rest/api/2/issue') {
      requirePublished('jira createIssue', body);
      const { labels, description } = CREATE.parse(body).fields;
      const key = `SEC-${issues.length + 1}`;
      issues.push({ key, labels, description, state: 'new', comments: [] });
      return { status: 201, body: { id: '10000', key, self: `http://jira/${key}` } };
    }
    const [, key, action] = /^\/rest\/api\/2\/issue\/([^/]+)\/(\w+)$/.exec(pathname) ?? [];
    const issue = issues.find((one) => one.key === key);
    if (issue === undefined) {
      return { status: 404, body: { errorMessages: ['Issue does not exist'] } };
    }
    if (action === 'comment') {
      requirePublished('jira addComment', body);
      issue.comments.push(COMMENT.parse(body).body);
      return { status: 201, body: { id: '1' } };
    }
    if (method === 'GET') {
      const toCategory = (id: string, category: string) => {
        return { id, name: id, to: { statusCategory: { key: category } } };
      };
      return {
        status: 200,
        body: { transitions: [toCategory('11', 'new'), toCategory('31', 'done')] },
      };
    }
    requirePublished('jira doTransition', body);
    issue.state = TRANSITION.parse(body).transition.id === '31' ? 'done' : 'new';
    return { status: 204 };
  });
  return { ...server, issues };
}

for (const engine of STORE_ENGINES) {
  for (const isCloud of [true, false]) {
    suite(`issues of Jira on ${engine.name}, cloud: ${isCloud}`, { skip: engine.skip }, () => {
      test('one issue per vulnerability is opened once, updated, closed, opened again', async (t) => {
        const { issues, url } = await startTracker(t, { isCloud });
        const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
        const secret = isCloud ? 'me@example.org:secrettoken' : 'secrettoken';
        await world.subscribe('jira', { channel: 'jira', url: `${url}/browse/SEC`, secret });
        const apply = async (...advisories: Parameters<typeof world.update>[0]) => {
          await world.update(advisories);
          await world.deliverer.deliverDue();
          return issues.map(({ state, comments }) => [state, comments.length]);
        };
        const advisory = { id: 'CVE-2026-1001', severity: 'low' } as const;
        assert.deepEqual(await apply(advisory), [['new', 0]]);
        assert.match(
          issues[0]?.description ?? '',
          /^\{noformat\}\n[^{}]*opened 6 findings in 6 images[^{}]*\n\{noformat\}$/,
        );
        assert.deepEqual(await apply({ ...advisory, severity: 'critical' }), [['new', 1]]);
        assert.deepEqual(await apply(), [['done', 2]]);
        assert.deepEqual(await apply(advisory), [['new', 3]]);
        await world.store.db.deleteFrom('ticket').execute();
        assert.deepEqual(await apply({ ...advisory, severity: 'critical' }), [['new', 4]]);
        const shown = JSON.stringify(await listDeliveries(world.store.db, 'jira'));
        assert.doesNotMatch(shown, /secrettoken/);
      });
    });
  }
}
