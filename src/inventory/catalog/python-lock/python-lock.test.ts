import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { pythonLock } from './python-lock.ts';

const read = (path: string, text: string): ReturnType<typeof catalogFiles> =>
  catalogFiles(pythonLock, { [path]: text });
const listPurls = ({ packages }: ReturnType<typeof catalogFiles>): string[] =>
  packages.map(({ purl }) => purl);

suite('a lock file of Python', () => {
  test('of Poetry has ranges, markers and extras; an extra counts if requested', () => {
    const made = read(
      '/poetry.lock',
      `[[package]]
name = "Flask_Login"
version = "1.0"
[package.dependencies]
Werkzeug = ">=0.14"
colorama = {version = "*", markers = "sys_platform == 'win32'"}
httpx = {version = "*", extras = ["socks"]}
[package.extras]
dev = ["pytest (>=3)"]

[[package]]
name = "werkzeug"
version = "3.1.3"

[[package]]
name = "httpx"
version = "0.28"
[package.extras]
socks = ["socksio (==1.*)"]

[[package]]
name = "socksio"
version = "1.0"

[[package]]
name = "pytest"
version = "5"
`,
    );
    assert.deepEqual(listPurls(made)[0], 'pkg:pypi/flask-login@1.0');
    assert.deepEqual(made.edges, [
      'httpx 0.28 > flask-login 1.0',
      'socksio 1.0 > httpx 0.28',
      'werkzeug 3.1.3 > flask-login 1.0',
    ]);
    assert.deepEqual(made.packages[0]?.metadata, {
      kind: 'python-poetry-lock-entry',
      value: {
        index: '',
        dependencies: [
          { name: 'Werkzeug', version: '>=0.14', optional: false },
          { name: 'colorama', version: '*', optional: false, markers: "sys_platform == 'win32'" },
          { name: 'httpx', version: '*', optional: false, extras: ['socks'] },
        ],
        extras: [{ name: 'dev', dependencies: ['pytest (>=3)'] }],
      },
    });
  });

  // `uv export --no-dev` leaves out extras of the project unless they are requested.
  test('of uv lists the project itself, without its unrequested extras', () => {
    const made = read(
      '/uv.lock',
      `version = 1
[[package]]
name = "mine"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "idna", marker = "a" }]
[package.optional-dependencies]
json = [{ name = "orjson" }]
[[package]]
name = "idna"
version = "3.10"
source = { registry = "https://index.example.org/simple" }
[[package]]
name = "orjson"
version = "3"
`,
    );
    assert.deepEqual(listPurls(made), ['pkg:pypi/mine@0.1.0', 'pkg:pypi/idna@3.10']);
    assert.deepEqual(made.edges, ['idna 3.10 > mine 0.1.0']);
    assert.deepEqual(made.packages[1]?.metadata, {
      kind: 'python-uv-lock-entry',
      value: { index: 'https://index.example.org/simple', dependencies: null },
    });
  });

  test('of uv names the required version if there are several', () => {
    const made = read(
      '/uv.lock',
      `[[package]]
name = "a"
version = "1"
dependencies = [{ name = "numpy", version = "1.26", source = { registry = "x" } }]
[[package]]
name = "b"
version = "1"
dependencies = [{ name = "numpy", version = "2.0", extra = ["fast"] }]
[[package]]
name = "numpy"
version = "1.26"
[[package]]
name = "numpy"
version = "2.0"
[package.optional-dependencies]
fast = [{ name = "a" }]
`,
    );
    assert.deepEqual(made.edges, ['a 1 > numpy 2.0', 'numpy 1.26 > a 1', 'numpy 2.0 > b 1']);
  });

  test('of uv keeps a project with a dynamic version, and its requested extras', () => {
    const made = read(
      '/uv.lock',
      `version = 1
[[package]]
name = "dyn"
source = { editable = "." }
dependencies = [{ name = "requests", extra = ["socks"] }]
[[package]]
name = "pysocks"
version = "1.7.1"
source = { registry = "https://index.example.org/simple" }
[[package]]
name = "requests"
version = "2.32.3"
source = { registry = "https://index.example.org/simple" }
[package.optional-dependencies]
socks = [{ name = "pysocks" }]
[[package]]
name = "unbuilt"
source = { registry = "https://index.example.org/simple" }
`,
    );
    assert.deepEqual(made.edges, ['pysocks 1.7.1 > requests 2.32.3', 'requests 2.32.3 > dyn ']);
    assert.equal(made.packages[0]?.purl, 'pkg:pypi/dyn');
    assert.deepEqual(made.problems, ['P_RECORD /uv.lock:']);
  });

  test('of uv leaves out packages that only groups of its projects need', () => {
    const made = read(
      '/uv.lock',
      `[manifest]
members = ["app", "Lib_X"]
[[package]]
name = "app"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "a", extra = ["fast"] }]
[package.dev-dependencies]
dev = [{ name = "pytest" }, { name = "b", version = "2", extra = ["slow"] }]
[[package]]
name = "lib-x"
version = "1"
source = { editable = "packages/lib" }
dependencies = [{ name = "b", version = "1" }]
[[package]]
name = "a"
version = "1"
[package.optional-dependencies]
fast = [{ name = "c" }]
[[package]]
name = "b"
version = "1"
[package.optional-dependencies]
slow = [{ name = "pytest" }]
[[package]]
name = "b"
version = "2"
[package.optional-dependencies]
slow = [{ name = "c" }]
[[package]]
name = "c"
version = "1"
[[package]]
name = "pytest"
version = "8"
`,
    );
    assert.deepEqual(listPurls(made).slice(2), ['pkg:pypi/a@1', 'pkg:pypi/b@1', 'pkg:pypi/c@1']);
    assert.deepEqual(made.edges, ['a 1 > app 1', 'b 1 > lib-x 1', 'c 1 > a 1']);
    const script = '[manifest]\nrequirements = [{ name = "a", extras = ["x"] }]\n';
    const group = '[manifest.dependency-groups]\ndev = [{ name = "b" }]\n';
    const both = '[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "b"\nversion = "1"\n';
    assert.deepEqual(listPurls(read('/tool.py.lock', script + both)), ['pkg:pypi/a@1']);
    assert.deepEqual(listPurls(read('/uv.lock', group + both)), []);
    assert.equal(read('/uv.lock', both).packages.length, 2);
  });

  // `uv sync --no-dev` installs them nevertheless.
  test('of uv keeps groups that its project installs by default', () => {
    const lock = `[[package]]
name = "app"
version = "1"
source = { virtual = "." }
[package.dev-dependencies]
dev = [{ name = "a" }]
docs = [{ name = "b" }]
test = [{ name = "c" }]
${['a', 'b', 'c'].map((name) => `[[package]]\nname = "${name}"\nversion = "1"\n`).join('')}`;
    const listLockedNames = (groups: string): string[] =>
      catalogFiles(pythonLock, {
        '/uv.lock': lock,
        '/pyproject.toml': `[tool.uv]\ndefault-groups = ${groups}`,
      }).packages.map(({ name }) => name);
    assert.deepEqual(listLockedNames('["dev", "docs"]'), ['app', 'b']);
    assert.deepEqual(listLockedNames('"all"'), ['app', 'b', 'c']);
    assert.deepEqual(listLockedNames('[]'), ['app']);
  });

  test('of Poetry or PDM omits groups and extras stated by entries', () => {
    const createEntry = (name: string, rest: string): string =>
      `[[package]]\nname = "${name}"\nversion = "1"\n${rest}\n`;
    const poetry = [
      createEntry('a', 'optional = false\ngroups = ["main", "dev"]'),
      createEntry('b', 'optional = false\ngroups = ["dev"]'),
      createEntry('c', 'optional = true\ngroups = ["main"]'),
    ].join('');
    const former = [
      createEntry('a', 'category = "main"\noptional = false'),
      createEntry('b', 'category = "dev"\noptional = false'),
      createEntry('c', 'category = "main"\noptional = true'),
    ].join('');
    const pdm = [
      createEntry('a', 'groups = ["default"]'),
      createEntry('b', 'groups = ["test"]'),
    ].join('');
    assert.deepEqual(listPurls(read('/poetry.lock', poetry)), ['pkg:pypi/a@1']);
    assert.deepEqual(listPurls(read('/poetry.lock', former)), ['pkg:pypi/a@1']);
    assert.deepEqual(listPurls(read('/pdm.lock', pdm)), ['pkg:pypi/a@1']);
    // An extra of the project needs it in the main group, and a group that is not optional, too.
    const both = poetry + createEntry('d', 'optional = false\ngroups = ["main", "dev"]');
    const project = '[tool.poetry.dependencies]\na = "1"\nc = {version = "1", optional = true}';
    const { packages } = catalogFiles(pythonLock, {
      '/poetry.lock': both,
      '/pyproject.toml': project,
    });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['a'],
    );
  });

  test('of Poetry or PDM without groups uses the groups of the project beside it', () => {
    const lock = `[[package]]
name = "a"
version = "1"
[package.dependencies]
b = "*"
[package.extras]
x = ["c (>1)"]
[[package]]
name = "b"
version = "1"
[[package]]
name = "c"
version = "1"
[[package]]
name = "d"
version = "1"
[package.dependencies]
b = "*"
`;
    const listLockedNames = (project: string, path = '/app/poetry.lock'): string[] =>
      catalogFiles(pythonLock, { [path]: lock, '/app/pyproject.toml': project }).packages.map(
        ({ name }) => name,
      );
    const createPoetryProject = (dependencies: string): string =>
      `[tool.poetry.dependencies]\npython = "^3.10"\n${dependencies}\n[tool.poetry.group.dev.dependencies]\nd = "*"`;
    assert.deepEqual(
      listLockedNames(createPoetryProject('A = "^1"\nd = {version = "1", optional = true}')),
      ['a', 'b'],
    );
    assert.deepEqual(
      listLockedNames(createPoetryProject('a = [{version = "1", extras = ["x"]}]')),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(listLockedNames('[project]\ndependencies = ["a[x]>=1"]'), ['a', 'b', 'c']);
    assert.deepEqual(listLockedNames('[project]\ndependencies = []'), []);
    for (const unclear of [
      '[project]\ndynamic = ["dependencies"]',
      '[project]\ndependencies = ["other"]',
      '[tool.black]',
      '[',
    ]) {
      assert.equal(listLockedNames(unclear).length, 4, unclear);
    }
    const far = '[project]\ndependencies = ["b"]';
    assert.equal(listLockedNames(far, '/other/poetry.lock').length, 4);
  });

  test('of the standard form, pylock.toml, includes packages that only extras or groups require', () => {
    const createEntry = (name: string, marker: string): string =>
      `[[packages]]\nname = "${name}"\nversion = "1"\nmarker = '${marker}'\n`;
    const packages =
      createEntry('main', '"default" in dependency_groups') +
      createEntry('tests', '"dev" in dependency_groups') +
      createEntry('both', '"default" in dependency_groups or "dev" in dependency_groups') +
      createEntry('web', '"web" in extras') +
      createEntry('windows', 'sys_platform == "win32"');
    const listNames = (groups: string): string =>
      catalogFiles(pythonLock, {
        '/app/pylock.toml': `lock-version = "1.0"\n${groups}\n${packages}`,
      })
        .packages.map(({ name }) => name)
        .join(' ');
    assert.equal(listNames('default-groups = ["default"]'), 'main both windows');
    assert.equal(listNames('default-groups = ["default", "dev"]'), 'main tests both windows');
    assert.equal(listNames(''), 'windows');
  });

  test('of the standard form, pylock.toml, lists packages and their dependencies', () => {
    const made = read(
      '/app/pylock.dev.toml',
      `lock-version = "1.0"
[[packages]]
name = "Cattrs"
version = "24.1.2"
dependencies = [{ name = "attrs", version = "25.1.0" }]
[[packages]]
name = "attrs"
version = "25.1.0"
[[packages]]
name = "attrs"
version = "24.0.0"
[[packages]]
name = "local"
directory = { path = "." }
[[packages]]
name = "broken"
index = "https://index.example.org/simple"
`,
    );
    assert.deepEqual(listPurls(made), [
      'pkg:pypi/cattrs@24.1.2',
      'pkg:pypi/attrs@25.1.0',
      'pkg:pypi/attrs@24.0.0',
      'pkg:pypi/local',
    ]);
    assert.deepEqual(made.edges, ['attrs 25.1.0 > cattrs 24.1.2']);
    assert.equal(made.packages[0]?.metadata, undefined);
    assert.deepEqual(made.problems, ['P_RECORD /app/pylock.dev.toml:']);
  });

  test('of PDM repeats a package for its extras', () => {
    const made = read(
      '/pdm.lock',
      `[[package]]
name = "coverage"
version = "7"
summary = "Measures"
files = [{file = "a.whl", hash = "sha256:ab"}, {file = "b", hash = "broken"}]
[[package]]
name = "coverage"
version = "7"
extras = ["toml"]
dependencies = ["coverage==7", "tomli; python_version < \\"3.11\\""]
[[package]]
name = "pytest-cov"
version = "4"
dependencies = ["coverage[toml]>=5.2.1"]
[[package]]
name = "tomli"
version = "2"
`,
    );
    assert.equal(made.packages.length, 3);
    assert.deepEqual(made.edges, ['coverage 7 > pytest-cov 4', 'tomli 2 > coverage 7']);
    assert.deepEqual(made.packages[0]?.metadata?.value, {
      summary: 'Measures',
      files: [{ url: 'a.whl', digest: { algorithm: 'sha256', value: 'ab' } }],
    });
  });

  test('of PDM has an entry for an extra that only the project requests', () => {
    const made = read(
      '/pdm.lock',
      `[[package]]
name = "requests"
version = "2.31.0"
dependencies = ["certifi>=2017"]
[[package]]
name = "requests"
version = "2.31.0"
extras = ["socks"]
dependencies = ["PySocks!=1.5.7,>=1.5.6", "requests==2.31.0"]
[[package]]
name = "certifi"
version = "2024.2.2"
[[package]]
name = "pysocks"
version = "1.7.1"
`,
    );
    assert.deepEqual(made.edges, [
      'certifi 2024.2.2 > requests 2.31.0',
      'pysocks 1.7.1 > requests 2.31.0',
    ]);
  });

  test('of Pipenv lists packages by name, and their index by source name', () => {
    const made = read(
      '/Pipfile.lock',
      JSON.stringify({
        _meta: { sources: [{ name: 'usual', url: 'https://index.example.org/simple' }] },
        default: {
          certifi: { hashes: ['sha256:59'], version: '==2019.3.9' },
          local: { path: '.' },
          broken: 7,
        },
        develop: { pytest: { version: '==5' } },
      }),
    );
    assert.deepEqual(listPurls(made), ['pkg:pypi/certifi@2019.3.9']);
    assert.deepEqual(made.packages[0]?.metadata, {
      kind: 'python-pipfile-lock-entry',
      value: { hashes: ['sha256:59'], index: 'https://index.example.org/simple' },
    });
    assert.equal(made.problems.length, 2);
  });

  test('loses one malformed record, and is malformed if truncated or too deep', () => {
    const made = read('/uv.lock', 'package = [7, {name = "a"}, {name = "b", version = "1"}]');
    assert.equal(made.packages.length, 1);
    assert.equal(made.problems.length, 2);
    for (const path of ['/poetry.lock', '/pdm.lock', '/uv.lock', '/Pipfile.lock']) {
      for (const text of ['[[package', 'package = 1']) {
        assert.deepEqual(read(path, text).problems, [`P_MALFORMED ${path}:`]);
      }
      const limit = path === '/Pipfile.lock' ? [] : [`P_LIMIT ${path}:`];
      assert.deepEqual(read(path, `a = ${'['.repeat(99_999)}`).problems, [
        `P_MALFORMED ${path}:`,
        ...limit,
      ]);
    }
  });
});
