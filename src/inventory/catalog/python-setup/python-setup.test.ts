import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { pythonSetup } from './python-setup.ts';

const SETUP = `INSTALL = [
    "py>=1.5.0",
    'pathlib3==2.2.0;python_version<"3.6"',
    # "gone==1.0",
    " mypy2 == v0.770", ' mypy3[a, b]===0.771',
    "templated==%s" % version, f"formatted=={version}",
    "wild==1.*",
]
MORE = """
plain_text == 1.2.3
other==1.0 and more
"""
if version == "2.0": pass
`;

test('setup.py pins projects in strings', () => {
  const { packages, problems } = catalogFiles(pythonSetup, { '/app/setup.py': SETUP });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ purl, locations }) => [purl, locations[0]?.line]),
    [
      ['pkg:pypi/pathlib3@2.2.0', 3],
      ['pkg:pypi/mypy2@v0.770', 5],
      ['pkg:pypi/mypy3@0.771', 5],
      ['pkg:pypi/plain-text@1.2.3', 10],
    ],
  );
});

test('setup.py is read up to the limit of records in linear time', () => {
  const limits = { ...DEFAULT_LIMITS, recordsMax: 1 };
  const { packages, problems } = catalogFiles(pythonSetup, { '/setup.py': SETUP }, { limits });
  assert.equal(packages.length, 1);
  assert.deepEqual(problems, ['P_LIMIT /setup.py:']);
  const hostile = `"${'a'.repeat(200_000)}${' '.repeat(200_000)}"${'"'.repeat(200_000)}`;
  assert.deepEqual(catalogFiles(pythonSetup, { '/setup.py': hostile }).packages, []);
});
