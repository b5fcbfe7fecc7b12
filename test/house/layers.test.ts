import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLayers } from '../../tools/check-layers.ts';
import { parseModule } from '../../tools/source-tree.ts';

/** Returns the complaints of the check about modules with these texts, all of which exist. */
function checkImports(texts: Readonly<Record<string, string>>, missed: readonly string[] = []) {
  const modules = Object.entries(texts).map(([path, text]) => parseModule(path, text));
  const context = {
    pathsOnDisk: [...Object.keys(texts), ...missed],
    dependencies: ['yaml', 'smol-toml'],
    devDependencies: ['ajv'],
  };
  return checkLayers(modules, context).map(({ path, message }) => `${path}: ${message}`);
}

test('accepts imports that the table allows', () => {
  const texts = {
    'src/foundation/core/digest.ts': 'export const digest = 1;',
    'src/foundation/bytes/tar/tar.ts':
      "import { digest } from '../../core/digest.ts';\nexport const tar = digest;",
    'src/image/source/oci-dir/oci-dir.ts':
      "import { readFile } from 'node:fs/promises';\nvoid readFile;",
    'src/assess/read-inventory.ts':
      "import { sources } from '../image/source/registry.generated.ts';\nvoid sources;",
    'src/image/source/registry.generated.ts':
      "import { ociDir } from './oci-dir/oci-dir.ts';\nexport const sources = [ociDir];",
  };
  assert.deepEqual(checkImports(texts), []);
});

const PLANTED: readonly (readonly [title: string, path: string, text: string, says: RegExp])[] = [
  [
    'a folder above',
    'src/foundation/core/a.ts',
    "import { b } from '../bytes/b.ts';",
    /may not import 'bytes'/,
  ],
  [
    'a type of a folder above',
    'src/foundation/core/a.ts',
    "import type { B } from '../bytes/b.ts';",
    /'bytes'/,
  ],
  [
    'a type written in place',
    'src/foundation/core/a.ts',
    "type B = import('../../scan/b.ts').B;",
    /scan/,
  ],
  [
    'a re-export of a folder above',
    'src/foundation/core/a.ts',
    "export { b } from '../../scan/b.ts';",
    /scan/,
  ],
  [
    'a lazy import of a folder above',
    'src/foundation/core/a.ts',
    "await import('../../scan/b.ts');",
    /scan/,
  ],
  ['a computed import', 'src/cli/a.ts', 'await import(name);', /computed name/],
  ['a folder not in the table', 'src/utils/a.ts', 'export const a = 1;', /'src\/utils' is not in/],
  [
    'files where none are read',
    'src/vulnerability/match/a.ts',
    "import 'node:fs';",
    /no files here/,
  ],
  [
    'sockets in a source that has none',
    'src/image/source/dir/dir.ts',
    "import 'node:net';",
    /no sockets/,
  ],
  [
    'fetch without an import',
    'src/inventory/catalog/a/a.ts',
    'await fetch(url);',
    /no sockets here \('fetch'\)/,
  ],
  ['child processes', 'src/cli/a.ts', "import 'node:child_process';", /no child processes/],
  ['threads', 'src/foundation/bytes/a.ts', "import 'node:worker_threads';", /no threads/],
  [
    'anything of Node in core',
    'src/foundation/core/a.ts',
    "import 'node:path';",
    /uses nothing of Node/,
  ],
  ['a module of Node that no one listed', 'src/cli/a.ts', "import 'node:wasi';", /in no list/],
  [
    'a package in the wrong folder',
    'src/vulnerability/match/a.ts',
    "import 'yaml';",
    /may not use the package/,
  ],
  [
    'a package for development',
    'src/foundation/bytes/a.ts',
    "import 'ajv';",
    /is not a dependency/,
  ],
  ['a default export', 'src/foundation/bytes/a.ts', 'export default 1;', /default export/],
  ['a changing export', 'src/foundation/bytes/a.ts', 'let a = 1;\nexport { a };', /'a' can change/],
  [
    'a changing export in place',
    'src/foundation/bytes/a.ts',
    'export let a = 1;',
    /'a' can change/,
  ],
  ['a barrel by name', 'src/foundation/bytes/tar/index.ts', 'export const a = 1;', /a barrel/],
  [
    'a barrel by deed',
    'src/foundation/bytes/a.ts',
    "import { b } from './b.ts';\nexport { b };",
    /passes on/,
  ],
  [
    'a sibling cataloger',
    'src/inventory/catalog/a/a.ts',
    "import '../b/b.ts';",
    /reaches into the plug-in/,
  ],
  [
    'a sibling scheme',
    'src/foundation/version/scheme/a.ts',
    "import './b.ts';",
    /reaches into the plug-in/,
  ],
  ['a sibling document', 'src/document/a/a.ts', "import '../b/b.ts';", /reaches into/],
  [
    'a plug-in past its list',
    'src/assess/a.ts',
    "import '../report/format/table/table.ts';",
    /'format'/,
  ],
  ['a test', 'src/foundation/bytes/a.ts', "import './b.test.ts';", /is for tests/],
  [
    'a quirk outside of compat',
    'src/vulnerability/match/a.ts',
    "context.has('quirk-1');",
    /names a quirk/,
  ],
  [
    'a quirk in a comment',
    'src/vulnerability/decide/a.ts',
    '/** As in QUIRKS. */\nexport {};',
    /names a quirk/,
  ],
  ['parity in the pipeline', 'src/assess/a.ts', 'export const isParity = 1;', /names parity/],
  [
    'code of a peer in matching',
    'src/vulnerability/match/a.ts',
    'const a = mergeAsGrype(b);',
    /names parity/,
  ],
  ['layout in core', 'src/foundation/core/a.ts', "export const a = 'a'.padEnd(3);", /names layout/],
  [
    'an escape sequence in core',
    'src/foundation/core/a.ts',
    "export const a = '\\u001b[1m';",
    /names layout/,
  ],
  ['markup in core', 'src/foundation/core/a.ts', "export const a = '<b></b>';", /names layout/],
  [
    'a file outside of src',
    'src/foundation/bytes/a.ts',
    "import '../../../tools/build.ts';",
    /from outside of src/,
  ],
];

