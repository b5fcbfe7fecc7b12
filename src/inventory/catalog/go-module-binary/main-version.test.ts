import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { guessMainVersion } from './main-version.ts';

const guess = (settings: Readonly<Record<string, string>>): string =>
  guessMainVersion(
    'example.org/tool',
    Object.entries(settings).map(([key, value]) => ({ key, value })),
  );

suite('the version of a Go program', () => {
  const linked = [
    ['-s -w -X main.version=v1.4.2-rc1', 'v1.4.2-rc1'],
    ['-X=main.Version=1.4.2', 'v1.4.2'],
    ['-X main.version=v2.0.0-rc.1', 'v2.0.0-rc.1'],
    ["-X 'main.version=v2.0.0-rc.1.2+build.5.g12ab'", 'v2.0.0-rc.1.2+build.5.g12ab'],
    ['-X main.version=1.2.3_4', 'v1.2.3_4'],
    ["-X 'main.buildVersion=1.4.2' -w", 'v1.4.2'],
    ['"-X main.gitTag=v2.0.0"', 'v2.0.0'],
    ['-X main.tag=v1.0.0 -X main.ver=v2.0.0', 'v2.0.0'],
    ['-X example.org/tool/internal/build.GitVersion=refs/tags/v0.3.1', 'v0.3.1'],
    ['-X main.version=a/1.0.0/b', 'v1.0.0'],
    ['-X main.version=/1.2.3', 'v1.2.3'],
  ] as const;
  for (const [flags, expected] of linked) {
    test(`is found in ${flags}`, () => {
      assert.equal(guess({ '-ldflags': flags }), expected);
    });
  }

  for (const flags of [
    '',
    '-X main.version',
    '-X main.version=',
    '-X main.version=release-1.2.3',
    '-X main.version=20240101',
    '-X domain.version=v1.2.3',
    '-X example.org/toolbox/x.version=v1.2.3',
    '-X main.goVersionInfo=v1.2.3',
    '=',
  ]) {
    test(`is not found in ${flags || 'nothing'}`, () => {
      assert.equal(guess({ '-ldflags': flags }), '');
    });
  }

  test('is otherwise a pseudo-version of the commit, with its time in UTC', () => {
    const revision = '0123456789abcdef0123456789abcdef01234567';
    const at = (time: string): string => guess({ 'vcs.revision': revision, 'vcs.time': time });
    assert.equal(at('2024-02-29T23:30:00Z'), 'v0.0.0-20240229233000-0123456789ab');
    assert.equal(at('2024-03-01T00:30:00+01:00'), 'v0.0.0-20240229233000-0123456789ab');
    assert.equal(at('yesterday'), 'v0.0.0-00010101000000-0123456789ab');
    assert.equal(guess({ 'vcs.revision': revision }), '');
    const short = { 'vcs.revision': 'abc', 'vcs.time': '2024-02-29T23:30:00Z' };
    assert.equal(guess(short), 'v0.0.0-20240229233000-abc');
  });

  test('is found in time linear in the length of the flags', () => {
    assert.equal(guess({ '-ldflags': `-X main.version=${'/'.repeat(1_000_000)}` }), '');
    assert.equal(guess({ '-ldflags': '=.'.repeat(500_000) }), '');
  });
});
