import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { phpPear } from './php-pear.ts';

const PATH = '/usr/share/php/.registry/.channel.pecl.example.org/memcached.reg';
const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(phpPear, { [PATH]: text });

suite('a record of PEAR', () => {
  test('describes a package of a channel', () => {
    const { packages } = read(
      'a:4:{s:4:"name";s:9:"memcached";s:7:"channel";s:16:"pecl.example.org";s:7:"version";a:1:{s:7:"release";s:5:"3.2.0";}s:7:"license";a:1:{s:8:"_content";s:3:"PHP";}}',
    );
    assert.deepEqual(
      packages.map(({ purl, metadata }) => [purl, metadata?.value]),
      [
        [
          'pkg:pear/pecl.example.org/memcached@3.2.0',
          { name: 'memcached', channel: 'pecl.example.org', version: '3.2.0', license: ['PHP'] },
        ],
      ],
    );
  });

  test('that is truncated, too deep or without a version is a problem', () => {
    for (const text of ['', 'a:1:{s:4:"name"', 'a:0:{}', 'a:1:{i:0;'.repeat(9_999)]) {
      assert.deepEqual(read(text).problems, [`P_RECORD ${PATH}:`]);
    }
  });
});
