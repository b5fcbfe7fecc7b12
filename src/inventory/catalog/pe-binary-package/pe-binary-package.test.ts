import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createPeResources } from '../../../foundation/bytes/pe/version-resources.fixture.ts';
import { peBinaryPackage } from './pe-binary-package.ts';

const catalogLibrary = (texts: Readonly<Record<string, string>>, path = '/a/tool.dll') =>
  catalogFiles(peBinaryPackage, { [path]: createPeResources({ texts }) }).packages[0];

suite('pe-binary-package', () => {
  test('reads name and version from the version resource', () => {
    const found = catalogLibrary({
      ProductName: '  Some\u00a0\tTool ',
      FileDescription: 'A library',
      ProductVersion: '1.2.3 beta 4 (build) 5',
      Empty: '',
    });
    assert.deepEqual(
      [found?.name, found?.version, found?.type, found?.purl],
      ['Some Tool', '1.2.3', 'binary', ''],
    );
    assert.deepEqual(found?.metadata, {
      kind: 'pe-binary',
      value: {
        VersionResources: [
          { key: 'FileDescription', value: 'A library' },
          { key: 'FileVersion', value: '7.6.5.4' },
          { key: 'ProductName', value: 'Some Tool' },
          { key: 'ProductVersion', value: '1.2.3 beta 4 (build) 5' },
        ],
      },
    });
  });

  test('prefers the description for files by Microsoft, and falls back to numbers', () => {
    const found = catalogLibrary({
      ProductName: 'Microsoft® Windows',
      FileDescription: 'C Runtime',
    });
    assert.deepEqual([found?.name, found?.version], ['C Runtime', '7.6.5.4']);
  });

  test('adds the package URL of the only product that has one', () => {
    const found = catalogLibrary({ ProductName: 'GPL Ghostscript', ProductVersion: '10.02.1' });
    assert.equal(found?.purl, 'pkg:generic/ghostscript@10.02.1');
  });

  test('names a library without a version resource after its file', () => {
    const { packages, problems } = catalogFiles(peBinaryPackage, {
      '/bin/plain.EXE': createPeResources({}),
      '/bin/driver.sys': createPeResources({ texts: { ProductName: 'Driver' } }),
      '/bin/managed.dll': createPeResources({ texts: { ProductName: 'Net' }, isManaged: true }),
      '/bin/debug.dll': createPeResources({ texts: {}, resourceName: 'CLRDEBUGINFO' }),
      '/bin/dos.exe': `MZ${'\0'.repeat(600)}`,
    });
    assert.deepEqual(
      packages.map(({ name, version }) => [name, version]),
      [['plain', '']],
    );
    assert.deepEqual(problems, []);
  });

  test('tolerates truncated and damaged files', () => {
    const whole = createPeResources({ texts: { ProductName: 'Tool', FileVersion: '1.0' } });
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      for (const content of [damaged, whole.subarray(0, at)]) {
        assert.doesNotThrow(() => catalogFiles(peBinaryPackage, { '/a.dll': content }));
      }
    }
  });
});
