import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type CryptoEvidence, detectCryptoSettings } from './crypto-settings.ts';

const detectSettings = (about: Partial<CryptoEvidence>): string[] =>
  detectCryptoSettings({ names: [], hasSymbolTable: true, settings: [], ...about });

suite('the cryptography of a Go program', () => {
  test('is detected by its functions', () => {
    assert.deepEqual(detectSettings({ names: ['crypto/sha256.(*digest).Write'] }), [
      'standard-crypto',
    ]);
    const boring = [
      'crypto/internal/boring/sig.BoringCrypto.abi0',
      'crypto/internal/boring/sig.FIPSOnly.abi0',
    ];
    assert.deepEqual(detectSettings({ names: boring }), ['boring-crypto', 'crypto/tls/fipsonly']);
    assert.deepEqual(detectSettings({ names: ['main.main'] }), []);
  });

  test('is not reported as standard for a stripped program', () => {
    const names = ['crypto/sha256.(*digest).Write', '_Cfunc__goboringcrypto_SHA1'];
    assert.deepEqual(detectSettings({ names, hasSymbolTable: false }), ['boring-crypto']);
  });

  test('is detected by build settings', () => {
    const settings = [
      { key: 'GOFIPS140', value: 'v1.0.0' },
      { key: 'DefaultGODEBUG', value: 'panicnil=1,fips140=on' },
    ];
    assert.deepEqual(detectSettings({ settings }), ['GOFIPS140=v1.0.0', 'GODEBUG=fips140=on']);
    assert.deepEqual(detectSettings({ settings: [{ key: 'GOFIPS140', value: '' }] }), []);
  });
});
