import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { condaEnvironment } from './conda-environment.ts';

const read = (text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(condaEnvironment, { '/app/environment.yml': text });

test('lists pinned packages of conda and pip', () => {
  const { packages, problems } = read(`name: test
channels: [defaults]
dependencies:
  - blas=1.0=openblas
  - libexpat==2.6.2
  - libgomp 13.2.0 hf8544c7_5
  - conda-forge::numpy=1.26.4
  - python>=3.9
  - libnsl=2.0.*
  - libgcc 13.2|13.3
  - open
  - pip:
      - Django==5.0.6
      - asgiref>=3
`);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ type, purl }) => [type, purl]),
    [
      ['conda', 'pkg:conda/blas@1.0?build=openblas'],
      ['conda', 'pkg:conda/libexpat@2.6.2'],
      ['conda', 'pkg:conda/libgomp@13.2.0?build=hf8544c7_5'],
      ['conda', 'pkg:conda/numpy@1.26.4'],
      ['python', 'pkg:pypi/django@5.0.6'],
    ],
  );
});

test('ignores files of other tools, and reports a malformed one', () => {
  assert.deepEqual(read('production:\n  url: x\n').packages, []);
  assert.deepEqual(read('a: [').problems, ['P_MALFORMED /app/environment.yml:']);
  assert.deepEqual(read(`dependencies:\n  - ${'a='.repeat(50_000)}\n`).packages, []);
});
