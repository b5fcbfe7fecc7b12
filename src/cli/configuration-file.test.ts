import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { UserError } from '../foundation/core/error.ts';
import {
  isPartOfTarget,
  listConfigurationLocations,
  readConfiguration,
} from './configuration-file.ts';

let folder = '';

suite('configuration files', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'configuration-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('the file of the working directory takes precedence over that of the user', () => {
    assert.deepEqual(listConfigurationLocations({ XDG_CONFIG_HOME: '/x' }), [
      '.plimsoll.yaml',
      '/x/plimsoll/config.yaml',
    ]);
    assert.equal(listConfigurationLocations({ HOME: '/h' })[1], '/h/.config/plimsoll/config.yaml');
  });

  test('relative directories count as unset, because anybody may have written their content', () => {
    const { homedir } = userInfo();
    for (const environment of [{ HOME: '' }, { HOME: '.' }, { HOME: '', XDG_CONFIG_HOME: 'x' }]) {
      assert.equal(
        listConfigurationLocations(environment)[1],
        join(homedir, '.config', 'plimsoll', 'config.yaml'),
      );
    }
  });

  test("reads the user's own file", async () => {
    const environment = { XDG_CONFIG_HOME: folder };
    assert.deepEqual(await readConfiguration(undefined, environment), { files: [] });
    mkdirSync(join(folder, 'plimsoll'));
    const path = join(folder, 'plimsoll', 'config.yaml');
    const text = 'quiet: true\nlimits:\n  layersMax: 3\n';
    writeFileSync(path, text);
    assert.deepEqual(await readConfiguration(undefined, environment), {
      files: [
        {
          path,
          place: 'home',
          origin: 'file',
          content: { quiet: true, limits: { layersMax: 3 } },
          bytes: Buffer.from(text),
          sha256: createHash('sha256').update(text).digest('hex'),
        },
      ],
    });
  });

  test('a file that the user names is used alone', async () => {
    mkdirSync(join(folder, 'plimsoll'));
    writeFileSync(join(folder, 'plimsoll', 'config.yaml'), 'quiet: true\n');
    const path = join(folder, 'named.yaml');
    writeFileSync(path, 'verbose: true\n');
    const { files } = await readConfiguration(path, { XDG_CONFIG_HOME: folder });
    assert.deepEqual(
      files.map(({ place, origin, content }) => [place, origin, content]),
      [['named', 'file', { verbose: true }]],
    );
  });

  test('a file is part of a target that is the file, a directory above it, or a link to either', () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    mkdirSync(join(folder, 'other'));
    const file = join(inner, '.plimsoll.yaml');
    writeFileSync(file, '');
    symlinkSync(inner, join(folder, 'link'));
    symlinkSync(file, join(folder, 'other', '.plimsoll.yaml'));
    for (const target of [
      inner,
      folder,
      '/',
      file,
      `dir:${inner}`,
      `dir:${inner}/`,
      `oci-dir:${inner}:latest`,
      `sbom:${join(folder, 'link')}`,
      join(folder, 'link', '..', 'link'),
    ]) {
      assert.ok(isPartOfTarget(file, ['alpine:3.20', target]), target);
    }
    // The link is elsewhere, but it leads to a part of the target.
    assert.ok(isPartOfTarget(join(folder, 'other', '.plimsoll.yaml'), [`dir:${inner}`]));
    for (const target of [
      join(folder, 'other'),
      `${inner}x`,
      'alpine:3.20',
      '-',
      'dir:nowhere',
      '',
    ]) {
      assert.ok(!isPartOfTarget(file, [target]), target);
    }
  });

  const WRONG: readonly [string, string][] = [
    ['is not YAML', 'quiet: [true'],
    ['has a key twice', 'quiet: true\nquiet: false'],
    ['is too long', `# ${'x'.repeat(2 * 1024 * 1024)}`],
    [
      'multiplies itself',
      `a: &a [1]\n${Array.from({ length: 300 }, (_, n) => `k${n}: [*a, *a]\n`).join('')}`,
    ],
  ];

  for (const [what, text] of WRONG) {
    test(`a file that ${what} is refused with its name`, async () => {
      const path = join(folder, 'wrong.yaml');
      writeFileSync(path, text);
      await assert.rejects(
        readConfiguration(path, {}),
        (error) =>
          error instanceof UserError && error.code === 'E_CONFIG' && error.message.includes(path),
      );
    });
  }

  test('a file that the user names must exist', async () => {
    await assert.rejects(
      readConfiguration(join(folder, 'none.yaml'), {}),
      (error) => error instanceof UserError && /could not read/.test(error.message),
    );
  });
});
