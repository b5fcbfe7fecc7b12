import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { BROWSER_SKIP, startBrowser } from '../support/browser.ts';
import { ALPINE, createAlpineLayer, DecidedWorld } from '../support/decided-image.ts';
import { checkSitePages, serveSite } from '../support/site-walk.ts';

test('pages of reports are accessible, and fit into narrow and wide windows', {
  skip: BROWSER_SKIP,
}, async (t) => {
  using world = new DecidedWorld();
  const range = { scheme: 'apk', constraint: '< 1.2.5-r1', fix: '1.2.5-r1', state: 'fixed' };
  await world.addDatabase('db', {
    ...ALPINE,
    statements: ['CVE-2026-0001', 'CVE-2026-0002'].map((id) => ({
      id,
      provider: 'alpine',
      system: 0,
      ecosystem: 'apk',
      name: 'musl',
      ranges: [range],
    })),
  });
  const setuid = { name: 'usr/bin/su', content: '#!/bin/sh\n', mode: 0o4755 };
  const [old, image] = [[], [setuid]].map((files) =>
    world.writeImage(createAlpineLayer(['musl 1.2.5-r0', 'zlib 1.3-r0'], ...files)),
  ) as [string, string];
  const write = async (name: string, ...args: readonly string[]): Promise<string> => {
    const ended = await world.run(...args, '-q', '-o', `html=${join(world.folder, name)}`);
    assert.ok(ended.status === 0 || ended.status === 2, `${name}: ${ended.stderr}`);
    return name;
  };
  const pages = [
    await write('scan.html', 'scan', image, '--surface', '--reach'),
    await write('check.html', 'check', image, '--pack', 'cis-docker', '--pack', 'cra'),
    await write('compare.html', 'compare', old, image),
  ];
  await using server = await serveSite(world.folder);
  const browser = await startBrowser();
  t.after(async () => await browser.close());
  assert.deepEqual(await checkSitePages(browser, server, pages), []);
});
