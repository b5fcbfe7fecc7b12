import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { wordpressPlugins } from './wordpress-plugins.ts';

const PATH = '/var/www/wp-content/plugins/akismet/akismet.php';
const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(wordpressPlugins, { [PATH]: text });

suite('a plug-in of WordPress', () => {
  test('has a header with its name and version', () => {
    const { packages } = read(
      '<?php\n/**\n * Plugin Name: Akismet Anti-spam\n * Version: 5.3\n * Author: Automattic\n * Author URI: https://example.org/\n * License: GPLv2 */\n$version: 9',
    );
    const [akismet] = packages;
    assert.deepEqual([akismet?.name, akismet?.version], ['Akismet Anti-spam', '5.3']);
    assert.equal(akismet?.licenses[0]?.value, 'GPLv2');
    assert.deepEqual(akismet?.metadata?.value, {
      pluginInstallDirectory: 'akismet',
      author: 'Automattic',
      authorUri: 'https://example.org/',
    });
  });

  test('without a version is a problem; another file is skipped', () => {
    assert.deepEqual(read('/* Plugin Name: x */').problems, [`P_RECORD ${PATH}:`]);
    for (const text of ['', '<?php', ' *'.repeat(99_999), `${' '.repeat(9_000)}Plugin Name: a`]) {
      assert.deepEqual(read(text), { packages: [], edges: [], problems: [] });
    }
  });
});
