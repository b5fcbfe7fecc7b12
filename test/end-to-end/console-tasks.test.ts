import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createToken, digestToken } from '../../src/server/access/secret.ts';
import { addSession } from '../../src/server/access/sessions.ts';
import { Store } from '../../src/server/store/store.ts';
import { BROWSER_SKIP, type Browser, type Page, startBrowser } from '../support/browser.ts';
import { readFirstMinute } from '../support/first-minute.ts';
import { startPageServer } from '../support/page-server.ts';
import { openContext, type WalkedServer } from '../support/page-walk.ts';
import { runProgram } from '../support/run-program.ts';
import { RATED, ServerWorld } from '../support/server-world.ts';

const WINDOW = { theme: 'light', width: 1_280 } as const;
/** Elements between the start of a page and anything on it. */
const TABS_MAX = 150;

/** Describes the focused element as a screen reader does: its name. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  return one.ariaLabel ?? one.labels?.[0]?.firstChild?.textContent ?? one.textContent;
})()`;

/** A person who only has a keyboard. */
class Typist {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Presses Tab until an element of this name has the focus. */
  async reach(name: RegExp): Promise<void> {
    const seen: string[] = [];
    for (let count = 0; count < TABS_MAX; count += 1) {
      await this.page.keyboard.press('Tab');
      const text = (await this.page.evaluate<string>(FOCUSED)).trim();
      if (name.test(text)) {
        return;
      }
      seen.push(text.slice(0, 40));
    }
    assert.fail(`no key leads to ${String(name)}: ${seen.join(' | ')}`);
  }

  /** Opens a link or sends a form by a button, and waits for the page that it leads to. */
  async open(name: RegExp): Promise<string> {
    await this.reach(name);
    const loaded = this.page.waitForEvent('load');
    await this.page.keyboard.press('Enter');
    await loaded;
    return await this.readHeading();
  }

  async enter(name: RegExp, text: string): Promise<void> {
    await this.reach(name);
    await this.page.keyboard.type(text);
  }

  async readHeading(): Promise<string> {
    return await this.page.locator('h1').innerText();
  }

  async readText(): Promise<string> {
    return await this.page.locator('main').innerText();
  }
}

