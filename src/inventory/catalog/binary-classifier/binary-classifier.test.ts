import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles, type Files } from '../../../../test/support/flat-view.ts';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { compilePattern, type Pattern } from '../../../foundation/bytes/pattern/pattern.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { binaryClassifier } from './binary-classifier.ts';
import { CLASSIFIERS } from './classifier-table.data.ts';
import type { Evidence } from './evidence.ts';

const NEEDED = 1;

function listPackages(files: Files): readonly Package[] {
  return catalogFiles(binaryClassifier, files).packages;
}

function listNames(files: Files): string[] {
  return listPackages(files).map(({ name, version }) => `${name} ${version}`);
}

function createProgram(needed: readonly string[], text = ''): Uint8Array {
  const dynamic = needed.map((name) => [NEEDED, name] as const);
  return Buffer.concat([createTinyElf({ dynamic }), Buffer.from(text, 'latin1')]);
}

const XZ = '\0xz (XZ Utils) 5.6.2\0';

suite('binary-classifier', () => {
  test('a program is a package with its CPE, purl and file evidence', () => {
    const [xz, ...others] = listPackages({ '/usr/local/bin/xz': XZ });
    assert.deepEqual(others, []);
    assert.equal(xz?.type, 'binary');
    assert.equal(xz?.purl, 'pkg:generic/xz@5.6.2');
    assert.deepEqual(xz?.cpes, [
      { cpe: 'cpe:2.3:a:tukaani:xz:5.6.2:*:*:*:*:*:*:*', source: 'dictionary' },
    ]);
    const layer = xz?.locations[0]?.layer;
    const path = '/usr/local/bin/xz';
    assert.deepEqual(xz?.locations, [{ path, accessPath: path, layer, evidence: 'primary' }]);
    assert.deepEqual(xz?.metadata?.value, {
      matches: [
        {
          classifier: 'xz-binary',
          location: {
            path,
            layerID: layer,
            accessPath: path,
            annotations: { evidence: 'primary' },
          },
        },
      ],
    });
    assert.equal(xz?.yieldsToOwner, true);
  });

  test('ignores a version in a program that only has the name of another', () => {
    const joinTexts = (...all: readonly string[]): string => ['', ...all, ''].join('\0');
    const other = joinTexts('usage: %s', 'x', '1.2.3', '8.0.1+5');
    for (const name of ['jq', 'java', 'jdb', 'sqlcipher']) {
      assert.deepEqual(listNames({ [`/usr/local/bin/${name}`]: other }), [], name);
    }
    assert.deepEqual(
      listNames({
        '/usr/local/bin/jq': joinTexts('1.7.1', 'jq: error (at %s): %s'),
        '/opt/jre/bin/java': joinTexts('java', '0.0', '19.0.1+10-21'),
        '/opt/arm/bin/java': joinTexts('0.0', '21.0.2+13', 'java'),
        '/usr/local/bin/sqlcipher': joinTexts('community', '4.5.5', 'sqlcipher_cipher_ctx_init'),
      }).toSorted(),
      ['jq 1.7.1', 'jre 19.0.1+10-21', 'jre 21.0.2+13', 'sqlcipher 4.5.5'],
    );
  });

  test('does not mistake a plug-in named after an FFmpeg library for that library', () => {
    const text = '\0Lavc59.37.100\0';
    assert.deepEqual(listNames({ '/usr/lib/vlc/plugins/codec/libavcodec_plugin.so': text }), []);
    assert.deepEqual(listNames({ '/usr/lib/libavcodec.so.59': text }), ['ffmpeg 59.37.100']);
  });

  test('finds the version in builds of distributions, whose strings differ', () => {
    assert.deepEqual(
      listNames({
        '/usr/local/bin/perl': '\0v5.36.0\0/usr/share/perl/5.36\0',
        '/usr/local/bin/redis-server': '\0A7.0.151790282056000000000\x007.0.3\0',
        '/app/lib/libcrypto-1a2b.so.3': '\0OpenSSL 3.0.22 25 Aug 2026\0',
        '/app/old/libcrypto.so.1.0.2': '\0part of OpenSSL 1.0.2u  20 Dec 2019\0',
      }),
      ['redis 7.0.15', 'perl 5.36.0', 'openssl 3.0.22'],
    );
  });

  test('finds no product in a program with another name or without the string', () => {
    assert.deepEqual(listNames({ '/usr/bin/xzcat': XZ, '/usr/bin/zstd': XZ }), []);
    assert.deepEqual(listNames({ '/usr/bin/xz': '\0xz (XZ Utils) 5.6\0', '/opt/xz': '' }), []);
  });

  test('a program written in Go is a Go module', () => {
    const [consul] = listPackages({ '/bin/consul': 'CONSUL_VERSION: 1.15.2' });
    assert.equal(consul?.type, 'go-module');
    assert.equal(consul?.language, 'go');
    assert.equal(consul?.purl, 'pkg:golang/github.com/hashicorp/consul@1.15.2');
  });

  test('accepts a common string only with one that is unique to the program', () => {
    const gzip = '\x001.12\0';
    assert.deepEqual(listNames({ '/bin/gzip': gzip }), []);
    assert.deepEqual(listNames({ '/bin/gzip': `${gzip}%s: %s: not in gzip format` }), [
      'gzip 1.12',
    ]);
  });

  test('requires that the version of Python begins with the number in the file name', () => {
    const text = '\x009.9.9\x003.1.1\x003.11.2rc1\0';
    assert.deepEqual(listNames({ '/opt/python3.11': text }), ['python 3.11.2rc1']);
    assert.deepEqual(listNames({ '/opt/python3': text, '/opt/python3.12': text }), []);
  });

  test('finds the version of a program in the library that it loads', () => {
    const packages = listPackages({
      '/opt/bin/python3.9': createProgram(['libc.so.6', 'libpython3.9.so.1.0']),
      '/opt/lib/libpython3.9.so.1.0': createProgram([], '\x003.9.2\0'),
    });
    assert.equal(packages.length, 1);
    assert.deepEqual(
      packages[0]?.locations.map(({ path, evidence }) => [path, evidence]),
      [
        ['/opt/bin/python3.9', 'primary'],
        ['/opt/lib/libpython3.9.so.1.0', 'supporting'],
      ],
    );
    const matches = packages[0]?.metadata?.value['matches'];
    assert.deepEqual(Array.isArray(matches) && matches.map(({ classifier }) => classifier), [
      'python-binary',
      'python-binary',
    ]);
  });

  test('reports a library by itself if no program loads it', () => {
    const packages = listPackages({
      '/opt/bin/python3.9': createProgram([], '\x003.9.2\0'),
      '/opt/lib/libpython3.9.so.1.0': createProgram([], '\x003.9.2\0'),
    });
    assert.equal(packages.length, 1);
    assert.deepEqual(
      packages[0]?.locations.map(({ evidence }) => evidence),
      ['primary', 'primary'],
    );
  });

  test('reads the version of Go from a VERSION file in its directory or the parent', () => {
    for (const path of ['/usr/local/go/VERSION', '/usr/local/go/bin/VERSION.cache']) {
      const [go] = listPackages({ '/usr/local/go/bin/go': 'none', [path]: 'go1.21.3\ntime' });
      assert.equal(go?.version, '1.21.3');
      assert.deepEqual(
        go?.locations.map((location) => [location.path, location.evidence]),
        [
          ['/usr/local/go/bin/go', 'primary'],
          [path, 'supporting'],
        ],
      );
    }
    assert.deepEqual(listNames({ '/go/bin/go': 'none', '/VERSION': 'go1.21.3' }), []);
    assert.deepEqual(listNames({ '/opt/VERSION': 'go1.21.3' }), []);
  });

  test('Valkey under the name of Redis is not reported as Redis', () => {
    const content = toBytes(Buffer.from('x9.0.0buildkitsandbox-1764887574000000000'));
    const file = {
      path: '/bin/valkey-server',
      role: 'redis-server',
      sizeBytes: content.sizeBytes,
      mode: 0o755,
      content,
      limits: DEFAULT_LIMITS,
      budget: new Budget(DEFAULT_LIMITS),
    };
    const { fact } = binaryClassifier.extract(file);
    assert.ok(fact);
    const seen = {
      role: file.role,
      ref: { layer: 0, row: 0 },
      layer: undefined,
      fact,
      earlier: [],
    };
    const findNames = (path: string): readonly string[] =>
      (
        binaryClassifier.assemble({
          view: NO_FILES,
          distro: undefined,
          budget: file.budget,
          facts: [{ ...seen, path: '/bin/redis-server', realPath: path }],
        }).packages ?? []
      ).map(({ name }) => name);
    assert.deepEqual(findNames('/bin/valkey-server'), []);
    assert.deepEqual(findNames('/bin/server'), ['redis']);
  });

  test('chooses the first matching build of Java, and separates its update', () => {
    const eight = '\0openjdk\0java\x001.8\x001.8.0_352-b08\0';
    const [java] = listPackages({ '/opt/java/bin/java': eight });
    assert.equal(java?.purl, 'pkg:generic/oracle/openjdk@1.8.0_352-b08');
    assert.deepEqual(
      java?.cpes.map(({ cpe }) => cpe),
      ['cpe:2.3:a:oracle:openjdk:1.8.0:update352:*:*:*:*:*:*'],
    );
    const eleven = '\0openjdk\0java\x000.0\x0011.0.17+8-LTS\0';
    assert.deepEqual(listNames({ '/opt/zulu11/bin/java': eleven }), ['zulu 11.0.17+8-LTS']);
    assert.deepEqual(listNames({ '/opt/java/bin/java': eleven }), ['openjdk 11.0.17+8-LTS']);
  });

  test('one program may be two products', () => {
    const text = 'cluster-gpl\x005.7.33-ndb-7.6.17\0';
    assert.deepEqual(listNames({ '/usr/sbin/mysqld': text }), [
      'mysql-server 5.7.33',
      'mysql-cluster 7.6.17',
    ]);
  });

  test('a question mark in a name matches one character', () => {
    const text = '\0clang LLVM (rustc version 1.67.1 (d5a82bbd2 2023-02-07))';
    assert.deepEqual(listNames({ '/lib/libstd-c6192dd4c4d410ac.so': text }), ['rust 1.67.1']);
    assert.deepEqual(listNames({ '/lib/libstd-c6192dd4.so': text }), []);
  });

  test('all patterns of the table are searchable', () => {
    const patterns = CLASSIFIERS.flatMap(({ products }) =>
      products.flatMap(({ evidence }) => listPatterns(evidence)),
    );
    assert.ok(patterns.length > 100);
    for (const each of patterns) {
      assert.ok(compilePattern(each).anchor.length > 0);
    }
  });

  test('finds no products in a truncated program and in random bytes', () => {
    const random = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 251));
    for (const { files } of CLASSIFIERS) {
      const path = `/opt/${(files[0] ?? '').replaceAll('*', '').replaceAll('?', 'a')}`;
      assert.deepEqual(listNames({ [path]: random }), []);
      assert.deepEqual(listNames({ [path]: createProgram([]).subarray(0, 100) }), []);
    }
  });

  test('reports a file built to be slow, and bounds its cost by its size', () => {
    const { problems } = catalogFiles(binaryClassifier, {
      '/opt/bin/grafana-server': '\0/u'.repeat(200_000),
    });
    assert.deepEqual(problems, ['P_LIMIT /opt/bin/grafana-server:']);
  });
});

function listPatterns(evidence: Evidence): readonly Pattern[] {
  switch (evidence.kind) {
    case 'content':
      return evidence.patterns;
    case 'anyOf':
    case 'allOf':
      return evidence.of.flatMap(listPatterns);
    case 'library':
    case 'beside':
      return listPatterns(evidence.evidence);
    default:
      return [];
  }
}

const NO_FILES = {
  layers: [],
  find: () => undefined,
  resolve: () => undefined,
  resolveHardLink: (ref: { layer: number; row: number }) => ref,
  getRealPath: () => undefined,
  findRealFolder: () => undefined,
  list: () => [],
  listPaths: () => [],
};
