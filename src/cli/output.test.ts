import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { UserError } from '../foundation/core/error.ts';
import type { Format } from '../foundation/core/format.ts';
import { chooseOutputs } from './output.ts';

let folder = '';

function format(id: string, aliases: readonly string[], carries: Format['carries']): Format {
  return {
    id,
    aliases,
    title: id,
    spec: '',
    carries,
    isForTerminal: false,
    write: () => undefined,
  };
}

const FORMATS = [
  format('json', ['plimsoll'], ['inventory', 'findings']),
  format('sbom-table', [], ['inventory']),
  {
    ...format('spdx-json', ['spdx'], ['inventory']),
    versions: { all: ['2.2', '2.3'], usual: '2.3' },
  },
  format('syft-json', ['syft'], ['inventory']),
  format('table', [], ['findings']),
];

const LOADERS = FORMATS.map((each) => ({ ...each, load: () => Promise.resolve(each) }));

const SCAN = { command: 'scan', carries: ['findings'], defaultFormat: 'table' } as const;
const SBOM = { command: 'sbom', carries: ['inventory'], defaultFormat: 'table' } as const;

async function expectRefusal(
  wishes: readonly string[],
  needs: typeof SCAN | typeof SBOM = SCAN,
): Promise<UserError> {
  try {
    await chooseOutputs(wishes, LOADERS, needs);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error;
  }
  assert.fail('the outputs were not refused');
}

suite('outputs', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('the default is the table of the command', async () => {
    assert.equal((await chooseOutputs([], LOADERS, SCAN))[0]?.format.id, 'table');
    assert.equal((await chooseOutputs([], LOADERS, SBOM))[0]?.format.id, 'sbom-table');
    assert.equal((await chooseOutputs(['table'], LOADERS, SBOM))[0]?.format.id, 'sbom-table');
  });

  test('formats are found by ID and alias, with a file after the first equals sign', async () => {
    const file = join(folder, 'a=b.json');
    const outputs = await chooseOutputs([`plimsoll=${file}`, 'table'], LOADERS, SCAN);
    assert.deepEqual(
      outputs.map((output) => [output.format.id, output.file]),
      [
        ['json', file],
        ['table', undefined],
      ],
    );
  });

  test('only the chosen format is loaded', async () => {
    const loaded: string[] = [];
    const loaders = LOADERS.map(({ load, ...rest }) => ({
      ...rest,
      load: () => {
        loaded.push(rest.id);
        return load();
      },
    }));
    await chooseOutputs(['plimsoll'], loaders, SCAN);
    await chooseOutputs([], loaders, SBOM);
    assert.deepEqual(loaded, ['json', 'sbom-table']);
  });

  test('an unknown format, or one that carries too little, is refused with a list of suitable ones', async () => {
    assert.equal((await expectRefusal(['jsn'])).code, 'E_FORMAT');
    assert.equal(
      (await expectRefusal(['jsn'])).hint,
      'did you mean "json"? If not, use a format of "plimsoll scan": json, table',
    );
    assert.match((await expectRefusal(['syft'])).message, /"syft" does not contain findings/);
  });

  test('the version follows an at sign, and must be one of the format', async () => {
    const file = join(folder, 'a@b.json');
    assert.deepEqual(
      (await chooseOutputs([`spdx@2.2=${file}`, 'spdx-json'], LOADERS, SBOM)).map((output) => [
        output.format.id,
        output.version,
        output.file,
      ]),
      [
        ['spdx-json', '2.2', file],
        ['spdx-json', undefined, undefined],
      ],
    );
    assert.equal(
      (await expectRefusal(['spdx@9'], SBOM)).hint,
      'use a version of "spdx-json": 2.2, 2.3',
    );
    assert.match((await expectRefusal(['syft@16'], SBOM)).message, /only one version/);
  });

  test('rejects outputs that would overwrite each other', async () => {
    assert.match(
      (await expectRefusal(['json', 'table'])).message,
      /only one result can go to standard output/,
    );
    const file = join(folder, 'a');
    assert.equal((await expectRefusal([`json=${file}`, `table=${folder}/./a`])).code, 'E_USAGE');
    assert.equal((await expectRefusal(['json='])).code, 'E_USAGE');
    writeFileSync(file, '');
    symlinkSync(file, join(folder, 'link'));
    assert.equal((await expectRefusal([`json=${file}`, `table=${folder}/link`])).code, 'E_USAGE');
  });

  test('a file in a missing directory is refused before anything is done', async () => {
    assert.equal((await expectRefusal([`json=${folder}/none/a.json`])).code, 'E_OUTPUT');
    assert.equal((await expectRefusal([`json=${folder}`])).code, 'E_OUTPUT');
  });
});
