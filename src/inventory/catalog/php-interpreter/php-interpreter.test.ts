import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { phpInterpreter } from './php-interpreter.ts';

const HEADER = '\0X-Powered-By: PHP/8.3.27\0';
const EXTENSIONS = '/usr/local/lib/php/extensions/no-debug-non-zts-20230831';

function listNames(files: Files): string[] {
  return catalogFiles(phpInterpreter, files).packages.map(
    ({ name, version }) => `${name} ${version}`,
  );
}

suite('php-interpreter', () => {
  test('finds interpreters by the header that they send', () => {
    const files = {
      '/usr/local/bin/php': HEADER,
      '/usr/local/sbin/php-fpm8.3': '\0X-Powered-By: PHP/8.3.0RC1\0',
      '/usr/lib/apache2/modules/libphp8.2.so': '\0X-Powered-By: PHP/8.2.31\0',
    };
    assert.deepEqual(listNames(files).sort(), [
      'libphp 8.2.31',
      'php-cli 8.3.27',
      'php-fpm 8.3.0RC1',
    ]);
  });

  test('ignores files with other names or in other directories', () => {
    const files = {
      '/usr/bin/phpunit': HEADER,
      '/usr/bin/php8.3': HEADER,
      '/opt/libphp.so': HEADER,
      '/usr/bin/php7': '',
    };
    assert.deepEqual(listNames(files), []);
  });

  test('reports an extension as part of the interpreter, with its own version', () => {
    const { packages, edges } = catalogFiles(phpInterpreter, {
      '/usr/local/bin/php': HEADER,
      [`${EXTENSIONS}/bcmath.so`]: '\0bcmath\x008.3.27\0\0API20230831,NTS\0',
      [`${EXTENSIONS}/zip.so`]: '\x001.22.3\0Zip archive\0',
      [`${EXTENSIONS}/other.so`]: '\x001.22.3\0Zip archive\0',
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:generic/php-cli@8.3.27', 'pkg:generic/bcmath@8.3.27', 'pkg:generic/zip@1.22.3'],
    );
    assert.deepEqual(edges, ['bcmath 8.3.27 > php-cli 8.3.27', 'zip 1.22.3 > php-cli 8.3.27']);
  });
});