suite('tasks on the pages of the server', { skip: BROWSER_SKIP }, () => {
  const resources = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tasks-'));
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  let browser: Browser;
  let sample: WalkedServer;

  before(async () => {
    browser = await startBrowser();
    resources.defer(async () => await browser.close());
    sample = await startPageServer(resources, ['--sample', '--server-dir', folder]);
  });
  after(async () => await resources.disposeAsync());

  async function openTypist(
    t: { after(work: () => Promise<void>): void },
    address: string,
    server = sample,
  ): Promise<Typist> {
    const context = await openContext(browser, server, WINDOW);
    t.after(async () => await context.close());
    const page = await context.newPage();
    await page.goto(address);
    return new Typist(page);
  }

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

  test('by keyboard alone: from an exposure to a decision that another person approves', async (t) => {
    const ada = await openTypist(t, '/');
    assert.match(await ada.open(/^Exposure$/), /^Where is a package/);
    await ada.enter(/^Package, exact name/, 'libc6');
    await ada.enter(/^Below version/, '2.32');
    assert.equal(await ada.open(/^Show$/), 'libc6 below 2.32: 1 image');
    assert.match(await ada.open(/^shop:1\.4$/), /must not ship/);
    await ada.open(/^CVE-2021-33574$/);
    assert.match(await ada.readText(), /2\.31-13\+deb11u2 < 2\.31-13\+deb11u3/);
    assert.match(await ada.open(/^Decide about this finding$/), /^Decide about CVE-2021-33574/);
    // The finding has a fix, so the form presets no status.
    await ada.reach(/^Status/);
    await ada.page.keyboard.press('ArrowDown');
    await ada.reach(/^Justification/);
    for (let count = 0; count < 3; count += 1) {
      await ada.page.keyboard.press('ArrowDown');
    }
    await ada.enter(/^Reason, for a reader/, 'The shop never calls it.');
    assert.match(await ada.open(/^Save and preview$/), / is not affected by CVE-2021-33574/);
    assert.match(
      await ada.readText(),
      /It is your own draft: another person with the role “approver” must/,
    );

    // The keys of the pages: the next row, and its approval, which first asks for a reason.
    const bob = await openTypist(t, '/', await openApprover());
    assert.match(await bob.open(/^Review$/), /^To review: 1 draft of others/);
    await bob.page.keyboard.press('j');
    await bob.page.keyboard.press('a');
    assert.equal(await bob.page.evaluate(`document.activeElement.name`), 'reason');
    await bob.page.keyboard.type('Seen in the call graph.');
    await bob.open(/^Approve selected$/);
    assert.match(await bob.readText(), /Decisions in force[^]*CVE-2021-33574/);
  });

  test('by keyboard alone: compare, export, subscribe, and yesterday’s changes', async (t) => {
    const ada = await openTypist(t, '/images/3');
    assert.match(await ada.open(/^Compare with alpine:3\.20/), /alpine:3\.20/);
    assert.match(await ada.open(/^Compliance$/), /pass the policy/);
    await ada.reach(/^Evidence as one archive$/);
    const download = ada.page.waitForEvent('download');
    await ada.page.keyboard.press('Enter');
    await download;
    await ada.open(/^Settings$/);
    await ada.reach(/^Add a subscription$/);
    await ada.page.keyboard.press('Enter');
    await ada.enter(/^Name of the subscription/, 'keys');
    await ada.enter(/^Address that receives/, 'https://hooks.example.org/keys');
    await ada.open(/^Subscribe$/);
    assert.match(await ada.readText(), /The secret of keys/);
    await ada.open(/^Changes$/);
    assert.match(await ada.open(/^Since yesterday$/), /changes since \d{4}-/);
  });

  test('back and forward restore every filter, list and form', async (t) => {
    const { page } = await openTypist(t, '/images');
    const steps: { readonly address: string; readonly state: unknown }[] = [];
    const readState = `[document.querySelector('h1').textContent,
      [...document.querySelectorAll('form.filter [name]')].map(({ name, value }) => name + '=' + value)]`;
    const record = async (): Promise<void> => {
      steps.push({ address: page.url(), state: await page.evaluate(readState) });
    };
    const show = async (): Promise<void> => {
      const loaded = page.waitForEvent('load');
      await page.getByRole('button', { name: 'Show' }).first().click();
      await loaded;
      await record();
    };
    await record();
    await page.getByLabel('Verdict').selectOption('fail');
    await show();
    await page.getByLabel('Order').selectOption('name');
    await show();
    await page.goto('/findings');
    await record();
    await page.getByLabel('Severity').selectOption('negligible');
    await show();
    await page.goto('/exposure');
    await record();
    await page.getByLabel('Package, exact name').fill('openssl');
    await show();
    const readStep = async () => ({
      address: page.url(),
      state: await page.evaluate<unknown>(readState),
    });
    for (const step of steps.slice(0, -1).toReversed()) {
      await page.goBack();
      assert.deepEqual(await readStep(), step);
    }
    for (const step of steps.slice(1)) {
      await page.goForward();
      assert.deepEqual(await readStep(), step);
    }
  });

  test('the first minute: outcome, reason and first step of three images, from the tree alone', async (t) => {
    const world = new ServerWorld();
    t.after(() => world[Symbol.dispose]());
    await world.importDatabase(RATED);
    const options = ['--server-dir', world.folder];
    const judging = ['--db', world.database, '--db-max-age', '0', '--fail-on', 'high'];
    const server = await startPageServer(resources, [...options, ...judging]);
    const push = async (target: string, name: string): Promise<void> => {
      const sent = await runProgram(['push', `dir:${target}`, '--name', name, '-q', ...options]);
      assert.doesNotMatch(sent.stderr, /error\[/);
    };
    world.writeTarget('1.1.20-r0');
    await push(world.target, 'fails');
    world.writeTarget('1.1.24-r3');
    await push(world.target, 'passes');
    const empty = join(world.root, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'notes'), 'x');
    await push(empty, 'unclear');
    const { page } = await openTypist(t, '/', server);
    const read = async (address: string) => {
      await page.goto(address);
      return readFirstMinute(await page.locator('main').ariaSnapshot());
    };
    assert.deepEqual(await read('/'), {
      outcome: 'fail',
      reason: 'in fails , 1 open finding is high or worse.',
      action: 'update musl to 1.1.24-r3 to clear 1 finding in 1 image, known to be exploited.',
    });
    const told = [];
    for (const id of [1, 2, 3]) {
      told.push(await read(`/images/${id}`));
    }
    assert.deepEqual(told, [
      {
        outcome: 'fail',
        reason: '1 open finding is high or worse',
        action: 'Update musl 1.1.20-r0 to 1.1.24-r3 fixes 1 high',
      },
      {
        outcome: 'pass',
        reason: 'no open findings are high or worse',
        action: 'Nothing must be done.',
      },
      {
        outcome: 'unknown',
        reason: 'no package was found',
        action:
          'Scan the complete image: no package was found, and an empty list does not mean a safe image.',
      },
    ]);
  });
});
