import { createFiles, type GrowingInput, repeat } from './growing-input.ts';

const SITE = 'usr/lib/python3/site-packages';
const project = (name: string, more = ''): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: 1\n${more}`;

const PYTHON: readonly GrowingInput[] = [
  {
    name: 'python: files of a project',
    start: 2_000,
    large: 25_000_000,
    limit: 'packageFilesMax',
    make: (count) => ({
      [`${SITE}/a-1.dist-info/METADATA`]: project('a'),
      [`${SITE}/a-1.dist-info/RECORD`]: 'a,,\n'.repeat(count),
    }),
  },
  {
    name: 'python: files that an old installer lists',
    start: 2_000,
    large: 25_000_000,
    make: (count) => ({
      [`${SITE}/a.egg-info/PKG-INFO`]: project('a'),
      [`${SITE}/a.egg-info/installed-files.txt`]: '../a\n'.repeat(count),
    }),
  },
  {
    name: 'python: projects that link to one list of files',
    start: 40,
    large: 2_000,
    make: (count) => ({
      ...createFiles(count, (at) => [`${SITE}/a${at}-1.dist-info/METADATA`, project(`a${at}`)]),
      [`${SITE}/a0-1.dist-info/RECORD`]: repeat(count * 10, (at) => `f${at},,\n`),
      ...createFiles(count - 1, (at) => [
        `${SITE}/a${at + 1}-1.dist-info/RECORD`,
        { link: '../a0-1.dist-info/RECORD' },
      ]),
    }),
  },
  {
    name: 'python: requirements of a project',
    start: 1_000,
    large: 200_000,
    make: (count) => ({
      [`${SITE}/a-1.dist-info/METADATA`]: project(
        'a',
        repeat(count, (at) => `Requires-Dist: b${at} (>=1); extra == "x"\n`),
      ),
    }),
  },
  {
    name: 'python: environments that see the projects of the system',
    start: 160,
    large: 3_000,
    limit: 'dependenciesMax',
    make: (count) => ({
      ...createFiles(count, (at) => [
        `${SITE}/a${at}-1.dist-info/METADATA`,
        project(`a${at}`, `Requires-Dist: a${(at + 1) % count}\n`),
      ]),
      ...createFiles(count, (at) => [
        `v${at}/pyvenv.cfg`,
        'version = 3.11.1\ninclude-system-site-packages = true\n',
      ]),
      ...createFiles(count, (at) => [
        `v${at}/lib/python3.11/site-packages/b-1.dist-info/METADATA`,
        project('b'),
      ]),
    }),
  },
  {
    name: 'python: licenses of a project',
    start: 40,
    large: 500,
    make: (count) => ({
      [`${SITE}/a-1.dist-info/METADATA`]: project('a'),
      ...createFiles(count, (at) => [
        `${SITE}/a-1.dist-info/licenses/LICENSE.${at}`,
        'Permission is hereby granted, free of charge, to any person. '.repeat(20),
      ]),
    }),
  },
  {
    name: 'python: a license in the metadata',
    start: 500,
    large: 60_000,
    make: (count) => ({
      [`${SITE}/a-1.dist-info/METADATA`]: project(
        'a',
        `License: MIT\n${' Redistributions of source code must retain this.\n'.repeat(count)}`,
      ),
    }),
  },
  {
    name: 'python: requirements that include each other',
    start: 100,
    large: 5_000,
    make: (count) =>
      createFiles(count, (at) => [
        `requirements-${at}.txt`,
        `-r requirements-${(at + 1) % count}.txt\n-r requirements-${(at * 7) % count}.txt\na${at}==1\n`,
      ]),
  },
  {
    name: 'python: lines of a requirements file',
    start: 1_000,
    large: 2_000_000,
    make: (count) => ({ 'requirements.txt': repeat(count, (at) => `a${at}==1 --hash=x\n`) }),
  },
  {
    name: 'python: a requirement that goes on in the next line',
    start: 1_000,
    large: 5_000_000,
    make: (count) => ({ 'requirements.txt': `a==1 ${'\\\n x '.repeat(count)}` }),
  },
  {
    name: 'python: dependencies of poetry.lock',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'poetry.lock': repeat(
        count,
        (at) =>
          `[[package]]\nname = "a${at}"\nversion = "1"\n[package.dependencies]\na${(at * 7) % count} = "*"\n`,
      ),
    }),
  },
  {
    name: 'python: extras of uv.lock that ask for extras',
    start: 100,
    large: 40_000,
    make: (count) => ({
      'uv.lock': `version = 1\n${repeat(
        count,
        (at) =>
          `[[package]]\nname = "a${at}"\nversion = "1"\nsource = { registry = "x" }\ndependencies = [{ name = "a${(at + 1) % count}", extra = ["e"] }]\n[package.optional-dependencies]\ne = [{ name = "a${(at + 2) % count}", extra = ["e"] }]\n`,
      )}`,
    }),
  },
  {
    name: 'python: extras of one project in uv.lock',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'uv.lock': `version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "a", extra = [${repeat(count, (at) => `"e${at}"`, ',')}] }]\n[package.optional-dependencies]\n${repeat(count, (at) => `e${at} = [{ name = "a", extra = ["e${(at + 1) % count}"] }]\n`)}`,
    }),
  },
  {
    name: 'python: one name in many versions in pdm.lock',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'pdm.lock': repeat(
        count,
        (at) => `[[package]]\nname = "a"\nversion = "${at}"\ndependencies = ["a"]\n`,
      ),
    }),
  },
  {
    name: 'python: packages of Pipfile.lock',
    start: 500,
    large: 400_000,
    limit: 'recordsMax',
    make: (count) => ({
      'Pipfile.lock': `{"_meta":{},"default":{${repeat(count, (at) => `"a${at}":{"version":"==1"}`, ',')}}}`,
    }),
  },
  {
    name: 'python: lines of setup.py',
    start: 1_000,
    large: 300_000,
    make: (count) => ({ 'setup.py': repeat(count, (at) => `'a${at}==1',\n`) }),
  },
  {
    name: 'python: dependencies of pyproject.toml',
    start: 300,
    large: 100_000,
    make: (count) => ({
      'pyproject.toml': `[project]\nname = "a"\ndependencies = [${repeat(count, (at) => `"a${at}==1"`, ',')}]\n`,
    }),
  },
];

const createManifest = (name: string, more = ''): string =>
  `{"name":"${name}","version":"1"${more}}`;

const NODE: readonly GrowingInput[] = [
  {
    name: 'npm: packages of a lock',
    start: 500,
    large: 600_000,
    limit: 'jsonValuesMax',
    make: (count) => ({
      'package-lock.json': `{"lockfileVersion":3,"packages":{${repeat(count, (at) => `"node_modules/a${at}":{"version":"1"}`, ',')}}}`,
    }),
  },
  {
    name: 'npm: dependencies of each package of a lock',
    start: 200,
    large: 10_000,
    make: (count) => ({
      'package-lock.json': `{"lockfileVersion":3,"packages":{${repeat(
        count,
        (at) =>
          `"node_modules/a${at}":{"version":"1","dependencies":{${repeat(150, (no) => `"a${(at * 7 + no) % count}":"*"`, ',')}}}`,
        ',',
      )}}}`,
    }),
  },
  {
    name: 'npm: packages nested in each other in a lock',
    start: 60,
    large: 2_600,
    make: (count) => ({
      'package-lock.json': `{"lockfileVersion":3,"packages":{${repeat(
        Math.floor(Math.sqrt(count) * 8),
        (at) =>
          `"${'node_modules/a/'.repeat(at)}node_modules/b":{"version":"1","dependencies":{"z":"1","y":"2"}}`,
        ',',
      )}}}`,
    }),
  },
  {
    name: 'npm: packages nested in each other in an old lock',
    start: 300,
    large: 2_600,
    make: (count) => ({
      'package-lock.json': `{"lockfileVersion":1,"dependencies":${'{"a":{"version":"1","requires":{"z":"1"},"dependencies":'.repeat(count)}{}${'}}'.repeat(count)}}`,
    }),
  },
  {
    name: 'npm: links of a lock',
    start: 300,
    large: 400_000,
    make: (count) => ({
      'package-lock.json': `{"lockfileVersion":3,"packages":{"":{"name":"r"},${repeat(count, (at) => `"node_modules/l${at}":{"link":true,"resolved":"p"}`, ',')},"p":{"name":"p","version":"1"}}}`,
    }),
  },
  {
    name: 'npm: packages that are installed',
    start: 100,
    large: 20_000,
    make: (count) => [
      createFiles(count, (at) => [
        `app/node_modules/a${at}/package.json`,
        createManifest(`a${at}`),
      ]),
    ],
  },
  {
    name: 'npm: packages installed in each other',
    start: 12,
    large: 150,
    make: (count) => [
      createFiles(count, (at) => [
        `app/${'node_modules/a/'.repeat(at)}package.json`,
        createManifest('a'),
      ]),
    ],
  },
  {
    name: 'npm: files of nested packages',
    start: 40,
    large: 400,
    make: (count) => [
      {
        ...createFiles(20, (at) => [
          `app/${'node_modules/a/'.repeat(at)}package.json`,
          createManifest('a'),
        ]),
        ...createFiles(count, (at) => [`app/${'node_modules/a/'.repeat(19)}f${at}.js`, '']),
      },
    ],
  },
  {
    name: 'npm: contributors of a package',
    start: 500,
    large: 200_000,
    make: (count) => [
      {
        'node_modules/a/package.json': createManifest(
          'a',
          `,"contributors":[${repeat(count, (at) => `"A ${at} <a@b> (http://x)"`, ',')}]`,
        ),
      },
    ],
  },
  {
    name: 'npm: one package installed in many places beside a lock',
    start: 100,
    large: 8_000,
    make: (count) => ({
      'pnpm-lock.yaml': `lockfileVersion: '9.0'\npackages:\n${repeat(count / 4, (at) => `  /a@1.0.0(b${at}):\n    resolution: {}\n`)}`,
      ...createFiles(count, (at) => [
        `x${at}/node_modules/a/package.json`,
        '{"name":"a","version":"1.0.0","license":"MIT"}',
      ]),
    }),
  },
  {
    name: 'pnpm: keys',
    start: 300,
    large: 70_000,
    limit: 'yamlFileBytesMax',
    make: (count) => ({
      'pnpm-lock.yaml': `lockfileVersion: '9.0'\npackages:\n${repeat(count, (at) => `  /a${at}@1.0.0:\n    resolution: {}\n`)}`,
    }),
  },
  {
    name: 'pnpm: documents',
    start: 4,
    large: 100_000,
    make: (count) => ({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n---\n".repeat(count) }),
  },
  {
    name: 'yarn: entries',
    start: 500,
    large: 500_000,
    limit: 'recordsMax',
    make: (count) => ({
      'yarn.lock': `# yarn lockfile v1\n\n${repeat(count, (at) => `a${at}@^1, a${at}@1:\n  version "1"\n  dependencies:\n    a${(at * 7) % count} "^1"\n\n`)}`,
    }),
  },
  {
    name: 'yarn: names of one entry',
    start: 500,
    large: 3_000_000,
    limit: 'recordsMax',
    make: (count) => ({
      'yarn.lock': `# yarn lockfile v1\n\n${repeat(count, (at) => `a@^${at}`, ', ')}:\n  version "1"\n`,
    }),
  },
  {
    name: 'bun: packages',
    start: 300,
    large: 300_000,
    limit: 'jsonValuesMax',
    make: (count) => ({
      'bun.lock': `{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"a0":"1"}}},"packages":{${repeat(count, (at) => `"a${at}":["a${at}@1","",{"dependencies":{"a${(at + 1) % count}":"1"}},"x"],`)}}}`,
    }),
  },
  {
    name: 'bun: packages nested in each other',
    start: 30,
    large: 3_000,
    make: (count) => ({
      'bun.lock': `{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"a":"1"}}},"packages":{${repeat(
        Math.floor(Math.sqrt(count) * 6),
        (at) => `"${'a/'.repeat(at)}a":["a@${at}","",{"dependencies":{"a":"1","z":"1"}},"x"],`,
      )}}}`,
    }),
  },
  {
    name: 'deno: packages',
    start: 300,
    large: 300_000,
    make: (count) => ({
      'deno.lock': `{"version":"4","npm":{${repeat(count, (at) => `"a${at}@1":{"integrity":"x","dependencies":["a${(at + 1) % count}"]}`, ',')}}}`,
    }),
  },
];

