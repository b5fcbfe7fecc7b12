import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { UserError } from '../core/error.ts';
import { configurationLocations, readConfiguration } from './configuration-file.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the file of the working folder comes before that of the user', () => {
  assert.deepEqual(configurationLocations({ XDG_CONFIG_HOME: '/x' }), [
    '.plimsoll.yaml',
    '/x/plimsoll/config.yaml',
  ]);
  assert.equal(configurationLocations({ HOME: '/h' })[1], '/h/.config/plimsoll/config.yaml');
});

test('the file of the user is read where the working folder has none', async () => {
  assert.equal(await readConfiguration(undefined, { XDG_CONFIG_HOME: folder }), undefined);
  mkdirSync(join(folder, 'plimsoll'));
  const path = join(folder, 'plimsoll', 'config.yaml');
  writeFileSync(path, 'quiet: true\nlimits:\n  layersMax: 3\n');
  assert.deepEqual(await readConfiguration(undefined, { XDG_CONFIG_HOME: folder }), {
    path,
    content: { quiet: true, limits: { layersMax: 3 } },
  });
});

const WRONG: readonly [string, string][] = [
  ['is no YAML', 'quiet: [true'],
  ['has a key twice', 'quiet: true\nquiet: false'],
  ['is too long', `# ${'x'.repeat(2 * 1024 * 1024)}`],
  [
    'multiplies itself',
    `a: &a [1]\n${Array.from({ length: 300 }, (_, n) => `k${n}: [*a, *a]\n`).join('')}`,
  ],
];

for (const [what, text] of WRONG) {
  test(`a file that ${what} is refused by its name`, async () => {
    const path = join(folder, 'wrong.yaml');
    writeFileSync(path, text);
    await assert.rejects(
      readConfiguration(path, {}),
      (error) =>
        error instanceof UserError && error.code === 'E_CONFIG' && error.message.startsWith(path),
    );
  });
}

test('a file that was named must be there', async () => {
  await assert.rejects(
    readConfiguration(join(folder, 'none.yaml'), {}),
    (error) => error instanceof UserError && /cannot be read/.test(error.message),
  );
});
