import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from './browser.ts';
import { type LoopbackServer, startServer } from './loopback-server.ts';
import { walkPages } from './page-walk.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['css', 'text/css'],
  ['png', 'image/png'],
  ['svg', 'image/svg+xml'],
]);

/** Serves the documentation site from the directory in which it was built. */
export async function serveSite(folder: string): Promise<LoopbackServer> {
  const names = new Set(globSync('**/*', { cwd: folder }));
  return await startServer(({ url = '/' }, response) => {
    const name = url.slice(1) || 'index.html';
    const path = join(folder, name);
    const isFile = names.has(name) && existsSync(path);
    // Browsers request it on their own.
    if (name === 'favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const type = TYPES.get(name.split('.').at(-1) ?? '') ?? 'text/plain';
    response.writeHead(isFile ? 200 : 404, { 'content-type': type });
    response.end(isFile ? readFileSync(path) : '');
  });
}

/** Returns everything that axe and the layout checks find on pages of the site. */
export async function checkSitePages(
  browser: Browser,
  { origin }: LoopbackServer,
  pages: readonly string[],
): Promise<readonly string[]> {
  const server = { url: origin, cookie: 'none' };
  const settings = [
    { theme: 'light', width: 1400, axe: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'] },
    { theme: 'dark', width: 400, axe: ['color-contrast'] },
    { theme: 'light', width: 400 },
    { theme: 'light', width: 1400 },
  ] as const;
  const found: string[] = [];
  for (const setting of settings) {
    found.push(...(await walkPages(browser, server, pages, setting)));
  }
  return found;
}
