import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { openAlertWorld } from '../../../../test/support/alert-world.ts';
import { requirePublished } from '../../../../test/support/published-schemas.ts';
import { startReceivingServer } from '../../../../test/support/receiving-server.ts';
import { STORE_ENGINES } from '../../../../test/support/store-engines.ts';
import { listSubscriptions } from '../subscriptions.ts';

const OPEN_URL = z.strictObject({
  type: z.literal('Action.OpenUrl'),
  title: z.string().optional(),
  url: z.url(),
});
/** Microsoft's reference of webhooks of workflows, and the schema of adaptive cards 1.4. */
const MESSAGE = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: z.strictObject({
        $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
        type: z.literal('AdaptiveCard'),
        version: z.literal('1.4'),
        body: z.array(
          z.strictObject({
            type: z.literal('RichTextBlock'),
            inlines: z.array(
              z.strictObject({
                type: z.literal('TextRun'),
                text: z.string(),
                weight: z.enum(['Default', 'Bolder']),
                selectAction: OPEN_URL.optional(),
              }),
            ),
          }),
        ),
        actions: z.array(OPEN_URL),
      }),
    }),
  ]),
});

/** Returns the card of a message, which matches the schema that Microsoft publishes. */
function readCard(body: unknown) {
  const [{ content }] = MESSAGE.parse(body).attachments;
  requirePublished('card 1.4', content);
  return content;
}

for (const engine of STORE_ENGINES) {
  suite(`Teams on ${engine.name}`, { skip: engine.skip }, () => {
    test('sends a card that Teams accepts', async (t) => {
      const { received, url } = await startReceivingServer(t, () => ({ status: 202 }));
      const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
      const filter = { project: 'p1' };
      await world.subscribe('chat', { channel: 'teams', url: `${url}/workflows/1?sig=x`, filter });
      await world.update([{ id: 'CVE-2026-1001', severity: 'low' }]);
      await world.deliverer.deliverDue();
      const content = readCard(received[0]?.body);
      assert.deepEqual(
        content.body.flatMap(({ inlines }) => inlines.map(({ text }) => text)),
        ['[low] advisories about CVE-2026-1001 changed', 'opened 3 findings in 3 images'],
      );
      const page = 'https://plimsoll.example.org/changes/1?effect=opened&project=p1';
      assert.equal(content.body[1]?.inlines[0]?.selectAction?.url, page);
      assert.equal(content.actions[0]?.url, page);
      assert.equal((await listSubscriptions(world.store.db))[0]?.url, `${url}/…`);
    });

    test('a template replaces the text, and its fields are only filled once', async (t) => {
      const { received, url } = await startReceivingServer(t, () => ({ status: 202 }));
      const world = await openAlertWorld(t, engine, { images: 2, projects: 1 });
      const template = '{{ subject }} is {{severity}}: {{details}} {{link}}';
      const options = { template };
      await world.subscribe('chat', { channel: 'teams', url, options });
      await world.update([{ id: 'CVE-2026-1001', severity: 'low' }]);
      await world.deliverer.deliverDue();
      const content = readCard(received[0]?.body);
      assert.equal(
        content.body[1]?.inlines[0]?.text,
        'CVE-2026-1001 is low: opened 2 findings in 2 images https://plimsoll.example.org/changes/1?effect=opened',
      );
      await assert.rejects(
        world.subscribe('other', { channel: 'teams', url, options: { template: '{{#each x}}' } }),
        { code: 'E_USAGE', message: 'the template has the unknown field "#each x"' },
      );
    });
  });
}
