/**
 * Opens every page of the documentation site in Chromium: axe, the layout at 400 and 1,400 pixels,
 * and errors of the browser.
 *
 * npm run conformance -- site [DIRECTORY]
 *
 * With a directory, it also writes pictures of the pages, light and dark.
 */
import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSite } from '../../tools/site.ts';
import { startBrowser } from '../support/browser.ts';
import { openContext } from '../support/page-walk.ts';
import { checkSitePages, serveSite } from '../support/site-walk.ts';

const pictures = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-site-'));
const browser = await startBrowser();
try {
  buildSite(folder);
  const pages = globSync('*.html', { cwd: folder }).sort();
  await using server = await serveSite(folder);
  const found = await checkSitePages(browser, server, pages);
  process.stdout.write(`${pages.length} pages, ${found.length} violations\n${found.join('\n')}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true });
    for (const theme of ['light', 'dark'] as const) {
      for (const width of [400, 1400]) {
        const setting = { theme, width };
        const context = await openContext(browser, { url: server.origin, cookie: '-' }, setting);
        const page = await context.newPage();
        for (const name of pages) {
          await page.goto(name);
          await page.screenshot({ path: join(pictures, `${name}-${theme}-${width}.png`) });
        }
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
