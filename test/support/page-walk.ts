import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, type Page, readAxe } from './browser.ts';

/** A running server, and a session of it. */
export interface WalkedServer {
  readonly url: string;
  readonly cookie: string;
}

export interface WalkSetting {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  /** Rules or tags of axe; absent to check the layout and violations of the policy instead. */
  readonly axe?: readonly string[];
  /** Whether pages may run scripts. */
  readonly hasScripts?: boolean;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const HEIGHT = 900;

export async function openContext(
  browser: Browser,
  { url, cookie }: WalkedServer,
  { theme, width, axe, hasScripts = true }: WalkSetting,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    // Axe is a script of its own, which the policy of the pages rejects.
    bypassCSP: axe !== undefined,
    javaScriptEnabled: hasScripts,
  });
  await context.addCookies([{ name: 'plimsoll_session', value: cookie, url }]);
  return context;
}

/** Opens pages in a window, and returns everything that is wrong with them. */
export async function walkPages(
  browser: Browser,
  server: WalkedServer,
  addresses: readonly string[],
  setting: WalkSetting,
): Promise<readonly string[]> {
  const context = await openContext(browser, server, setting);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') {
      problems.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  const source = setting.axe === undefined ? '' : readAxe();
  for (const address of addresses) {
    const title = `${address} (${setting.theme}, ${setting.width})`;
    const response = await page.goto(address);
    assert.ok(response !== null);
    if (response.status() !== 200) {
      problems.push(`${title}: status ${response.status()}`);
    }
    const found =
      setting.axe === undefined
        ? await checkLayout(page)
        : await checkBarriers(page, source, setting.axe);
    problems.push(...found.map((problem) => `${title}: ${problem}`));
  }
  await context.close();
  return problems;
}

/** Code for a page is a text, because the types of browsers are not ours. */
async function checkLayout(page: Page): Promise<readonly string[]> {
  const [headings, isWide, small] = await page.evaluate<[number, boolean, readonly string[]]>(`[
    document.querySelectorAll('h1').length,
    document.documentElement.scrollWidth > innerWidth,
    [...document.querySelectorAll('button, select, input:not([type=hidden]), nav a, summary')]
      .filter((one) => one.offsetHeight > 0 && one.getBoundingClientRect().height < 24)
      .map((one) => one.outerHTML.slice(0, 80)),
  ]`);
  return [
    ...(headings === 1 ? [] : [`${headings} headings`]),
    ...(isWide ? ['scrolls sideways'] : []),
    ...small.map((one) => `lower than 24 pixels: ${one}`),
  ];
}

async function checkBarriers(
  page: Page,
  source: string,
  rules: readonly string[],
): Promise<readonly string[]> {
  await page.evaluate(source);
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  );
  return violations.map(
    ({ id, impact, nodes }) =>
      `${impact} ${id}: ${nodes
        .slice(0, 2)
        .map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`)
        .join('; ')}`,
  );
}

export interface WalkedLinks {
  readonly visited: number;
  /** Compressed bytes of the longest page. */
  readonly longest: number;
  readonly problems: readonly string[];
}

/** A page is sent compressed, to phones, too. */
const PAGE_BYTES_MAX = 60_000;

/** Visits every link of pages; problems are links to nothing, and pages that are too long. */
export async function followLinks(
  { url, cookie }: WalkedServer,
  addresses: readonly string[],
): Promise<WalkedLinks> {
  const problems: string[] = [];
  const seen = new Set<string>();
  let longest = 0;
  const fetchText = async (address: string): Promise<Response> =>
    await fetch(new URL(address, url), { headers: { cookie: `plimsoll_session=${cookie}` } });
  for (const address of addresses) {
    const html = await (await fetchText(address)).text();
    const bytes = gzipSync(html).length;
    longest = Math.max(longest, bytes);
    if (bytes > PAGE_BYTES_MAX) {
      problems.push(`${address}: has ${bytes} compressed bytes`);
    }
    const ids = new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    for (const [, raw = ''] of html.matchAll(/ href="([^"]*)"/g)) {
      const link = raw.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
      if (link.startsWith('#')) {
        if (!ids.has(link.slice(1))) {
          problems.push(`${address}: there is no ${link}`);
        }
      } else if (link.startsWith('/') && !seen.has(link)) {
        seen.add(link);
        const { status } = await fetchText(link);
        if (status !== 200) {
          problems.push(`${address}: ${link} has the status ${status}`);
        }
      }
    }
  }
  return { visited: seen.size, longest, problems };
}
