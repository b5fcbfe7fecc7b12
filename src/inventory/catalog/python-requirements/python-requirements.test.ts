import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../foundation/core/limits.ts';
import { pythonRequirements } from './python-requirements.ts';

function catalogRequirements(files: Files, limits: Limits = DEFAULT_LIMITS) {
  const { packages, problems } = catalogFiles(pythonRequirements, files, { limits });
  return {
    packages,
    problems,
    names: packages.map(
      ({ name, version, locations: [at] }) => `${name} ${version} ${at?.path}:${at?.line}`,
    ),
  };
}

describe('requirements files', () => {
  it('create a package for each pinned requirement', () => {
    const { packages, problems, names } = catalogRequirements({
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

  it('include others once, even in cycles', () => {
    const { names } = catalogRequirements({
      '/app/requirements.txt': '-r requirements/base.txt\na==1\n',
      '/app/requirements/base.txt': '-r ../requirements.txt\n-r base.txt\n-r more.txt\nb==1\n',
      '/app/requirements/more.txt': '-r base.txt\nc==1\n',
      '/app/reqs/unused.txt': 'd==1\nnot a requirement\n',
    });
    assert.deepEqual(names, [
      'a 1 /app/requirements.txt:2',
      'b 1 /app/requirements/base.txt:4',
      'c 1 /app/requirements/more.txt:2',
    ]);
  });

  it('are all text files of a directory with that name', () => {
    const { names } = catalogRequirements({
      '/app/requirements/production.txt': '-r base.txt\na==1\n',
      '/app/requirements/base.txt': 'b==1\n',
      '/app/production.txt': 'c==1\n',
    });
    assert.deepEqual(names, [
      'a 1 /app/requirements/production.txt:2',
      'b 1 /app/requirements/base.txt:1',
    ]);
  });

  it('may name wheels and source archives, by URL or by path', () => {
    const { packages, problems } = catalogRequirements({
      '/app/requirements.txt': `./wheels/Foo_Bar-1.2.3-py3-none-any.whl
https://example.org/torch-2.3.0%2Bcpu-cp311-cp311-linux_x86_64.whl#sha256=ab ; python_version > "3"
baz @ https://example.org/baz-4.0-1-py2.py3-none-any.whl
qux[extra] @ file:///srv/qux-5.1.tar.gz
other-6.0.zip
wrong @ https://example.org/another-1.0-py3-none-any.whl
tag @ https://example.org/tag/archive/v1.0.zip
https://example.org/archive.zip
`,
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [
        'pkg:pypi/foo-bar@1.2.3',
        'pkg:pypi/torch@2.3.0%2Bcpu',
        'pkg:pypi/baz@4.0',
        'pkg:pypi/qux@5.1',
        'pkg:pypi/other@6.0',
      ],
    );
    assert.deepEqual(packages[1]?.metadata?.value, {
      name: 'torch',
      versionConstraint: '',
      url: 'https://example.org/torch-2.3.0%2Bcpu-cp311-cp311-linux_x86_64.whl#sha256=ab',
      markers: 'python_version > "3"',
    });
    assert.deepEqual(
      problems,
      [6, 7, 8].map((line) => `P_RECORD /app/requirements.txt:${line}`),
    );
  });

  it('are pinned by their constraints, which apply to included files, too', () => {
    const { names, problems } = catalogRequirements({
      '/app/requirements.txt': '-c constraints.txt\n-r base.txt\nA>=1\nb==2\nfree\n',
      '/app/base.txt': 'c\n',
      '/app/constraints.txt': 'a==1.5\nb==9\nc==3 # why\nunused==4\n',
      '/app/requirements/constraints.txt': 'd==5\n',
      '/other/requirements.txt': '--constraint=../app/nowhere.txt\na\n',
    });
    assert.deepEqual(names, [
      'a 1.5 /app/requirements.txt:3',
      'b 2 /app/requirements.txt:4',
      'c 3 /app/base.txt:1',
    ]);
    assert.deepEqual(problems.toSorted(), [
      'P_RECORD /app/requirements.txt:5',
      'P_RECORD /other/requirements.txt:2',
    ]);
  });

  it('may name repositories without versions, also editable ones', () => {
    const lines = [
      '-e git+https://example.org/a.git@v1.2.0#egg=a',
      '--editable=git+ssh://git@example.org/b.git#egg=b[extra]&subdirectory=lib',
      'git+https://example.org/c.git@0123456#egg=c ; python_version > "3"',
      'hg+https://example.org/d',
      'e @ git+https://example.org/e.git@v5.0',
      '-e https://example.org/f-6.0.tar.gz',
      '-e .[test]',
      '-e ./lib',
      '--index-url https://example.org/simple',
    ];
    const { names, problems } = catalogRequirements({ '/app/requirements.txt': lines.join('\n') });
    assert.deepEqual(names, ['f 6.0 /app/requirements.txt:6']);
    assert.deepEqual(
      problems,
      [1, 2, 3, 4, 5].map((line) => `P_RECORD /app/requirements.txt:${line}`),
    );
  });

  it('include files named by purpose, and report unreadable ones', () => {
    const { names, problems } = catalogRequirements({
      '/app/requirements.txt': '-r base.txt\n-r odd.txt\n',
      '/app/base.txt': 'a==1\n',
      '/app/odd.txt': 'b==1\n',
      '/app/dev.txt': 'a text that nobody includes\n',
    });
    assert.deepEqual(names, ['a 1 /app/base.txt:1']);
    assert.deepEqual(problems, ['P_RECORD /app/requirements.txt:']);
  });

  it('never read above the root or outside the view', () => {
    const { names, problems } = catalogRequirements({
      '/requirements.txt':
        '-r ../../../../etc/requirements/x.txt\n-r https://e.org/r.txt\n-r /nowhere\n-r \u0000\n',
      '/etc/requirements/x.txt': 'a==1\n',
    });
    assert.deepEqual(names, ['a 1 /etc/requirements/x.txt:1']);
    assert.deepEqual(problems, Array(3).fill('P_RECORD /requirements.txt:'));
  });

  it('stop at the limit of records', () => {
    const { names, problems } = catalogRequirements(
      { '/requirements.txt': 'a==1\nb==1\nc==1\n' },
      { ...DEFAULT_LIMITS, recordsMax: 2 },
    );
    assert.equal(names.length, 2);
    assert.deepEqual(problems, ['P_LIMIT /requirements.txt:']);
  });

  it('may be UTF-16, as written by Windows shells', () => {
    const { packages } = catalogFiles(pythonRequirements, {
      '/app/requirements.txt': Buffer.from('\uFEFFattrs==20.3.0\r\n', 'utf16le'),
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:pypi/attrs@20.3.0'],
    );
  });

  it('ignore variables, and may have options after requirements', () => {
    const { packages, problems } = catalogFiles(pythonRequirements, {
      '/app/requirements.txt': 'a==${VERSION}\nb==1.0 -C option\n',
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:pypi/b@1.0'],
    );
    assert.deepEqual(problems, ['P_RECORD /app/requirements.txt:1']);
  });
});
