import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { condaMeta } from './conda-meta.ts';

const record = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: '1', build: 'py_0', ...more });
const read = (files: Readonly<Record<string, string>>): ReturnType<typeof catalogFiles> =>
  catalogFiles(condaMeta, files);

suite('a record of conda', () => {
  test('contains a package with license, files and origin', () => {
    const { packages, problems } = read({
      '/opt/conda/conda-meta/jupyterlab-1-py_0.json': record('jupyterlab', {
        channel: 'https://conda.example.org/conda-forge/',
        subdir: 'noarch',
        fn: 'jupyterlab-1-py_0.conda',
        license: 'BSD-3-Clause',
        files: ['bin/jupyter-lab', '../../etc/passwd'],
        requested_spec: 'jupyterlab',
      }),
    });
    assert.deepEqual(problems, []);
    const [lab] = packages;
    assert.equal(
      lab?.purl,
      'pkg:conda/jupyterlab@1?build=py_0&channel=conda-forge&subdir=noarch&type=conda',
    );
    assert.deepEqual(lab?.ownedFiles, [{ path: '/opt/conda/bin/jupyter-lab' }]);
    assert.equal(lab?.licenses[0]?.expression, 'BSD-3-Clause');
    assert.equal(lab?.metadata?.value['requested_spec'], undefined);
  });

  test('requires packages of its own environment', () => {
    const { edges } = read({
      '/a/conda-meta/x.json': record('x', { depends: ['python >=3.9', 'gone'] }),
      '/a/conda-meta/python.json': record('python', { version: '3.9' }),
      '/b/conda-meta/python.json': record('python', { version: '3.8' }),
    });
    assert.deepEqual(edges, ['python 3.9 > x 1']);
  });

  test('that is truncated, too deep or without a version is a problem', () => {
    const path = '/a/conda-meta/x.json';
    for (const text of [
      '',
      '[]',
      '{"name":',
      `{"link":${'['.repeat(9_999)}${']'.repeat(9_999)}}`,
    ]) {
      assert.deepEqual(read({ [path]: text }).problems, [`P_MALFORMED ${path}:`]);
    }
    assert.deepEqual(read({ [path]: '{"name":"x","version":1}' }).problems, [`P_RECORD ${path}:`]);
  });
});
