import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { findReach } from '../../../../../test/support/reach-image.ts';

const CRATES = ['app 0.1.0', 'serde 1.0.1', 'num-traits 0.2.1', 'cfg-if 1.0.0', 'zstd-sys 2.0.0'];
const CORE = '_ZN4core3fmt5write17h0123456789abcdefE';
const APP = '_RNvCs1234_3app4main';

interface Program {
  readonly symbols?: readonly string[];
  readonly texts?: readonly string[];
}

/** Returns the class of each crate of the program that an image starts. */
function classifyCrates({ symbols = [], texts = [] }: Program): Readonly<Record<string, string>> {
  const packages = CRATES.map((crate) => {
    const [name, version] = crate.split(' ');
    return { name, version, source: 'crates.io' };
  });
  const list = deflateSync(JSON.stringify({ packages }));
  const elf = {
    type: 3,
    dynamic: [],
    contents: [{ name: '.dep-v0', bytes: list }],
    ...(symbols.length === 0 ? {} : { fullSymbols: symbols.map((name) => ({ name, type: 2 })) }),
  };
  const { reach } = findReach({
    files: { '/usr/bin/app': { elf, words: texts } },
    command: ['/usr/bin/app'],
    crates: Object.fromEntries(CRATES.map((crate) => [crate, '/usr/bin/app'])),
  });
  return Object.fromEntries(reach.packages.map((one) => [one.packageKey, one.reach]));
}

suite('crates in Rust programs', () => {
  test('without a symbol or source file are rated at most possible', () => {
    const impl = '_ZN66_$LT$num_traits..Zero$u20$as$u20$core..fmt..Debug$GT$3fmt17h01E';
    const texts = ['/root/.cargo/registry/src/index/serde-1.0.1/src/lib.rs'];
    assert.deepEqual(classifyCrates({ symbols: [CORE, APP, impl], texts }), {
      app: 'required',
      'cfg-if': 'possible',
      'num-traits': 'required',
      serde: 'required',
      // C code has other names.
      'zstd-sys': 'required',
    });
  });

  test('of another version do not match a source file', () => {
    const texts = ['/registry/src/index/serde-1.0.10/src/lib.rs'];
    assert.equal(classifyCrates({ symbols: [CORE, APP], texts })['serde'], 'possible');
  });

  test('of a program without symbols keep their rating', () => {
    const all = Object.fromEntries(CRATES.map((crate) => [crate.split(' ', 1)[0], 'required']));
    assert.deepEqual(classifyCrates({}), all);
    assert.deepEqual(classifyCrates({ symbols: ['main'] }), all);
  });
});
