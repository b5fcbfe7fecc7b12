import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import {
  createMachO,
  createPe,
  createUniversal,
} from '../../../foundation/bytes/executable/executable-image.fixture.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { MIT } from '../../../foundation/identity/license/license-text.fixture.ts';
import {
  createFunctionTable,
  createInlineBuildInfo,
} from '../../ecosystem/go/go-program.fixture.ts';
import { goModuleBinary } from './go-module-binary.ts';

interface Program {
  readonly goVersion?: string;
  readonly lines: readonly string[];
  readonly functions?: readonly string[];
}

const LINES = [
  'path\texample.org/shop/cmd/web',
  'mod\texample.org/shop\t(devel)\t',
  'dep\tgithub.com/BurntSushi/toml\tv0.4.1\th1:toml=',
  'dep\tgolang.org/x/net\tv0.7.0\th1:net=',
  '=>\tgithub.com/fork/net\tv0.7.1\th1:fork=',
  'dep\texample.org/shop/local\tv0.0.0',
  '=>\t./local\t(devel)\t',
  'build\tGOARCH=amd64',
];

function createProgram({ goVersion = 'go1.26.8', lines, functions }: Program): Uint8Array {
  return createTinyElf({
    contents: [
      { name: '.go.buildinfo', bytes: createInlineBuildInfo(goVersion, lines) },
      ...(functions === undefined
        ? []
        : [{ name: '.gopclntab', bytes: createFunctionTable(functions) }]),
    ],
  });
}

function read(about: Program): ReturnType<typeof catalogFiles> {
  return catalogFiles(goModuleBinary, { '/web': createProgram(about) });
}

const listPackages = ({ packages }: ReturnType<typeof catalogFiles>): string[] =>
  packages.map(({ name, version }) => `${name}@${version}`);

