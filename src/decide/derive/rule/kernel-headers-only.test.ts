import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import { kernelHeadersOnly } from './kernel-headers-only.ts';

const HEADERS = [
  { path: '/usr/include/linux/tcp.h' },
  { path: '/usr/include/x86_64-linux-gnu/asm/unistd.h' },
  { path: '/usr/share/doc/linux-libc-dev/copyright' },
];

function derive(world: World, searchedName = 'linux') {
  return deriveConclusion(kernelHeadersOnly, {
    reason: { kind: 'indirect', searchedName },
    files: HEADERS,
    ...world,
  });
}

suite('derived: the package only contains kernel headers', () => {
  test('is proven by its files, for every name of kernel sources', () => {
    for (const name of ['linux', 'linux-6.1', 'kernel', 'kernel-rt']) {
      assert.equal(derive({}, name)?.effect, 'set-aside');
    }
    const modules = [...HEADERS, { path: '/lib/modules/6.1/build', type: 'symlink' } as const];
    assert.equal(derive({ files: modules })?.effect, 'set-aside');
  });

  test('does not apply with a kernel or a module', () => {
    for (const path of [
      '/boot/vmlinuz',
      '/usr/lib/modules/6.1/a.ko',
      '/usr/src/linux-6.1/a.ko.xz',
    ]) {
      assert.equal(derive({ files: [...HEADERS, { path }] }), undefined);
    }
  });

  test('concludes nothing for other sources, other headers and findings about the package itself', () => {
    assert.equal(derive({}, 'linux-pam'), undefined);
    assert.equal(derive({}, 'openssl'), undefined);
    assert.equal(derive({ files: [{ path: '/usr/include/openssl/ssl.h' }] }), undefined);
    assert.equal(derive({ files: [] }), undefined);
    assert.equal(derive({ match: { reasons: [] } }), undefined);
    assert.equal(derive({ reason: { kind: 'direct', searchedName: 'linux' } }), undefined);
  });
});
