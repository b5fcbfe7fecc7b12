import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatRepository, parseRepositoryPurl, parseRepositoryUrl } from './code-repository.ts';

function formatOptional(repository: ReturnType<typeof parseRepositoryUrl>): string | undefined {
  return repository && formatRepository(repository);
}

suite('code repositories', () => {
  test('are parsed from a URL of a known host in any form', () => {
    for (const url of [
      'https://github.com/Redis/redis',
      'https://github.com/redis/redis.git',
      'http://www.github.com/redis/redis/security/advisories/GHSA-1',
      'git+https://github.com/redis/redis.git@6f2c',
      'ssh://git@github.com/redis/redis.git',
      'git@github.com:redis/redis.git',
      'github.com/redis/redis',
    ]) {
      assert.equal(formatOptional(parseRepositoryUrl(url)), 'github.com/redis/redis', url);
    }
  });

  test('are not parsed from other URLs', () => {
    for (const url of [
      'https://example.com/redis/redis',
      'https://github.com/advisories',
      'https://github.com',
      'https://github.com.example.com/redis/redis',
      'redis/redis',
      '',
    ]) {
      assert.equal(parseRepositoryUrl(url), undefined, url);
    }
  });

  test('are parsed from a package URL that names one', () => {
    const expectations: readonly (readonly [purl: string, expected: string | undefined])[] = [
      ['pkg:swift/github.com/vapor/redis@4.10.0', 'github.com/vapor/redis'],
      ['pkg:github/actions/checkout@v4', 'github.com/actions/checkout'],
      ['pkg:bitbucket/birkenfeld/pygments-main@2', 'bitbucket.org/birkenfeld/pygments-main'],
      [
        'pkg:pub/redis@1?vcs_url=https:%2F%2Fgithub.com%2Fdart-redis%2Fredis.git',
        'github.com/dart-redis/redis',
      ],
      ['pkg:swift/example.com/vapor/redis@4.10.0', undefined],
      ['pkg:pub/redis@1', undefined],
      ['pkg:composer/predis/predis@1', undefined],
      ['no package URL', undefined],
    ];
    for (const [purl, expected] of expectations) {
      assert.equal(formatOptional(parseRepositoryPurl(purl)), expected, purl);
    }
  });
});
