import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { vscodeExtension } from './vscode-extension.ts';

const FOLDER = '/root/.vscode-server/extensions';
const CPP = `${FOLDER}/ms-vscode.cpptools-1.23.6-linux-arm64`;
const MANIFEST = {
  name: 'cpptools',
  publisher: 'ms-vscode',
  version: '1.23.6',
  license: 'MIT',
  engines: { vscode: '^1.67.0' },
  extensionDependencies: ['MS-python.Python'],
  __metadata: { targetPlatform: 'linux-arm64' },
};
const INDEX = [
  { identifier: { id: 'ms-vscode.cpptools' }, version: '1.23.6' },
  {
    identifier: { id: 'ms-python.python' },
    version: '2025.1.0',
    metadata: { targetPlatform: 'universal' },
  },
  { identifier: {}, version: '1' },
];

suite('extensions of editors', () => {
  test('are found by their manifests, or by the index if these are missing', () => {
    const { packages, problems } = catalogFiles(vscodeExtension, {
      [`${CPP}/package.json`]: JSON.stringify(MANIFEST),
      [`${FOLDER}/extensions.json`]: JSON.stringify(INDEX),
    });
    assert.deepEqual(problems, [`P_RECORD ${FOLDER}/extensions.json:`]);
    assert.deepEqual(
      packages.map(({ name, purl, type }) => [name, purl, type]),
      [
        [
          'ms-vscode.cpptools',
          'pkg:vscode-extension/ms-vscode/cpptools@1.23.6?platform=linux-arm64',
          'vscode-extension',
        ],
        ['ms-python.python', 'pkg:vscode-extension/ms-python/python@2025.1.0', 'vscode-extension'],
      ],
    );
    assert.equal(packages[0]?.licenses[0]?.expression, 'MIT');
  });

  test('are not other files in a directory of that name', () => {
    const { packages, problems } = catalogFiles(vscodeExtension, {
      '/app/extensions/own/package.json': '{"name":"own","version":"1"}',
      '/app/extensions/broken/package.json': '{',
      '/home/u/.mozilla/extensions/extensions.json': '{"addons":[]}',
      '/x/extensions/extensions.json': '['.repeat(99_999),
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_MALFORMED /x/extensions/extensions.json:']);
  });
});
