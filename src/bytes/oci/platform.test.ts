import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsPlatform, hostPlatform, parsePlatform, platformText } from './platform.ts';

const PARTS: readonly (readonly [string, string, string, string])[] = [
  ['linux/amd64', 'linux', 'amd64', ''],
  ['linux/arm/v7', 'linux', 'arm', 'v7'],
  ['arm64', '', 'arm64', ''],
  ['arm/v6', '', 'arm', 'v6'],
  ['windows', 'windows', '', ''],
  ['linux/x86_64', 'linux', 'amd64', ''],
  ['aarch64', '', 'arm64', ''],
  ['armhf', '', 'arm', 'v7'],
  ['Linux/AMD64', 'linux', 'amd64', ''],
  ['constructor', '', 'constructor', ''],
];

for (const [text, os, architecture, variant] of PARTS) {
  test(`the platform ${text} is understood`, () => {
    assert.deepEqual(parsePlatform(text), { os, architecture, variant });
  });
}

test('what is no platform is none', () => {
  for (const text of ['', 'a/b/c/d', 'linux//v7', 'linux/amd 64', '/']) {
    assert.equal(parsePlatform(text), undefined);
  }
});

test('a platform fits what was asked of it and no more', () => {
  const fits = (actual: string, asked: string): boolean => {
    const [left, right] = [parsePlatform(actual), parsePlatform(asked)];
    assert(left !== undefined && right !== undefined);
    return fitsPlatform(left, right);
  };
  assert(fits('linux/arm64', 'arm64'));
  assert(fits('linux/arm64', 'linux/arm64/v8'));
  assert(fits('linux/arm64/v8', 'linux/arm64'));
  assert(fits('linux/arm', 'linux/arm/v7'));
  assert(!fits('linux/arm/v6', 'linux/arm/v7'));
  assert(!fits('windows/amd64', 'linux'));
});

test('the platform of this machine is Linux by the names of images', () => {
  assert.equal(platformText(hostPlatform('x64')), 'linux/amd64');
  assert.equal(platformText(hostPlatform('arm64')), 'linux/arm64');
  assert.equal(platformText({ os: '', architecture: '', variant: '' }), 'unknown/unknown');
});
