import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { tinyElf } from '../../../test/support/tiny-elf.ts';
import { peWith } from '../../bytes/executable/executable-image.fixture.ts';
import { readExecutableImages } from '../../bytes/executable/executable-image.ts';
import { toBytes } from '../../core/bytes.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { type AuditData, readAuditData } from './audit-data.ts';

const CRATES = [
  { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2, 2, 7, -1] },
  { name: 'libc', version: '0.2.1', source: 'crates.io' },
  { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
];

function readFrom(content: Uint8Array, limits = DEFAULT_LIMITS): AuditData | undefined {
  const [image] = readExecutableImages(toBytes(content), limits);
  assert.ok(image);
  return readAuditData(image, limits);
}

function read(bytes: Uint8Array, limits = DEFAULT_LIMITS): AuditData | undefined {
  return readFrom(tinyElf({ contents: [{ name: '.dep-v0', bytes }] }), limits);
}

function packed(value: unknown): Buffer {
  return deflateSync(JSON.stringify(value));
}

function codesOf(data: AuditData | undefined): string[] | undefined {
  return data?.problems.map(({ code }) => code);
}

suite('audit data of a Rust program', () => {
  test('lists crates, of which those for the build only are told apart', () => {
    const data = read(packed({ packages: CRATES }));
    assert.deepEqual(codesOf(data), []);
    assert.deepEqual(data?.crates, [
      {
        name: 'app',
        version: '0.1.0',
        source: 'local',
        isRuntime: true,
        dependencies: [1, 2, 2],
      },
      {
        name: 'libc',
        version: '0.2.1',
        source: 'crates.io',
        isRuntime: true,
        dependencies: [],
      },
      {
        name: 'cc',
        version: '1.0.0',
        source: 'crates.io',
        isRuntime: false,
        dependencies: [],
      },
    ]);
  });

  test('is read from PE files and from the section of the first releases', () => {
    const bytes = packed({ packages: CRATES });
    assert.equal(readFrom(peWith({ name: '.dep-v0', bytes }))?.crates.length, 3);
    const old = tinyElf({ contents: [{ name: '.rust-deps-v0', bytes }] });
    assert.equal(readFrom(old)?.crates.length, 3);
    assert.equal(readFrom(tinyElf({})), undefined);
  });

  test('keeps the places of crates where a record is lost', () => {
    const data = read(packed({ packages: [7, { name: 'x' }, ...CRATES] }));
    assert.deepEqual(
      data?.crates.map((crate) => crate?.name),
      [undefined, undefined, 'app', 'libc', 'cc'],
    );
    assert.deepEqual(codesOf(data), ['P_RECORD']);
  });

  test('that is cut, foreign or a bomb is a problem', () => {
    const whole = packed({ packages: CRATES });
    const bomb = deflateSync(Buffer.alloc(1024 * 1024));
    const limits = { ...DEFAULT_LIMITS, recordBytesMax: 64 * 1024 };
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('{"packages":[]}'),
      whole.subarray(0, -5),
      bomb,
      packed([]),
      packed({ packages: {} }),
    ]) {
      assert.deepEqual(codesOf(read(bytes, limits)), ['P_MALFORMED']);
    }
    const few = { ...DEFAULT_LIMITS, recordsMax: 2 };
    const cut = read(whole, few);
    assert.equal(cut?.crates.length, 2);
    assert.deepEqual(cut?.crates[0]?.dependencies, [1]);
    assert.deepEqual(codesOf(cut), ['P_LIMIT']);
  });
});
