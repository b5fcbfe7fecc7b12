import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { wordpressCore } from './wordpress-core.ts';

const PATH = '/var/www/html/wp-includes/version.php';
const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(wordpressCore, { [PATH]: text });

test('reads the version of WordPress from its own file', () => {
  const { packages, problems } = read(
    "<?php\n/*\n$wp_version = '1.0';\n*/\n$wp_version = '6.5.2';\n",
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ name, version, purl, cpes }) => [name, version, purl, cpes[0]?.cpe]),
    [
      [
        'wordpress',
        '6.5.2',
        'pkg:generic/wordpress@6.5.2',
        'cpe:2.3:a:wordpress:wordpress:6.5.2:*:*:*:*:*:*:*',
      ],
    ],
  );
});

test('reports a file without a version as a lost record', () => {
  for (const text of ['', '<?php $wp_version = compute();', ' '.repeat(200_000)]) {
    assert.deepEqual(read(text).problems, [`P_RECORD ${PATH}:`]);
  }
});
