import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatLicenses, listPackageFolders, writeLicenses } from '../../tools/release/licenses.ts';
import { ROOT } from '../../tools/source-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-licenses-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function createPackage(name: string, files: Readonly<Record<string, string>>): string {
  const target = join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  const manifest = { name, version: '1.2.3', license: 'ISC', author: { name: 'Ada' } };
  for (const [path, text] of Object.entries({
    'package.json': JSON.stringify(manifest),
    ...files,
  })) {
    writeFileSync(join(target, path), text);
  }
  return target;
}

test('lists each package of bundled modules once, also nested ones', () => {
  assert.deepEqual(
    listPackageFolders([
      '/a/src/cli/main.ts',
      '\0rolldown/runtime.js',
      '/a/node_modules/yaml/dist/index.js',
      '/a/node_modules/yaml/dist/node.js',
      '/a/node_modules/@sigstore/core/index.js',
      '/a/node_modules/yaml/node_modules/inner/index.js',
      'C:\\a\\node_modules\\@x\\y\\z.js',
    ]),
    [
      '/a/node_modules/@sigstore/core',
      '/a/node_modules/yaml',
      '/a/node_modules/yaml/node_modules/inner',
      'C:\\a\\node_modules\\@x\\y',
    ],
  );
});

test('contains every license and notice, and the declared license of a package without a text', () => {
  const text = formatLicenses([
    createPackage('full', {
      license: 'own license',
      'NOTICE.md': 'own notice',
      'index.js': 'code',
    }),
    createPackage('@bare/one', { 'license.js': 'code' }),
  ]);
  for (const name of ['LICENSE', 'NOTICE']) {
    assert.ok(text.includes(readFileSync(join(ROOT, name), 'utf8').trim()), name);
  }
  assert.match(text, /^full 1\.2\.3\n=+\n\nown notice\n\nown license\n\n=/mu);
  assert.match(text, /^@bare\/one 1\.2\.3\n=+\n\nLicense: ISC\nAuthor: Ada\n.*no license text/mu);
  assert.doesNotMatch(text, /^code$/mu);
});

test('requires the license of Node, beside it or beside its directory', () => {
  const target = join(folder, 'THIRD-PARTY.txt');
  const node = join(folder, 'node', 'bin', 'node');
  mkdirSync(join(folder, 'node', 'bin'), { recursive: true });
  assert.throws(() => writeLicenses('packages\n', node, target), /the license of .* is missing/u);
  writeFileSync(join(folder, 'node', 'LICENSE'), 'license of Node');
  for (const path of [node, join(folder, 'node', 'node.exe')]) {
    writeLicenses('packages\n', path, target);
    assert.match(readFileSync(target, 'utf8'), /^packages\n=+\nNode\.js\n=+\n\nlicense of Node\n/u);
  }
});
