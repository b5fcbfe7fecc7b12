import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion } from '../../../../test/support/derivation.ts';
import { IMAGE } from '../../../../test/support/sample-report.ts';
import type { CpeProduct } from '../../../core/advisory.ts';
import type { Conclusion } from '../derivation.ts';
import { anotherPlatform } from './another-platform.ts';

const PRODUCT: CpeProduct = {
  part: 'a',
  vendor: 'v',
  product: 'p',
  edition: '',
  language: '',
  softwareEdition: '',
  targetHardware: '',
  targetSoftware: '',
  other: '',
};

interface Platform {
  readonly os?: string;
  readonly architecture?: string;
}

function derive(product: Partial<CpeProduct>, image: Platform = {}): Conclusion | undefined {
  const target = { ...IMAGE, ...image };
  const advisory = { product: { ...PRODUCT, ...product } };
  return deriveConclusion(anotherPlatform, { advisory, inventory: { target } });
}

suite('derived: another platform', () => {
  test('compares the named operating system in any spelling', () => {
    const said = derive({ targetSoftware: 'Windows 10' });
    assert.equal(said?.effect, 'set-aside');
    assert.equal(said.reason, 'the advisory is about windows, but the image is for linux/amd64');
    assert.equal(said.detail, 'requires_environment');
    assert.equal(derive({ targetSoftware: 'mac_os_x' })?.effect, 'set-aside');
    assert.equal(
      derive({ targetSoftware: 'linux_kernel' }, { os: 'windows' })?.effect,
      'set-aside',
    );
  });

  test('compares the named processor', () => {
    assert.equal(derive({ targetHardware: 'arm64' })?.effect, 'set-aside');
    assert.equal(derive({ targetHardware: 'x64' }, { architecture: 'arm64' })?.effect, 'set-aside');
  });

  test('suggests a review of 32-bit programs, which may run on 64 bits', () => {
    assert.equal(derive({ targetHardware: 'x86' })?.effect, 'suggestion');
    assert.equal(
      derive({ targetHardware: 'armv7' }, { architecture: 'arm64' })?.effect,
      'suggestion',
    );
    assert.equal(derive({ targetHardware: 'x86' }, { architecture: 'arm64' })?.effect, 'set-aside');
  });

  test('compares all systems and processors named by Go or Rust', () => {
    const of = (systems: readonly string[], architectures: readonly string[] = []) =>
      deriveConclusion(anotherPlatform, {
        advisory: { qualifiers: { platforms: { systems, architectures } } },
        inventory: { target: IMAGE },
      });
    assert.equal(of(['windows'])?.effect, 'set-aside');
    const reason = 'the advisory is about windows or darwin, but the image is for linux/amd64';
    assert.equal(of(['windows', 'macos'])?.reason, reason);
    assert.equal(of(['windows', 'linux']), undefined);
    assert.equal(of(['windows', 'js']), undefined);
    assert.equal(of([], ['aarch64', 's390x'])?.effect, 'set-aside');
    assert.equal(of([], ['aarch64', 'x86'])?.effect, 'suggestion');
    assert.equal(of([], ['x86', 'x86_64']), undefined);
    assert.equal(of([], []), undefined);
  });

  test('concludes nothing for the own platform, unlisted platforms, and images without one', () => {
    assert.equal(derive({ targetSoftware: 'linux' }), undefined);
    assert.equal(derive({ targetHardware: 'x64' }), undefined);
    assert.equal(derive({ targetSoftware: 'node.js' }), undefined);
    assert.equal(derive({ targetSoftware: 'windows' }, { os: '' }), undefined);
    assert.equal(derive({ targetHardware: 'arm64' }, { architecture: '' }), undefined);
    assert.equal(deriveConclusion(anotherPlatform, { advisory: {} }), undefined);
    assert.equal(deriveConclusion(anotherPlatform, { match: { reasons: [] } }), undefined);
  });

  test('concludes nothing for a directory, which suits any platform', () => {
    const target = { kind: 'directory', userInput: 'x', name: 'x', path: 'x' } as const;
    const advisory = { product: { ...PRODUCT, targetSoftware: 'windows' } };
    assert.equal(deriveConclusion(anotherPlatform, { advisory, inventory: { target } }), undefined);
  });
});
