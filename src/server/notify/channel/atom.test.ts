import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SaxesParser } from 'saxes';
import { openAlertWorld } from '../../../../test/support/alert-world.ts';
import { STORE_ENGINES } from '../../../../test/support/store-engines.ts';
import { writeFeed } from '../write-feed.ts';

function parseTexts(xml: string, name: string): readonly string[] {
  const texts: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  let open = '';
  parser.on('error', (error) => assert.fail(error));
  parser.on('opentag', (tag) => {
    open = tag.uri === 'http://www.w3.org/2005/Atom' ? tag.local : '';
    if (open === name) {
      texts.push('');
    }
  });
  parser.on('text', (text) => {
    if (open === name) {
      texts.push(`${texts.pop() ?? ''}${text}`);
    }
  });
  parser.on('closetag', () => {
    open = '';
  });
  parser.write(xml).close();
  return texts;
}

for (const engine of STORE_ENGINES) {
  suite(`Atom on ${engine.name}`, { skip: engine.skip }, () => {
    test('the feed of a subscription has its messages only', async (t) => {
      const world = await openAlertWorld(t, engine, { images: 6, projects: 2 });
      const filter = { severity: 'high' } as const;
      await world.subscribe('feed', { channel: 'atom', url: '', filter });
      await world.update([
        { id: 'CVE-2026-1001', severity: 'critical' },
        { id: 'CVE-2026-1002', severity: 'low' },
      ]);
      assert.equal(await world.deliverer.deliverDue(), undefined);
      const feed = await writeFeed(world.store.db, 'feed', 0);
      assert.deepEqual(parseTexts(feed, 'title'), [
        'plimsoll: feed',
        '[critical] advisories about CVE-2026-1001 changed',
      ]);
      assert.deepEqual(parseTexts(feed, 'content'), ['opened 6 findings in 6 images']);
      await assert.rejects(writeFeed(world.store.db, 'none', 0), { code: 'E_USAGE' });
      await assert.rejects(world.subscribe('x', { channel: 'atom' }), { code: 'E_USAGE' });
    });
  });
}
