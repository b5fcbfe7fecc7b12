import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { phpComposerInstalled } from './php-composer-installed.ts';

const PATH = '/app/vendor/composer/installed.json';
const read = (document: unknown, path = PATH): ReturnType<typeof catalogFiles> =>
  catalogFiles(phpComposerInstalled, {
    [path]: typeof document === 'string' ? document : JSON.stringify(document),
  });

const MINK = {
  name: 'behat/mink',
  version: 'v1.8.1',
  license: ['MIT'],
  require: { php: '>=5.3.1', 'symfony/css-selector': '^5', 'psr/log-implementation': '1' },
  'install-path': '../behat/mink',
};
const SELECTOR = { name: 'symfony/css-selector', version: 'v5.0.0' };
const LOG = {
  name: 'monolog/monolog',
  version: '2.0.0',
  provide: { 'psr/log-implementation': '1' },
};

suite('installed.json', () => {
  test('is a list of packages, or an object that contains it', () => {
    for (const document of [
      [MINK, SELECTOR, LOG],
      { packages: [MINK, SELECTOR, LOG], dev: true },
    ]) {
      const { packages, edges, problems } = read(document);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        packages.map(({ purl }) => purl),
        [
          'pkg:composer/behat/mink@v1.8.1',
          'pkg:composer/symfony/css-selector@v5.0.0',
          'pkg:composer/monolog/monolog@2.0.0',
        ],
      );
      assert.deepEqual(edges, [
        'monolog/monolog 2.0.0 > behat/mink v1.8.1',
        'symfony/css-selector v5.0.0 > behat/mink v1.8.1',
      ]);
      const { license: _, 'install-path': __, ...kept } = MINK;
      assert.deepEqual(packages[0]?.metadata?.value, kept);
    }
  });

  test('loses one record that is malformed or nested too deep', () => {
    const deep = `{"name":"a/b","version":"1","dist":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const { packages, problems } = read(`[7, {"name":"a/b"}, ${deep}, ${JSON.stringify(MINK)}]`);
    assert.equal(packages.length, 1);
    assert.equal(problems.length, 3);
  });

  test('that is truncated is malformed; another file of the name is skipped', () => {
    assert.deepEqual(read('[{"name":').problems, [`P_MALFORMED ${PATH}:`]);
    assert.deepEqual(read('{"x":1}', '/srv/other/installed.json').problems, []);
  });
});
