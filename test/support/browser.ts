import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** The parts of `playwright-core` that tests use; they are skipped without it. */
export interface Browser {
  newContext(setting: object): Promise<BrowserContext>;
  close(): Promise<void>;
}

export interface BrowserContext {
  addCookies(cookies: readonly object[]): Promise<void>;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  url(): string;
  goto(address: string): Promise<{ status(): number } | null>;
  goBack(): Promise<unknown>;
  goForward(): Promise<unknown>;
  waitForURL(pattern: RegExp): Promise<void>;
  waitForEvent(event: 'load' | 'download'): Promise<unknown>;
  evaluate<Value>(code: string): Promise<Value>;
  screenshot(setting: object): Promise<unknown>;
  emulateMedia(setting: { readonly media: 'screen' | 'print' }): Promise<void>;
  locator(selector: string): Locator;
  getByRole(role: string, setting: { readonly name: string }): Locator;
  getByLabel(label: string): Locator;
  on(event: 'console', listener: (message: ConsoleMessage) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
}

interface ConsoleMessage {
  type(): string;
  text(): string;
}

interface Locator {
  first(): Locator;
  click(): Promise<void>;
  focus(): Promise<void>;
  fill(text: string): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  check(): Promise<void>;
  innerText(): Promise<string>;
  inputValue(): Promise<string>;
  ariaSnapshot(): Promise<string>;
}

interface Playwright {
  readonly chromium: {
    launch(setting: { readonly executablePath: string; readonly args: string[] }): Promise<Browser>;
  };
}

const PROGRAMS = ['chromium-headless-shell', 'chromium'];
const PACKAGES = ['playwright-core', 'axe-core'];
const require = createRequire(import.meta.url);

/** Absent without a package of the distribution. */
function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** Everything that a test in a browser needs and that is not installed. */
function listMissing(): readonly string[] {
  const packages = PACKAGES.filter((name) => {
    try {
      require.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  return [...packages, ...(findChromium() === undefined ? ['Chromium'] : [])];
}

/** The reason to skip a test; `false` if it can run, and in CI, where it must. */
export const BROWSER_SKIP: string | false =
  listMissing().length > 0 && process.env['CI'] === undefined
    ? `not installed: ${listMissing().join(', ')}`
    : false;

/** Starts the distribution's browser. Its own sandbox does not run as root. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined || listMissing().length > 0) {
    throw new Error(`not installed: ${listMissing().join(', ')}`);
  }
  const { chromium } = require('playwright-core') as Playwright;
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** Returns the source of axe, which finds barriers in pages. */
export function readAxe(): string {
  return readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
}
