import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { snap } from './snap.ts';

const read = (path: string, content: string | Uint8Array, limits = DEFAULT_LIMITS) =>
  catalogFiles(snap, { [path]: content }, { limits });

const listPurls = (path: string, content: string | Uint8Array): string[] =>
  read(path, content).packages.map(({ purl, confidence }) => `${purl} ${confidence}`);

const CHANGELOG = '/usr/share/doc/linux-modules-5.4.0-195-generic/changelog.Debian.gz';

suite('a snap', () => {
  test('that is a base lists its packages', () => {
    const text =
      'package-repositories: []\npackages:\n- gcc-10-base:amd64=10.5.0-1~20.04\n- adduser=3.118\n- x\n- =1\n';
    assert.deepEqual(listPurls('/usr/share/snappy/dpkg.yaml', text), [
      'pkg:deb/ubuntu/gcc-10-base@10.5.0-1~20.04?arch=amd64 1',
      'pkg:deb/ubuntu/adduser@3.118 1',
    ]);
  });

  test('has a manifest of its packages', () => {
    const text =
      'name: pc-gadget\nversion: 24-0.1\nbase: core24\narchitectures: [amd64]\nprimed-stage-packages: [shim-signed=1.56+15.7, a:arm64=1]\n';
    const { packages } = read('/snap/manifest.yaml', text);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:deb/ubuntu/shim-signed@1.56%2B15.7?arch=amd64', 'pkg:deb/ubuntu/a@1?arch=arm64'],
    );
    assert.deepEqual(packages[0]?.metadata, {
      kind: 'snap-entry',
      value: {
        snapType: 'gadget',
        base: 'core24',
        snapName: 'pc-gadget',
        snapVersion: '24-0.1',
        architecture: 'amd64',
      },
    });
  });

  test('has a recipe, with lower confidence in its packages', () => {
    const text = `name: snapd
version: '2.61'
base: core18
parts:
  one: {build-packages: [gcc], stage-packages: [libssl1.1, kmod=27-1, foo >= 2]}
  two: {stage-snaps: [core18], build-snaps: [go/1.18/stable]}
  three: text
`;
    assert.deepEqual(listPurls('/snap/snapcraft.yaml', text), [
      'pkg:deb/ubuntu/gcc@unknown 0.2',
      'pkg:deb/ubuntu/libssl1.1@unknown 0.6',
      'pkg:deb/ubuntu/kmod@27-1 0.6',
      'pkg:deb/ubuntu/foo@2 0.6',
      'pkg:generic/snap/go%2F1.18%2Fstable@unknown?type=app 0.2',
      'pkg:generic/snap/core18@unknown?type=app 0.6',
    ]);
  });

  test('that is installed is a package, but not one of Ubuntu', () => {
    const text = 'name: firefox\nversion: 121.0-1\nbase: core22\narchitectures: [amd64]\n';
    const [firefox] = read('/snap/firefox/3600/meta/snap.yaml', text).packages;
    assert.equal(firefox?.type, 'snap');
    assert.equal(firefox.purl, 'pkg:generic/snap/firefox@121.0-1?arch=amd64&base=core22&type=app');
  });

  test('with a kernel has its version, and that of the source kernel', () => {
    const text = 'linux (5.4.0-195.215) focal; urgency=medium\n\n  215/linux: 5.4-100.200 base\n';
    assert.deepEqual(
      read(CHANGELOG, gzipSync(text)).packages.map(({ name, version }) => `${name} ${version}`),
      ['linux-image-5.4.0-195-generic 5.4.0-195.215', 'linux-image-5.4-100-generic 5.4-100.200'],
    );
    const plain = 'linux (6.8.0-50.51) noble; urgency=medium\n';
    assert.equal(read(CHANGELOG, gzipSync(plain)).packages.length, 1);
    assert.deepEqual(read(CHANGELOG, gzipSync('linux (6.1.176-1) bookworm;\n')).packages, []);
  });

  test('with damaged documents is a problem', () => {
    const path = '/snap/manifest.yaml';
    for (const text of ['', '- a', 'a: [1']) {
      assert.deepEqual(read(path, text).problems, [`P_MALFORMED ${path}:`]);
    }
    assert.deepEqual(read(path, '['.repeat(10_000)).problems, [
      `P_MALFORMED ${path}:`,
      `P_LIMIT ${path}:`,
    ]);
    const cut = gzipSync('linux (5.4.0-195.215)').subarray(0, 20);
    assert.deepEqual(read(CHANGELOG, cut).problems, [`P_MALFORMED ${CHANGELOG}:`]);
    const limits = { ...DEFAULT_LIMITS, textFileBytesMax: 100 };
    const long = gzipSync('x'.repeat(5_000)).subarray(0);
    assert.deepEqual(read(CHANGELOG, long, limits).problems, [`P_LIMIT ${CHANGELOG}:`]);
  });
});
