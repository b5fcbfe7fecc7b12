import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogued, type Files } from '../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS, type Limits } from '../../core/limits.ts';
import { pythonRequirements } from './python-requirements.ts';

function found(files: Files, limits: Limits = DEFAULT_LIMITS) {
  const { packages, problems } = catalogued(pythonRequirements, files, { limits });
  return {
    packages,
    problems,
    names: packages.map(
      ({ name, version, locations: [at] }) => `${name} ${version} ${at?.path}:${at?.line}`,
    ),
  };
}

describe('requirements files', () => {
  it('make a package of each requirement that is pinned', () => {
    const { packages, problems, names } = found({
      '/dev-requirements.in.txt': 'Celery[redis] == 4.4.7 ; python_version < "3"\nsix>=1\n?\n',
    });
    assert.deepEqual(names, ['celery 4.4.7 /dev-requirements.in.txt:1']);
    assert.deepEqual(problems, [
      'P_RECORD /dev-requirements.in.txt:2',
      'P_RECORD /dev-requirements.in.txt:3',
    ]);
    assert.equal(packages[0]?.purl, 'pkg:pypi/celery@4.4.7');
    assert.deepEqual(packages[0].metadata, {
      kind: 'python-pip-requirements-entry',
      value: {
        name: 'Celery',
        extras: ['redis'],
        versionConstraint: '== 4.4.7',
        markers: 'python_version < "3"',
      },
    });
  });

  it('include others, each once, even if they go round', () => {
    const { names } = found({
      '/app/requirements.txt': '-r requirements/base.txt\na==1\n',
      '/app/requirements/base.txt': '-r ../requirements.txt\n-r base.txt\n-r more.txt\nb==1\n',
      '/app/requirements/more.txt': '-r base.txt\nc==1\n',
      '/app/requirements/unused.txt': 'd==1\nnot a requirement\n',
    });
    assert.deepEqual(names, [
      'a 1 /app/requirements.txt:2',
      'b 1 /app/requirements/base.txt:4',
      'c 1 /app/requirements/more.txt:2',
    ]);
  });

  it('include files beside them that are called by their purpose, and say which they cannot', () => {
    const { names, problems } = found({
      '/app/requirements.txt': '-r base.txt\n-r odd.txt\n',
      '/app/base.txt': 'a==1\n',
      '/app/odd.txt': 'b==1\n',
      '/app/dev.txt': 'a text that nobody includes\n',
    });
    assert.deepEqual(names, ['a 1 /app/base.txt:1']);
    assert.deepEqual(problems, ['P_RECORD /app/requirements.txt:']);
  });

  it('never reach above the root or out of the view', () => {
    const { names, problems } = found({
      '/requirements.txt':
        '-r ../../../../etc/requirements/x.txt\n-r https://e.org/r.txt\n-r /nowhere\n-r \u0000\n',
      '/etc/requirements/x.txt': 'a==1\n',
    });
    assert.deepEqual(names, ['a 1 /etc/requirements/x.txt:1']);
    assert.deepEqual(problems, Array(3).fill('P_RECORD /requirements.txt:'));
  });

  it('are cut off at the limit of records', () => {
    const { names, problems } = found(
      { '/requirements.txt': 'a==1\nb==1\nc==1\n' },
      { ...DEFAULT_LIMITS, recordsMax: 2 },
    );
    assert.equal(names.length, 2);
    assert.deepEqual(problems, ['P_LIMIT /requirements.txt:']);
  });

  it('may be UTF-16, as shells of Windows write them', () => {
    const { packages } = catalogued(pythonRequirements, {
      '/app/requirements.txt': Buffer.from('\uFEFFattrs==20.3.0\r\n', 'utf16le'),
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:pypi/attrs@20.3.0'],
    );
  });

  it('pin nothing by a variable, and may have options behind them', () => {
    const { packages, problems } = catalogued(pythonRequirements, {
      '/app/requirements.txt': 'a==${VERSION}\nb==1.0 -C option\n',
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:pypi/b@1.0'],
    );
    assert.deepEqual(problems, ['P_RECORD /app/requirements.txt:1']);
  });
});
