import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlatform, getHostPlatform, isPlatformMatch, parsePlatform } from './platform.ts';

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
  test(`parses the platform ${text}`, () => {
    assert.deepEqual(parsePlatform(text), { os, architecture, variant });
  });
}

test('rejects an invalid platform', () => {
  for (const text of ['', 'a/b/c/d', 'linux//v7', 'linux/amd 64', '/']) {
    assert.equal(parsePlatform(text), undefined);
  }
});

test('a platform matches only its request', () => {
  const isMatch = (actual: string, asked: string): boolean => {
    const [left, right] = [parsePlatform(actual), parsePlatform(asked)];
    assert(left !== undefined && right !== undefined);
    return isPlatformMatch(left, right);
  };
  assert(isMatch('linux/arm64', 'arm64'));
  assert(isMatch('linux/arm64', 'linux/arm64/v8'));
  assert(isMatch('linux/arm64/v8', 'linux/arm64'));
  assert(isMatch('linux/arm', 'linux/arm/v7'));
  assert(!isMatch('linux/arm/v6', 'linux/arm/v7'));
  assert(!isMatch('windows/amd64', 'linux'));
});

test('the platform of this machine is Linux in terms of images', () => {
  assert.equal(formatPlatform(getHostPlatform('x64')), 'linux/amd64');
  assert.equal(formatPlatform(getHostPlatform('arm64')), 'linux/arm64');
  assert.equal(formatPlatform({ os: '', architecture: '', variant: '' }), 'unknown/unknown');
});
