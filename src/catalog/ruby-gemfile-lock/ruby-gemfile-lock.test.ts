import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogued } from '../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { rubyGemfileLock } from './ruby-gemfile-lock.ts';

const read = (text: string, limits = DEFAULT_LIMITS): ReturnType<typeof catalogued> =>
  catalogued(rubyGemfileLock, { '/app/Gemfile.lock': text }, { limits });

const LOCK = `PATH
  remote: engines/api
  specs:
    api (0.1.0)
      i18n

GEM
  remote: https://example.org/
  specs:
    concurrent-ruby (1.1.10)
    i18n (1.10.0)
      concurrent-ruby (~> 1.0)
    nokogiri (1.13.6-x86_64-linux)

PLATFORMS
  x86_64-linux

DEPENDENCIES
    i18n (9.9.9)

BUNDLED WITH
   2.3.7`;

suite('Gemfile.lock', () => {
  test('names gems with their lines, and what each needs', () => {
    const { packages, edges, problems } = read(LOCK);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations[0]?.line]),
      [
        ['pkg:gem/api@0.1.0', 4],
        ['pkg:gem/concurrent-ruby@1.1.10', 10],
        ['pkg:gem/i18n@1.10.0', 11],
        ['pkg:gem/nokogiri@1.13.6-x86_64-linux', 13],
      ],
    );
    assert.deepEqual(edges, ['concurrent-ruby 1.1.10 > i18n 1.10.0', 'i18n 1.10.0 > api 0.1.0']);
  });

  test('has lines that end as on Windows, and a last one without an end', () => {
    const { packages } = read('GEM\r\n  specs:\r\n    rake (13.0.6)\r\n    rack (2.2.3)');
    assert.deepEqual(
      packages.map(({ name, version }) => `${name} ${version}`),
      ['rake 13.0.6', 'rack 2.2.3'],
    );
  });

  test('loses one record for one without a version, and stops at its limit', () => {
    const text = 'GEM\n    a\n    b ()\n    c (1)\n    d (1)\n';
    const { packages, problems } = read(text, { ...DEFAULT_LIMITS, recordsMax: 3 });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['c'],
    );
    assert.equal(problems.length, 3);
  });

  test('that is empty or of another kind has no gems', () => {
    for (const text of [
      '',
      '\n\n',
      '      lost (1)',
      '{"GEM": 1}',
      `GEM\n    ${'('.repeat(100_000)}`,
    ]) {
      assert.deepEqual(read(text).packages, []);
    }
  });
});
