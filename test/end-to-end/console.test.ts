import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createToken, digestToken } from '../../src/server/access/secret.ts';
import { addSession } from '../../src/server/access/sessions.ts';
import { Store } from '../../src/server/store/store.ts';
import { BROWSER_SKIP, type Browser, type Page, startBrowser } from '../support/browser.ts';
import { AXE_TAGS, PAGES, SAMPLE_PAGES } from '../support/page-addresses.data.ts';
import { startPageServer } from '../support/page-server.ts';
import { followLinks, openContext, type WalkedServer, walkPages } from '../support/page-walk.ts';
import { runProgram } from '../support/run-program.ts';
import { ServerWorld } from '../support/server-world.ts';

/** They have every kind of colored part. */
const DARK_PAGES = [
  '/',
  '/images',
  '/images/3',
  '/review',
  '/health',
  '/watched',
  '/placements',
  '/compare?a=2&b=3',
];
const WIDTHS = { narrow: 320, wide: 1_280 } as const;
suite('the pages of the server in a browser', { skip: BROWSER_SKIP }, () => {
  const resources = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-console-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  let browser: Browser;
  let sample: WalkedServer;

  before(async () => {
    browser = await startBrowser();
    resources.defer(async () => await browser.close());
    sample = await startPageServer(resources, ['--sample', '--server-dir', folder]);
  });
  after(async () => await resources.disposeAsync());

  /** Signs another person in. */
  async function openApprover(): Promise<WalkedServer> {
    await using store = await Store.open({ folder: join(folder, 'sample') });
    const session = createToken();
    const grants = (['viewer', 'approver'] as const).map((role) => {
      return { role, scope: { tenant: 'default' } };
    });
    const principal = { id: 'bob', name: 'bob', grants };
    await addSession(store, { digest: digestToken(session), principal, now: Date.now() });
    return { url: sample.url, cookie: session };
  }

  async function openPage(
    t: { after(work: () => Promise<void>): void },
    { hasScripts = true, server = sample } = {},
  ): Promise<Page> {
    const window = { theme: 'light', width: WIDTHS.wide, hasScripts } as const;
    const context = await openContext(browser, server, window);
    t.after(async () => await context.close());
    return await context.newPage();
  }

  test('they have no barriers in both themes', async () => {
    const light = { theme: 'light', width: WIDTHS.wide, axe: AXE_TAGS } as const;
    assert.deepEqual(await walkPages(browser, sample, SAMPLE_PAGES, light), []);
    const dark = { theme: 'dark', width: WIDTHS.wide, axe: ['color-contrast'] } as const;
    assert.deepEqual(await walkPages(browser, sample, DARK_PAGES, dark), []);
  });

  test('they fit into a narrow window and violate no policy', async () => {
    const narrow = { theme: 'dark', width: WIDTHS.narrow } as const;
    assert.deepEqual(await walkPages(browser, sample, SAMPLE_PAGES, narrow), []);
  });

  test('every link of theirs leads to a page', async () => {
    const { visited, problems } = await followLinks(sample, SAMPLE_PAGES);
    assert.deepEqual(problems, []);
    assert.ok(visited > 100, String(visited));
  });

  test('who only hears the overview and an image knows the outcome, the reason and the first step', async (t) => {
    const page = await openPage(t);
    await page.goto('/');
    const overview = await page.locator('main').ariaSnapshot();
    assert.match(
      overview,
      /^- main:\n {2}- '?heading "1 of 3 images must not ship: shop:1\.4" \[level=1\]/,
    );
    assert.match(overview, /Why: in[^]*link "shop:1\.4"[^]*14 open findings are high or worse/);
    assert.match(overview, /First: rebuild[^]*update[^]*link "libc-bin"[^]*to 2\.31-13\+deb11u3/);
    await page.getByRole('link', { name: 'shop:1.4' }).first().click();
    const image = await page.locator('main').ariaSnapshot();
    assert.match(image, /heading "shop:1\.4 must not ship: 14 open findings are high or worse"/);
    assert.match(
      image,
      /paragraph: "?Also: 1 executable[^]*listitem:[^]*Rebuild on a newer build[^]*20 findings[^]*listitem:[^]*Update/,
    );
  });

  test('by keys: from the skip link to why a finding is present', async (t) => {
    const page = await openPage(t);
    await page.goto('/images/3');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#main$/);
    const link = page.getByRole('link', { name: 'CVE-2021-33574' }).first();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/finding\?/);
    assert.match(await page.locator('main').innerText(), /2\.31-13\+deb11u2 < 2\.31-13\+deb11u3/);
  });

  test('a search, a form and the back button keep the state in the address', async (t) => {
    const page = await openPage(t);
    await page.goto('/');
    await page
      .getByRole('searchbox', { name: 'CVE, package, image or digest' })
      .fill('cve-2021-33574');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/exposure\?vulnerability=CVE-2021-33574$/);
    await page.goto('/exposure');
    await page.getByLabel('Package, exact name').fill('libc6');
    await page.getByLabel('Below version').fill('2.32');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/package=libc6/);
    assert.equal(await page.locator('h1').innerText(), 'libc6 below 2.32: 1 image');
    await page.goBack();
    assert.match(page.url(), /\/exposure$/);
    await page.goForward();
    assert.equal(await page.getByLabel('Below version').inputValue(), '2.32');
  });

  for (const hasScripts of [true, false]) {
    const way = hasScripts ? 'with scripts' : 'without scripts';
    test(`${way}: a finding is justified, approved by another person, and exported`, async (t) => {
      const page = await openPage(t, { hasScripts });
      await page.goto('/exposure');
      await page.getByLabel('Package, exact name').fill('libc6');
      await page.getByLabel('Below version').fill('2.32');
      await page.getByRole('button', { name: 'Show' }).click();
      assert.equal(await page.locator('h1').innerText(), 'libc6 below 2.32: 1 image');

      await page.goto('/images/3/finding?vulnerability=CVE-2021-33574');
      await page.getByRole('link', { name: 'Decide about this finding' }).first().click();
      await page.getByLabel('Status').selectOption('not_affected');
      await page.getByLabel('Justification').selectOption('vulnerable_code_not_in_execute_path');
      await page.getByLabel('Reason, for a reader').fill(`The shop never calls it, ${way}.`);
      await page.getByLabel('Until, at the latest').fill('2020-01-01');
      await page.getByRole('button', { name: 'Save and preview' }).click();
      assert.match(await page.locator('h1').innerText(), /^The decision is not saved: .*future/);
      await page.getByLabel('Until, at the latest').fill('');
      await page.getByRole('button', { name: 'Save and preview' }).click();
      await page.waitForURL(/\/drafts\/\d+$/);
      assert.match(await page.locator('h1').innerText(), / is not affected by CVE-2021/);
      const address = page.url();
      await page.goBack();
      const kept = await page.getByLabel('Reason, for a reader').inputValue();
      assert.match(kept, /^The shop never calls it/);

      const bob = await openPage(t, { hasScripts, server: await openApprover() });
      await bob.goto('/review');
      if (hasScripts) {
        await bob.getByRole('button', { name: 'Select all' }).click();
        assert.match(await bob.locator('select-count').innerText(), /1 of 1 selected/);
      }
      await bob.goto(address);
      await bob.getByLabel('Reason for the answer').fill('Seen in the call graph.');
      await bob.getByRole('button', { name: 'Approve' }).click();
      assert.match(await bob.locator('main').innerText(), /It was approved by bob/);

      await page.goto('/compare?a=2&b=3');
      assert.match(await page.locator('h1').innerText(), /shop:1\.4|alpine/);
      await page.goto('/changes');
      await page.getByRole('link', { name: 'Since yesterday' }).click();
      assert.match(await page.locator('h1').innerText(), /changes since \d{4}-/);
      await page.goto('/settings');
      await page.locator('summary:has-text("Add a subscription")').click();
      await page.getByLabel('Name of the subscription').fill(`chat-${hasScripts}`);
      await page.getByLabel('Address that receives').fill('https://hooks.example.org/x');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      assert.match(await page.locator('.notice').first().innerText(), /secret of chat-/);
      await page.goto('/compliance');
      assert.match(await page.locator('a[href="/packet.zip"]').innerText(), /one archive/);
      const headers = { cookie: `plimsoll_session=${sample.cookie}` };
      const packet = await fetch(`${sample.url}/packet.zip`, { headers });
      assert.equal(packet.headers.get('content-type'), 'application/zip');
    });
  }

  test('by keys: a row, the help, and the palette', async (t) => {
    const page = await openPage(t);
    await page.goto('/images');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/images\/3$/);
    await page.keyboard.press('?');
    assert.match(await page.locator('dialog[open]').innerText(), /next row/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByLabel('Page, CVE, package, image or digest').fill('timel');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/timeline$/);
    await page.keyboard.press('/');
    assert.equal(await page.evaluate('document.activeElement.id'), 'find');
  });

  test('pages of an empty store, and of a target of a directory', async (t) => {
    const world = new ServerWorld();
    t.after(() => world[Symbol.dispose]());
    await world.importDatabase();
    world.writeTarget();
    const options = ['--server-dir', world.folder];
    const server = await startPageServer(resources, [...options, '--db', world.database]);
    const narrow = { theme: 'light', width: WIDTHS.narrow } as const;
    assert.deepEqual(await walkPages(browser, server, PAGES, narrow), []);
    const open = await openPage(t, { server });
    const still = await openPage(t, { server, hasScripts: false });
    for (const page of [open, still]) {
      await page.goto('/images');
      assert.match(await page.locator('.state').innerText(), /^Revision 0 · \d+ open jobs$/);
    }
    const height = 'document.querySelector("main").getBoundingClientRect().top';
    const placed = await open.evaluate(height);
    const pushed = await runProgram(['push', `dir:${world.target}`, '-q', ...options]);
    assert.equal(pushed.status, 0, pushed.stderr);
    // The open page reports the new revision and moves nothing; the reader decides when to reload.
    await open.getByRole('link', { name: 'reload' }).click();
    await open.waitForURL(/\/images$/);
    assert.match(await open.locator('h1').innerText(), /^1 image/);
    assert.match(await open.locator('.state').innerText(), /^Revision 1 · \d+ open jobs?$/);
    assert.equal(await open.evaluate(height), placed);
    assert.match(await still.locator('.state').innerText(), /^Revision 0 /);
    const pages = [...PAGES, '/images/1', '/images/1/finding'];
    const wide = { theme: 'light', width: WIDTHS.wide, axe: ['wcag2a', 'wcag2aa'] } as const;
    assert.deepEqual(
      await walkPages(browser, server, ['/images/1', '/images/1/finding'], wide),
      [],
    );
    assert.deepEqual((await followLinks(server, pages)).problems, []);
  });
});
