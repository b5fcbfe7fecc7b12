import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { macports } from './macports.ts';

const REGISTRY = '/opt/local/var/macports/registry/portfiles';
const DIGEST = `${'a1'.repeat(32)}-2048`;

suite('MacPorts', () => {
  test('lists ports, versions and revisions by the directories of its registry', () => {
    const { packages, problems } = catalogFiles(
      macports,
      Object.fromEntries(
        ['ncurses', 'p5-file-temp-0.231.100_1', 'port-3.1.4_2+x', 'zlib-1.3.1_0'].map((folder) => [
          `${REGISTRY}/${folder}/${DIGEST}/Portfile`,
          'PortSystem 1.0\n',
        ]),
      ),
    );
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:macports/p5-file-temp@0.231.100_1', 'pkg:macports/zlib@1.3.1'],
    );
    assert.deepEqual(
      problems.map((problem) => problem.split(' ', 1)[0]),
      ['P_RECORD', 'P_RECORD'],
    );
  });

  test('ignores other files of that name', () => {
    const { packages, problems } = catalogFiles(macports, {
      '/src/zlib-1.3.1_0/x/Portfile': 'PortSystem 1.0\n',
      [`${REGISTRY}/zlib-1.3.1_0/Portfile`]: '',
    });
    assert.deepEqual([packages, problems], [[], []]);
  });

  test('takes little time for a long name', () => {
    const { packages } = catalogFiles(macports, {
      [`${REGISTRY}/${'a-1'.repeat(80)}/${DIGEST}/Portfile`]: '',
    });
    assert.deepEqual(packages, []);
  });
});
