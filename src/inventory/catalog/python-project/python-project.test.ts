import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { pythonProject } from './python-project.ts';

const PROJECT = `[build-system]
requires = ["hatchling==1.0"]
[project]
name = "mine"
version = "1.0.0"
dependencies = ["Requests==2.32.0", "flask[async] == 3.1.1 ; python_version > '3'", "numpy", "a>=1", "b==1.*", 7]
[project.optional-dependencies]
test = ["pytest==7.0.0"]
[tool.poetry.dependencies]
python = "3.11"
django = "4.2.1"
celery = { version = "==5.3.0", extras = ["redis"] }
wide = "^1.2"
local = { path = "../x" }
`;

const catalogProject = (files: Readonly<Record<string, string>>) => {
  const { packages, problems } = catalogFiles(pythonProject, files);
  return [packages.map(({ purl }) => purl), problems];
};

suite('pyproject.toml', () => {
  test('pins requirements in one version', () => {
    assert.deepEqual(catalogProject({ '/app/pyproject.toml': PROJECT }), [
      [
        'pkg:pypi/requests@2.32.0',
        'pkg:pypi/flask@3.1.1',
        'pkg:pypi/django@4.2.1',
        'pkg:pypi/celery@5.3.0',
      ],
      [],
    ]);
  });

  test('is ignored if there is a lock file beside it', () => {
    assert.deepEqual(catalogProject({ '/app/pyproject.toml': PROJECT, '/app/uv.lock': '' }), [
      [],
      [],
    ]);
  });

  for (const [title, text, problems] of [
    ['empty', '', []],
    ['of a tool alone', '[tool.black]\nline-length = 100\n', []],
    ['of other values', 'project = 1\n[tool.poetry]\ndependencies = ["a"]\n', []],
    ['cut off', '[project', ['P_MALFORMED /pyproject.toml:']],
    [
      'deep',
      `a = ${'['.repeat(99_999)}`,
      ['P_MALFORMED /pyproject.toml:', 'P_LIMIT /pyproject.toml:'],
    ],
  ] as const) {
    test(`that is ${title} only loses its own packages`, () => {
      assert.deepEqual(catalogProject({ '/pyproject.toml': text }), [[], problems]);
    });
  }
});
