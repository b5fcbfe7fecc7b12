import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { openAlertWorld } from '../../../../test/support/alert-world.ts';
import { HOSTILE_TEXTS } from '../../../../test/support/hostile-text.data.ts';
import { startReceivingServer } from '../../../../test/support/receiving-server.ts';
import { STORE_ENGINES } from '../../../../test/support/store-engines.ts';
import { listDeliveries, listSubscriptions } from '../subscriptions.ts';
import { writeEvent } from '../write-event.ts';
import { slack } from './slack.ts';

/** Slack's reference of incoming webhooks, and of header and section blocks, with their limits. */
const MESSAGE = z.strictObject({
  text: z.string().min(1).max(40_000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('header'),
          text: z.strictObject({
            type: z.literal('plain_text'),
            text: z.string().min(1).max(150),
            emoji: z.boolean(),
          }),
        }),
        z.strictObject({
          type: z.literal('section'),
          text: z.strictObject({
            type: z.literal('mrkdwn'),
            text: z.string().min(1).max(3_000),
            verbatim: z.boolean(),
          }),
        }),
      ]),
    )
    .max(50)
    .optional(),
});

for (const engine of STORE_ENGINES) {
  suite(`Slack on ${engine.name}`, { skip: engine.skip }, () => {
    test('sends a message that Slack accepts, and its address is never shown', async (t) => {
      const { received, url } = await startReceivingServer(t, ({ path }) => {
        return { status: 403, body: `invalid_token in https://hooks.slack.com${path}` };
      });
      const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
      const path = '/services/T0000/B0000/secretsecretsecret';
      await world.subscribe('chat', { channel: 'slack', url: `${url}${path}` });
      await world.update([{ id: 'CVE-2026-1001', severity: 'critical' }]);
      await world.deliverer.deliverDue();
      const { text, blocks = [] } = MESSAGE.parse(received[0]?.body);
      assert.equal(text, '[critical] advisories about CVE-2026-1001 changed');
      const lines = blocks.flatMap((block) => (block.type === 'section' ? block.text.text : []));
      assert.deepEqual(lines, [
        '<https://plimsoll.example.org/changes/1?effect=opened|opened 6 findings in 6 images>',
      ]);
      const shown = JSON.stringify([
        await listSubscriptions(world.store.db),
        await listDeliveries(world.store.db, 'chat'),
      ]);
      assert.match(
        shown,
        /invalid_token in https:\/\/hooks\.slack\.com\/\[hidden\]\/T0000\/B0000\/\[hidden\]/,
      );
      assert.doesNotMatch(shown, /secretsecret/);
      assert.equal((await listSubscriptions(world.store.db))[0]?.url, `${url}/…`);
    });
  });
}

test('a text can neither mention people nor be a link', async (t) => {
  const { received, url } = await startReceivingServer(t, () => ({ status: 200 }));
  const world = await openAlertWorld(
    t,
    { name: 'SQLite', skip: false, create: async () => ({}) },
    { images: 1, projects: 1 },
  );
  const texts = [...HOSTILE_TEXTS.map(([, text]) => text), '<!channel> <@U1> <https://x|y> *b*'];
  for (const summary of texts) {
    const head = { id: 'msg_1', source: 'https://x', kind: 'change.data', at: 0, subject: summary };
    const body = writeEvent(head, { summary, effects: [] });
    const more = { network: { allowedHosts: new Set(['127.0.0.1']) }, scope: {} };
    const context = { now: 0, store: world.store, subscription: 1, ...more };
    const sent = await slack.send({ url, secrets: [] }, { id: 'msg_1', body }, context);
    assert.equal(sent.status, 200);
    const { text } = MESSAGE.parse(received.at(-1)?.body);
    assert.doesNotMatch(text, /[<>]/);
  }
});