const OTHERS: readonly GrowingInput[] = [
  {
    name: 'conda: files of a package',
    start: 2_000,
    large: 900_000,
    limit: 'packageFilesMax',
    make: (count) => ({
      'conda-meta/a-1-0.json': `{"name":"a","version":"1","build":"0","files":[${repeat(count, () => '"a"', ',')}]}`,
    }),
  },
  {
    name: 'conda: packages that need one name',
    start: 100,
    large: 8_000,
    make: (count) =>
      createFiles(count, (at) => [
        `conda-meta/a${at}-1-0.json`,
        `{"name":"a","version":"${at}","build":"0","depends":["a","b"]}`,
      ]),
  },
  {
    name: 'perl: files of a distribution',
    start: 2_000,
    large: 20_000_000,
    limit: 'packageFilesMax',
    make: (count) => ({
      'usr/lib/perl5/perllocal.pod': '=head2 Mon: L<A|A>\n\nC<VERSION: 1>\n',
      'usr/lib/perl5/auto/A/.packlist': '/a\n'.repeat(count),
    }),
  },
  {
    name: 'perl: records of one distribution',
    start: 40,
    large: 2_000,
    make: (count) =>
      createFiles(count, (at) => [
        `usr/lib/perl5/${at}/.meta/A-1/install.json`,
        `{"name":"A","dist":"A-1","version":"1","provides":{${repeat(20, (no) => `"A::M${at}x${no}":{}`, ',')}}}`,
      ]),
  },
  {
    name: 'perl: modules of a log',
    start: 500,
    large: 900_000,
    make: (count) => ({
      'usr/lib/perl5/perllocal.pod': repeat(
        count,
        (at) => `=head2 Mon: L<A${at}|A${at}>\n\nC<VERSION: 1>\n\n`,
      ),
    }),
  },
  {
    name: 'perl: distributions of a snapshot',
    start: 300,
    large: 400_000,
    make: (count) => ({
      'cpanfile.snapshot': `# carton snapshot format: version 1.0\nDISTRIBUTIONS\n${repeat(count, (at) => `  A${at}-1\n    pathname: A/AB/ABC/A${at}-1.tar.gz\n    provides:\n      A${at} 1\n    requirements:\n      A${(at + 1) % count} 0\n`)}`,
    }),
  },
  {
    name: 'composer: packages of a lock',
    start: 400,
    large: 10_000,
    make: (count) => ({
      'composer.lock': `{"packages":[${repeat(
        count,
        (at) =>
          `{"name":"a/p${at}","version":"1","require":{${repeat(50, (no) => `"a/p${(at * 7 + no) % count}":"*"`, ',')}}}`,
        ',',
      )}]}`,
    }),
  },
  {
    name: 'composer: packages that replace one name',
    start: 100,
    large: 50_000,
    make: (count) => ({
      'composer.lock': `{"packages":[${repeat(count, (at) => `{"name":"a/p${at}","version":"1","replace":{"a/x":"1"},"require":{"a/x":"1"}}`, ',')}]}`,
    }),
  },
  {
    name: 'pear: arrays in a record',
    start: 500,
    large: 500_000,
    make: (count) => ({
      'usr/share/php/.registry/a.reg': `a:${count + 2}:{s:4:"name";s:1:"a";s:7:"version";s:1:"1";${repeat(count, (at) => `i:${at};a:0:{}`)}}`,
    }),
  },
  {
    name: 'ruby: gems of a lock',
    start: 300,
    large: 500_000,
    make: (count) => ({
      'Gemfile.lock': `GEM\n  remote: https://rubygems.org/\n  specs:\n${repeat(count, (at) => `    a${at} (1)\n      a${(at + 1) % count}\n`)}\n`,
    }),
  },
  {
    name: 'ruby: files of an installed gem',
    start: 500,
    large: 200_000,
    make: (count) => ({
      'usr/lib/ruby/gems/3.0.0/specifications/a-1.gemspec': `Gem::Specification.new do |s|\n s.name = "a".freeze\n s.version = "1"\n s.files = [${repeat(count, (at) => `"f${at}".freeze`, ', ')}]\nend\n`,
    }),
  },
  {
    name: 'ruby: gems that need each other',
    start: 100,
    large: 5_000,
    make: (count) =>
      createFiles(count, (at) => [
        `usr/lib/ruby/gems/3.0.0/specifications/a-${at}.gemspec`,
        `Gem::Specification.new do |s|\n s.name = "a".freeze\n s.version = "${at}"\n s.add_runtime_dependency(%q<a>.freeze, [">= 0"])\nend\n`,
      ]),
  },
  {
    name: 'cargo: packages of a lock',
    start: 300,
    large: 900_000,
    limit: 'catalogerStepsMax',
    make: (count) => ({
      'Cargo.lock': repeat(
        count,
        (at) =>
          `[[package]]\nname = "a${at}"\nversion = "1.0.0"\ndependencies = ["a${(at * 7) % count}"]\n`,
      ),
    }),
  },
  {
    name: 'cargo: names joined by dots',
    start: 50,
    large: 3_000_000,
    limit: 'textDepthMax',
    make: (count) => ({ 'Cargo.lock': `[${repeat(count, () => 'a', '.')}]\n` }),
  },
  {
    name: 'cargo: versions of one crate',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'Cargo.lock': repeat(
        count,
        (at) =>
          `[[package]]\nname = "a"\nversion = "1.0.${at}"\ndependencies = ["a 1.0.${(at + 1) % count}", "a"]\n`,
      ),
    }),
  },
  {
    name: 'go: requirements of a module',
    start: 500,
    large: 3_000_000,
    make: (count) => ({
      'go.mod': `module a\n\ngo 1.22\n\nrequire (\n${repeat(count, (at) => `\ta.com/b${at} v1.0.0\n`)})\n`,
      'go.sum': repeat(
        count,
        (at) => `a.com/b${at} v1.0.0 h1:x=\na.com/b${at} v1.0.0/go.mod h1:x=\n`,
      ),
    }),
  },
  {
    name: 'go: replacements of a module',
    start: 500,
    large: 2_000_000,
    make: (count) => ({
      'go.mod': `module a\n\ngo 1.22\n\nrequire a.com/b v1.0.0\n\nreplace (\n${repeat(count, (at) => `\ta.com/b${at} => a.com/c v1.0.${at}\n`)})\n`,
    }),
  },
  {
    name: 'go: modules in a vendor directory',
    start: 500,
    large: 1_000_000,
    make: (count) => ({
      'vendor/modules.txt': repeat(
        count,
        (at) => `# a.com/b${at} v1.0.0\n## explicit\na.com/b${at}/c\n`,
      ),
    }),
  },
  {
    name: 'hex: packages of mix.lock',
    start: 200,
    large: 200_000,
    make: (count) => ({
      'mix.lock': `%{\n${repeat(count, (at) => `  "a${at}": {:hex, :a${at}, "1.0.0", "x", [:mix], [{:a${(at + 1) % count}, "~> 1", [hex: :a, optional: false]}], "hexpm", "y"},\n`)}}\n`,
    }),
  },
  {
    name: 'hex: packages of rebar.lock',
    start: 200,
    large: 500_000,
    limit: 'jsonValuesMax',
    make: (count) => ({
      'rebar.lock': `{"1.2.0",\n[${repeat(count, (at) => `{<<"a${at}">>,{pkg,<<"a${at}">>,<<"1.0.0">>},0}`, ',\n')}]}.\n[{pkg_hash,[${repeat(count, (at) => `{<<"a${at}">>, <<"X">>}`, ',')}]}].\n`,
    }),
  },
  {
    name: 'erlang: terms in each other',
    start: 300,
    large: 2_000_000,
    make: (count) => ({
      'ebin/a.app': `{application, a, [{vsn, "1"}, {env, ${'['.repeat(count)}${']'.repeat(count)}}]}.\n`,
    }),
  },
  {
    name: 'haskell: packages of a freeze file',
    start: 500,
    large: 2_000_000,
    make: (count) => ({
      'cabal.project.freeze': `constraints: ${repeat(count, (at) => `any.a${at} ==1.0`, ',\n             ')}\n`,
    }),
  },
  {
    name: 'cocoapods: pods',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'Podfile.lock': `PODS:\n${repeat(count, (at) => `  - A${at} (1):\n    - A${(at + 1) % count}\n`)}\nSPEC CHECKSUMS:\n${repeat(count, (at) => `  A${at}: x\n`)}`,
    }),
  },
  {
    name: 'dart: packages with anchors',
    start: 200,
    large: 60_000,
    make: (count) => ({
      'pubspec.lock': `packages:\n${repeat(count, (at) => `  a${at}: &a${at} {version: "1"}\n`)}`,
    }),
  },
  {
    name: 'dart: lines of one text',
    start: 2_000,
    large: 2_000_000,
    make: (count) => ({ 'pubspec.lock': `a: |\n${'\n'.repeat(count)}packages: {}\n` }),
  },
  {
    name: 'dart: comments',
    start: 2_000,
    large: 500_000,
    make: (count) => ({ 'pubspec.lock': `${'# x\n'.repeat(count)}packages: {}\n` }),
  },
  {
    name: 'swift: pins',
    start: 300,
    large: 300_000,
    make: (count) => ({
      'Package.resolved': `{"version":2,"pins":[${repeat(count, (at) => `{"identity":"a${at}","location":"https://a.com/a${at}.git","state":{"version":"1"}}`, ',')}]}`,
    }),
  },
  {
    name: 'terraform: providers',
    start: 200,
    large: 60_000,
    make: (count) => ({
      '.terraform.lock.hcl': repeat(
        count,
        (at) =>
          `provider "registry.terraform.io/a/b${at}" {\n  version = "1.0.0"\n  hashes = [\n    "h1:x",\n  ]\n}\n`,
      ),
    }),
  },
  {
    name: 'terraform: blocks in each other',
    start: 500,
    large: 300_000,
    make: (count) => ({ '.terraform.lock.hcl': `${'a {\n'.repeat(count)}${'}\n'.repeat(count)}` }),
  },
  {
    name: 'opam: fields',
    start: 500,
    large: 200_000,
    make: (count) => ({
      'opam/a.opam': `opam-version: "2.0"\nname: "a"\nversion: "1"\ndepends: [${repeat(count, (at) => `"b${at}"`, ' ')}]\n`,
    }),
  },
  {
    name: 'github: steps of a workflow',
    start: 200,
    large: 40_000,
    make: (count) => ({
      '.github/workflows/a.yml': `jobs:\n  a:\n    steps:\n${repeat(count, (at) => `    - uses: a/b${at}@v1\n`)}`,
    }),
  },
  {
    name: 'lua: dependencies of a rock',
    start: 500,
    large: 200_000,
    make: (count) => ({
      'lib/luarocks/rocks-5.1/a/1-1/a-1-1.rockspec': `package = "a"\nversion = "1-1"\ndependencies = {${repeat(count, (at) => `"b${at} >= 1"`, ', ')}}\n`,
    }),
  },
  {
    name: 'lua: tables in each other',
    start: 500,
    large: 1_000_000,
    make: (count) => ({
      'lib/luarocks/rocks-5.1/a/1-1/a-1-1.rockspec': `package = "a"\nversion = "1-1"\nx = ${'{'.repeat(count)}${'}'.repeat(count)}\n`,
    }),
  },
  {
    name: 'vcpkg: files of a package',
    start: 2_000,
    large: 20_000_000,
    make: (count) => ({
      'vcpkg/status':
        'Package: a\nVersion: 1\nArchitecture: x64-linux\nStatus: install ok installed\n',
      'vcpkg/info/a_1_x64-linux.list': 'x64-linux/a\n'.repeat(count),
    }),
  },
  {
    name: 'r: packages of renv.lock',
    start: 300,
    large: 300_000,
    make: (count) => ({
      'renv.lock': `{"R":{},"Packages":{${repeat(count, (at) => `"a${at}":{"Package":"a${at}","Version":"1","Source":"Repository","Requirements":["a0"]}`, ',')}}}`,
    }),
  },
  {
    name: 'conan: requirements of a lock',
    start: 300,
    large: 500_000,
    make: (count) => ({
      'conan.lock': `{"version":"0.5","requires":[${repeat(count, (at) => `"a${at}/1.0#x%1"`, ',')}]}`,
    }),
  },
  {
    name: 'spack: packages',
    start: 100,
    large: 5_000,
    make: (count) =>
      createFiles(count, (at) => [
        `opt/spack/a${at}/.spack/spec.json`,
        `{"spec":{"nodes":[{"name":"a${at}","version":"1","hash":"h${at}","dependencies":[{"name":"b","hash":"h0"}]}]}}`,
      ]),
  },
  {
    name: 'wordpress: files of a plugin',
    start: 100,
    large: 5_000,
    make: (count) =>
      createFiles(count, (at) => [
        `wp-content/plugins/a/f${at}.php`,
        '<?php\n/*\nPlugin Name: A\nVersion: 1\n*/\n',
      ]),
  },
];

/** Inputs for the readers of language packages and lock files. */
export const LANGUAGE_INPUTS: readonly GrowingInput[] = [...PYTHON, ...NODE, ...OTHERS];