suite('go-module-binary', () => {
  test('uses licenses of modules in a cache of the target', () => {
    const { packages } = catalogFiles(goModuleBinary, {
      '/web': createProgram({ lines: LINES }),
      '/go/pkg/mod/github.com/!burnt!sushi/toml@v0.4.1/COPYING': MIT,
    });
    const toml = packages.find(({ name }) => name === 'github.com/BurntSushi/toml');
    assert.deepEqual(
      toml?.licenses.map(({ value, kind }) => [value, kind]),
      [['MIT', 'concluded']],
    );
  });

  test('creates packages for the main module, the others and the standard library', () => {
    const result = read({ lines: LINES });
    assert.deepEqual(result.problems, []);
    assert.deepEqual(
      result.packages.map(({ name, version, purl, metadata }) => [
        name,
        version,
        purl,
        metadata?.value['h1Digest'],
      ]),
      [
        ['example.org/shop', '', 'pkg:golang/example.org/shop', undefined],
        [
          'github.com/BurntSushi/toml',
          'v0.4.1',
          'pkg:golang/github.com/BurntSushi/toml@v0.4.1',
          'h1:toml=',
        ],
        ['github.com/fork/net', 'v0.7.1', 'pkg:golang/github.com/fork/net@v0.7.1', 'h1:fork='],
        ['example.org/shop/local', '', 'pkg:golang/example.org/shop/local', undefined],
        ['stdlib', 'go1.26.8', 'pkg:golang/stdlib@1.26.8', undefined],
      ],
    );
    assert.deepEqual(result.packages[0]?.metadata, {
      kind: 'go-module-buildinfo-entry',
      value: {
        goBuildSettings: [{ key: 'GOARCH', value: 'amd64' }],
        goCompiledVersion: 'go1.26.8',
        architecture: 'amd64',
        mainModule: 'example.org/shop',
      },
    });
    assert.deepEqual(result.packages.at(-1)?.cpes, [
      { cpe: 'cpe:2.3:a:golang:go:1.26.8:-:*:*:*:*:*:*', source: 'generated' },
    ]);
    assert.equal(result.edges.length, 4);
    assert.ok(result.edges.every((edge) => edge.endsWith(' > example.org/shop ')));
  });

  test('assigns the functions in the program to their modules', () => {
    const { packages } = read({
      lines: LINES,
      functions: ['main.main', 'golang.org/x/net/html.Parse', 'net/http.Get'],
    });
    assert.deepEqual(
      packages.map(({ name, symbols }) => [name, symbols]),
      [
        ['example.org/shop', [{ path: 'main', symbols: ['main'] }]],
        ['github.com/BurntSushi/toml', []],
        ['github.com/fork/net', [{ path: 'golang.org/x/net/html', symbols: ['Parse'] }]],
        ['example.org/shop/local', []],
        ['stdlib', [{ path: 'net/http', symbols: ['Get'] }]],
      ],
    );
    assert.equal(read({ lines: LINES }).packages[0]?.symbols, undefined);
  });

  test('derives the main module from the built sources, or from the path', () => {
    const dependency = 'dep\texample.org/a\t(devel)\t';
    assert.deepEqual(listPackages(read({ lines: ['path\texample.org/x', dependency] })), [
      'example.org/a@',
      'stdlib@go1.26.8',
    ]);
    const files = ['path\tcommand-line-arguments', 'dep\texample.org/a\tv1.0.0\t'];
    assert.deepEqual(listPackages(read({ lines: files })), [
      'command-line-arguments@',
      'example.org/a@v1.0.0',
      'stdlib@go1.26.8',
    ]);
    assert.deepEqual(listPackages(read({ lines: [] })), ['stdlib@go1.26.8']);
  });

  test('separates experiments from the version of the toolchain', () => {
    for (const goVersion of [
      'go1.26.8-X:nodwarf5,boringcrypto',
      'go1.26.8 X:nodwarf5,boringcrypto',
    ]) {
      const { packages } = read({ goVersion, lines: LINES });
      assert.deepEqual(packages[0]?.metadata?.value['goExperiments'], ['nodwarf5', 'boringcrypto']);
      assert.equal(packages.at(-1)?.purl, 'pkg:golang/stdlib@1.26.8');
    }
    const { packages } = read({ goVersion: 'devel go1.27-a1b2 Tue Aug 4', lines: LINES });
    assert.equal(packages.at(-1)?.version, 'go1.27-a1b2');
    assert.deepEqual(listPackages(read({ goVersion: 'unknown', lines: [] })), []);
  });

  test('reads PE files, and every architecture of universal ones', () => {
    const bytes = createInlineBuildInfo('go1.26.8', LINES.slice(0, -1));
    const one = createMachO({ name: '__go_buildinfo', bytes });
    const two = createMachO({ name: '__go_buildinfo', bytes }, { architecture: 'arm64' });
    const { packages, edges } = catalogFiles(goModuleBinary, {
      '/fat': createUniversal([one, two]),
      '/web.exe': createPe({ name: '.data', bytes }),
    });
    assert.equal(packages.length, 15);
    assert.equal(edges.length, 12);
    assert.deepEqual(
      [...new Set(packages.map(({ architecture }) => architecture))],
      ['amd64', undefined, 'arm64', '34404'],
    );
  });

  test('reports programs packed by UPX, and ignores other programs', () => {
    const packed = Buffer.from(createTinyElf({}));
    packed.write('UPX!', 200);
    packed.write('UPX!', packed.length - 36);
    const { packages, problems } = catalogFiles(goModuleBinary, {
      '/packed': packed,
      '/packed.exe': createPe({ name: 'UPX1', bytes: Buffer.alloc(64) }),
      '/bin/c': createTinyElf({}),
      '/notes': 'UPX!',
    });
    assert.deepEqual(packages, []);
    assert.deepEqual(problems, ['P_UNSUPPORTED /packed:', 'P_UNSUPPORTED /packed.exe:']);
  });

  test('skips a false line, and reports truncated functions', () => {
    const content = createProgram({
      lines: [...LINES, 'dep\tbroken', 'build\tbroken'],
      functions: ['main.main', 'net/http.Get'],
    });
    const limits = { ...DEFAULT_LIMITS, symbolBytesMax: 12 };
    const { packages, problems } = catalogFiles(goModuleBinary, { '/web': content }, { limits });
    assert.equal(packages.length, 5);
    assert.deepEqual(problems, ['P_RECORD /web:', 'P_RECORD /web:', 'P_LIMIT /web:']);
    assert.ok(packages.every(({ symbols }) => symbols === undefined));
    for (let length = 0; length < content.length; length += 7) {
      assert.doesNotThrow(() =>
        catalogFiles(goModuleBinary, { '/web': content.subarray(0, length) }),
      );
    }
  });
});
