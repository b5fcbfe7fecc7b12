import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { createTinyElf } from '../../../../test/support/tiny-elf.ts';
import { createPe } from '../../../foundation/bytes/executable/executable-image.fixture.ts';
import { readExecutableImages } from '../../../foundation/bytes/executable/executable-image.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type AuditData, readAuditData } from './audit-data.ts';

const CRATES = [
  { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2, 2, 7, -1] },
  { name: 'libc', version: '0.2.1', source: 'crates.io' },
  { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
];

function readProgram(content: Uint8Array, limits = DEFAULT_LIMITS): AuditData | undefined {
  const [image] = readExecutableImages(toBytes(content), limits);
  assert.ok(image);
  return readAuditData(image, limits);
}

function read(bytes: Uint8Array, limits = DEFAULT_LIMITS): AuditData | undefined {
  return readProgram(createTinyElf({ contents: [{ name: '.dep-v0', bytes }] }), limits);
}

function packJson(value: unknown): Buffer {
  return deflateSync(JSON.stringify(value));
}

function listCodes(data: AuditData | undefined): string[] | undefined {
  return data?.problems.map(({ code }) => code);
}

suite('audit data of a Rust program', () => {
  test('lists crates and marks those for the build only', () => {
    const data = read(packJson({ packages: CRATES }));
    assert.deepEqual(listCodes(data), []);
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
    const bytes = packJson({ packages: CRATES });
    assert.equal(readProgram(createPe({ name: '.dep-v0', bytes }))?.crates.length, 3);
    const old = createTinyElf({ contents: [{ name: '.rust-deps-v0', bytes }] });
    assert.equal(readProgram(old)?.crates.length, 3);
    assert.equal(readProgram(createTinyElf({})), undefined);
  });

  test('keeps the places of crates if a record is malformed', () => {
    const data = read(packJson({ packages: [7, { name: 'x' }, ...CRATES] }));
    assert.deepEqual(
      data?.crates.map((crate) => crate?.name),
      [undefined, undefined, 'app', 'libc', 'cc'],
    );
    assert.deepEqual(listCodes(data), ['P_RECORD']);
  });

  test('is a problem if it is truncated, foreign or a decompression bomb', () => {
    const whole = packJson({ packages: CRATES });
    const bomb = deflateSync(Buffer.alloc(1024 * 1024));
    const limits = { ...DEFAULT_LIMITS, recordBytesMax: 64 * 1024 };
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('{"packages":[]}'),
      whole.subarray(0, -5),
      bomb,
      packJson([]),
      packJson({ packages: {} }),
    ]) {
      assert.deepEqual(listCodes(read(bytes, limits)), ['P_MALFORMED']);
    }
    const few = { ...DEFAULT_LIMITS, recordsMax: 2 };
    const cut = read(whole, few);
    assert.equal(cut?.crates.length, 2);
    assert.deepEqual(cut?.crates[0]?.dependencies, [1]);
    assert.deepEqual(listCodes(cut), ['P_LIMIT']);
  });
});
