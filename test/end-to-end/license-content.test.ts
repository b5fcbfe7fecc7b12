import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ISC } from '../../src/foundation/identity/license/license-text.fixture.ts';
import { PROGRAM } from '../support/run-program.ts';

const OTHER = 'You may use this on Sundays only.\n';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-license-content-'));
  for (const [name, text] of [
    ['known', ISC],
    ['other', OTHER],
  ] as const) {
    const place = join(folder, 'target', `${name}-1.dist-info`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'METADATA'), `Name: ${name}\nVersion: 1\n`);
    writeFileSync(join(place, 'LICENSE'), text);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Returns license texts by package; an absent one is empty. */
function readContents(...args: readonly string[]): Record<string, string> {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'sbom', `dir:${join(folder, 'target')}`, '-o', 'syft-json', '-q', ...args],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, PLIMSOLL_OFFLINE: 'true' },
      encoding: 'utf8',
    },
  );
  const { artifacts } = JSON.parse(stdout === '' ? stderr : stdout) as {
    artifacts: { name: string; licenses: { contents?: string }[] }[];
  };
  return Object.fromEntries(
    artifacts.map(({ name, licenses }) => [name, licenses[0]?.contents ?? '']),
  );
}

test('the inventory contains license texts on request only', () => {
  assert.deepEqual(readContents(), { known: '', other: '' });
  assert.deepEqual(readContents('--license-content', 'unknown'), { known: '', other: OTHER });
  const { known, other } = readContents('--license-content', 'all');
  assert.match(known ?? '', /^Permission to use[^]*OF THIS SOFTWARE\.$/);
  assert.equal(other, OTHER);
  assert.deepEqual(readContents(), { known: '', other: '' }, 'the cache keeps both apart');
});
