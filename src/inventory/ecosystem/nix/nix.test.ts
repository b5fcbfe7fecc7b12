import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDerivation } from './derivation.ts';
import { parseStoreName } from './store-path.ts';

const HASH = 'h0cnbmfcn93xm5dg2x27ixhag1cwndga';

test('the name of a path in a store contains name, version and output', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['glibc-2.34-210-bin', 'glibc', '2.34-210', 'bin'],
    ['glibc-2.34-210', 'glibc', '2.34-210', ''],
    ['python3.11-requests-2.31.0-dist', 'python3.11-requests', '2.31.0', 'dist'],
    ['perl5.38.2-IO-Socket-SSL-2.083-devdoc', 'perl5.38.2-IO-Socket-SSL', '2.083', 'devdoc'],
    ['my-app-unstable-2023-01-02', 'my-app', 'unstable-2023-01-02', ''],
    ['source-1.2.3+git5', 'source', '1.2.3+git5', ''],
    ['openssl-1.1.1w.tar.gz', 'openssl', '1.1.1w', ''],
    ['a-0.1_beta', 'a', '0.1', ''],
  ];
  for (const [text, name, version, output] of cases) {
    const found = parseStoreName(`${HASH}-${text}`);
    assert.deepEqual(found, { hash: HASH, name, version, output }, text);
  }
  for (const text of ['', HASH, `${HASH}-hook`, `${HASH}-1.2`, `${HASH}-a-1.drv`, '-a-1', 'a-1']) {
    assert.equal(parseStoreName(text), undefined, text);
  }
});

// A pattern with more than linear backtracking would not finish on any of these.
test('long names are parsed like short ones', () => {
  const count = 1_000_000;
  const cases: readonly (readonly [piece: string, version: string, output: string])[] = [
    ['-', `1${'-'.repeat(count)}`, ''],
    ['-1', `1${'-1'.repeat(count)}`, ''],
    ['-1.', `1${'-1.'.repeat(count)}`, ''],
    ['1-a', `1${'1-a'.repeat(count - 1)}1`, 'a'],
    // A version has at most five numbers.
    ['.1', '1.1.1.1.1', ''],
    ['-a+', '1-a+', 'a'],
  ];
  for (const [piece, version, output] of cases) {
    const found = parseStoreName(`${HASH}-a-1${piece.repeat(count)}`);
    assert.ok(found !== undefined, piece);
    assert.deepEqual([found.hash, found.name, found.output], [HASH, 'a', output], piece);
    assert.ok(found.version === version, piece);
  }
});

test('a derivation lists its outputs and inputs', () => {
  const text = `Derive([("dev","","r:sha256",""),("out","/s/\\"q\\"\\n","","")],[("/s/b.drv",["out","dev"])],["/s/src"],"x86_64-linux","/bin/sh",[],[])`;
  assert.deepEqual(parseDerivation(text), {
    outputs: [{ name: 'out', path: '/s/"q"\n' }],
    inputs: [{ path: '/s/b.drv', outputs: ['out', 'dev'] }],
    sources: ['/s/src'],
    system: 'x86_64-linux',
  });
});

test('rejects a text that is not a derivation', () => {
  for (const text of [
    '',
    'Derive(',
    'Derive([],[],[]',
    'Derive([],[],[],"x"',
    'Derive([],[],[(],"x",',
    'Derive(["a,[],[],"x",',
    `Derive(${'['.repeat(100_000)}`,
    'Derive([(]],',
  ]) {
    assert.equal(parseDerivation(text), undefined, text.slice(0, 30));
  }
});
