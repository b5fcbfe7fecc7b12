import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { catalogFiles, createFlatView } from '../../../../test/support/flat-view.ts';
import { Budget } from '../../../foundation/core/budget.ts';
import { toBytes } from '../../../foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { chisel } from './chisel.ts';

const PATH = '/var/lib/chisel/manifest.wall';

function compressManifest(lines: readonly object[]): Uint8Array {
  return zstdCompressSync(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
}

const LIBC = { kind: 'package', name: 'libc6', version: '2.39-0ubuntu8.4', arch: 'amd64' };
const LOADER = '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
const MANIFEST = compressManifest([
  { jsonwall: '1.0', schema: '1.0', count: 5 },
  { kind: 'content', slice: 'libc6_libs', path: LOADER },
  { kind: 'content', slice: 'libc6_libs', path: '/usr/lib/' },
  { kind: 'content', slice: 'libc6_libs', path: '/gone' },
  LIBC,
  { kind: 'path', path: LOADER, mode: '0755', slices: ['libc6_libs'], sha256: 'ab'.repeat(32) },
]);

suite('chisel', () => {
  test('creates packages with the files of their slices', () => {
    const { packages, problems } = catalogFiles(
      chisel,
      { [PATH]: MANIFEST, [LOADER]: 'loader' },
      { distro: { id: 'ubuntu', idLike: ['debian'], versionId: '24.04' } },
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ name, version, purl, type, architecture, ownedFiles, locations }) => [
        name,
        version,
        purl,
        type,
        architecture,
        ownedFiles,
        locations[0]?.line,
      ]),
      [
        [
          'libc6',
          '2.39-0ubuntu8.4',
          'pkg:deb/ubuntu/libc6@2.39-0ubuntu8.4?arch=amd64&distro=ubuntu-24.04',
          'deb',
          'amd64',
          [{ path: LOADER }],
          5,
        ],
      ],
    );
  });

  test('returns the digests in the manifest', () => {
    const view = createFlatView({ [PATH]: MANIFEST, [LOADER]: 'loader' });
    const budget = new Budget(DEFAULT_LIMITS);
    const file = { path: PATH, role: 'manifest', mode: 0o644, limits: DEFAULT_LIMITS, budget };
    const content = toBytes(MANIFEST);
    const { fact } = chisel.extract({ ...file, sizeBytes: MANIFEST.length, content });
    const ref = view.find(PATH);
    assert.ok(fact !== undefined && ref !== undefined);
    const visible = { path: PATH, role: 'manifest', ref, layer: undefined, fact, earlier: [] };
    const assembly = chisel.assemble({ view, distro: undefined, facts: [visible], budget });
    const { recordedDigests, packages: [libc] = [] } = assembly;
    assert.ok(libc !== undefined);
    assert.deepEqual(recordedDigests?.(libc), [
      { path: LOADER, algorithm: 'sha256', digits: 'ab'.repeat(32) },
    ]);
  });

  test('reports no packages if a dpkg database exists', () => {
    const files = { [PATH]: MANIFEST, '/var/lib/dpkg/status': 'Package: libc6\n' };
    assert.deepEqual(catalogFiles(chisel, files).packages, []);
    const empty = { [PATH]: MANIFEST, '/var/lib/dpkg/status': '' };
    assert.equal(catalogFiles(chisel, empty).packages.length, 1);
    const single = { [PATH]: MANIFEST, '/var/lib/dpkg/status.d/libc6': 'Package: libc6\n' };
    assert.deepEqual(catalogFiles(chisel, single).packages, []);
  });

  const cases = [
    ['empty', Buffer.alloc(0), []],
    ['not packed', Buffer.from(`${JSON.stringify(LIBC)}\n`), []],
    ['cut off', MANIFEST.subarray(0, MANIFEST.length - 8), ['P_MALFORMED']],
    ['not JSON', zstdCompressSync(Buffer.from('invalid\n')), ['P_RECORD']],
    ['without a version', compressManifest([{ kind: 'package', name: 'libc6' }]), ['P_RECORD']],
    [
      'of other values',
      compressManifest([[], { kind: 'package', name: {}, version: 1 }]),
      ['P_RECORD', 'P_RECORD'],
    ],
  ] as const;
  for (const [title, content, expected] of cases) {
    test(`a manifest that is ${title} only loses its own packages`, () => {
      const { problems } = catalogFiles(chisel, { [PATH]: content });
      assert.deepEqual(
        problems.map((problem) => problem.split(' ', 1)[0]),
        expected,
      );
    });
  }

  test('reports a manifest with too many packages or files', () => {
    for (const lower of [{ recordsMax: 0 }, { ownedFilesMax: 1 }]) {
      const limits = { ...DEFAULT_LIMITS, ...lower };
      const { problems } = catalogFiles(chisel, { [PATH]: MANIFEST }, { limits });
      assert.match(problems.join(), /^P_LIMIT/);
    }
  });
});
