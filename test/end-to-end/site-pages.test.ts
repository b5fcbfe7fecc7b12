import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSite } from '../../tools/site.ts';
import { BROWSER_SKIP, startBrowser } from '../support/browser.ts';
import { checkSitePages, serveSite } from '../support/site-walk.ts';

test('pages of the site have no barriers, and fit into narrow and wide windows', {
  skip: BROWSER_SKIP,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-site-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  buildSite(folder);
  await using server = await serveSite(folder);
  const browser = await startBrowser();
  t.after(async () => await browser.close());
  // All pages have one layout; these have every kind of content. `npm run conformance -- site` opens
  // the others.
  assert.deepEqual(await checkSitePages(browser, server, ['index.html', 'ci.html']), []);
});