for (const [title, path, text, says] of PLANTED) {
  test(`the layer check detects ${title}`, () => {
    assert.match(checkImports({ [path]: text }).join('\n'), says);
  });
}

test('concepts may be named in their own directory, and in tests', () => {
  const texts = {
    'src/report/compat/grype/a.ts': 'export const quirks = isParity;',
    'src/vulnerability/match/a.test.ts': "test('parity', () => quirks.pad.padEnd(3));",
    'src/foundation/present/a.ts': "export const a = 'a'.padEnd(3);",
    'src/foundation/config/options/a.ts': 'export const parity = 1;',
  };
  assert.deepEqual(checkImports(texts), []);
});

test('the layer check detects a cycle of types, and a lazily closed one', () => {
  const a = "import type { B } from './b.ts';\nexport type A = B;";
  const b = "import type { A } from './a.ts';\nexport type B = A;";
  const lazy = "export const b = () => import('./a.ts');";
  for (const back of [b, lazy]) {
    const cycle = checkImports({
      'src/foundation/bytes/a.ts': a,
      'src/foundation/bytes/b.ts': back,
    });
    assert.match(
      cycle.join('\n'),
      /import cycle: src\/foundation\/bytes\/a\.ts → src\/foundation\/bytes\/b\.ts → /,
    );
  }
});

test('the layer check fails if it read fewer modules than exist', () => {
  const found = checkImports({ 'src/foundation/core/a.ts': '' }, ['src/foundation/core/b.ts']);
  assert.deepEqual(found, ['src/foundation/core/b.ts: exists on disk but was not checked']);
});

test('a test may build what it needs, but not import the command line', () => {
  const text = "import 'node:fs';\nimport '../../inventory/catalog/deb/deb.ts';\nimport 'ajv';";
  assert.deepEqual(checkImports({ 'src/image/view/a.test.ts': text }), []);
  const found = checkImports({ 'src/image/view/a.test.ts': "import '../../cli/main.ts';" });
  assert.match(found.join('\n'), /may not import 'cli'/);
});
