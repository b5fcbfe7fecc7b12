import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { rubyGemfileLock } from './ruby-gemfile-lock.ts';

const read = (text: string, limits = DEFAULT_LIMITS): ReturnType<typeof catalogFiles> =>
  catalogFiles(rubyGemfileLock, { '/app/Gemfile.lock': text }, { limits });

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
  test('lists gems with their lines and dependencies', () => {
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

  test('may have Windows line ends, and none at the last line', () => {
    const { packages } = read('GEM\r\n  specs:\r\n    rake (13.0.6)\r\n    rack (2.2.3)');
    assert.deepEqual(
      packages.map(({ name, version }) => `${name} ${version}`),
      ['rake 13.0.6', 'rack 2.2.3'],
    );
  });

  test('loses one record without a version, and stops at its limit', () => {
    const text = 'GEM\n    a\n    b ()\n    c (1)\n    d (1)\n';
    const { packages, problems } = read(text, { ...DEFAULT_LIMITS, recordsMax: 3 });
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['c'],
    );
    assert.equal(problems.length, 3);
  });

  test('that is empty or of another type has no gems', () => {
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

  test('leaves out gems that only groups for development and tests need', () => {
    const lock = `GEM
  specs:
    byebug (11.1.3)
    diff-lcs (1.5.0)
    rack (2.2.3)
    rspec (3.12.0)
      diff-lcs (>= 1.2)
      rack
    rspec (3.12.0-java)
    stray (1.0)

DEPENDENCIES
  byebug
  rack (~> 2)
  rspec!
`;
    const gemfile = `gem 'rack'\ngroup :test do\n  gem 'rspec'\nend\ngem 'byebug', group: :development\n`;
    const listNames = (files: Readonly<Record<string, string>>): string =>
      catalogFiles(rubyGemfileLock, files)
        .packages.map(({ name }) => name)
        .join(' ');
    assert.equal(listNames({ '/a/Gemfile.lock': lock, '/a/Gemfile': gemfile }), 'rack stray');
    assert.equal(listNames({ '/a/gems.locked': lock, '/a/gems.rb': gemfile }), 'rack stray');
    assert.equal(
      listNames({
        '/a/Gemfile.next.lock': lock,
        '/a/Gemfile': gemfile,
        '/Gemfile.next': 'gem "x"',
      }),
      'rack stray',
    );
    const all = 'byebug diff-lcs rack rspec rspec stray';
    assert.equal(listNames({ '/a/Gemfile.lock': lock, '/Gemfile': gemfile }), all);
    assert.equal(
      listNames({ '/a/Gemfile.lock': lock, '/a/Gemfile': `${gemfile}eval_gemfile 'x'` }),
      all,
    );
    const withoutDirect = lock.slice(0, lock.indexOf('DEPENDENCIES'));
    assert.equal(listNames({ '/a/Gemfile.lock': withoutDirect, '/a/Gemfile': gemfile }), all);
  });

  test('reports a Gemfile that computes its gems, and lists all gems', () => {
    const lock = `GEM
  specs:
    rack (2.2.3)
    rspec (3.12.0)
      rack

DEPENDENCIES
  rack
  rspec
`;
    const listLocked = (files: Readonly<Record<string, string>>) => {
      const { packages, problems } = catalogFiles(rubyGemfileLock, {
        '/a/Gemfile.lock': lock,
        ...files,
      });
      return [packages.map(({ name }) => name).join(' '), ...problems];
    };
    const tests = `group :test do\n gem 'rspec'\nend\n`;
    assert.deepEqual(listLocked({ '/a/Gemfile': `${tests}gem 'rack'` }), ['rack']);
    for (const line of ['%w[rack].each(&method(:gem))', `__send__(:gem, 'rack')`]) {
      const found = listLocked({ '/a/Gemfile': `${tests}${line}` });
      assert.deepEqual(found, ['rack rspec', 'P_UNSUPPORTED /a/Gemfile:'], line);
    }
    const specification = `s.add_development_dependency 'rspec'\ns.send(:add_dependency, 'rack')`;
    const files = { '/a/Gemfile': 'gemspec', '/a/a.gemspec': specification };
    assert.deepEqual(listLocked(files), ['rack rspec', 'P_UNSUPPORTED /a/a.gemspec:']);
    // Gemfiles without a lock file have no effect.
    assert.deepEqual(listLocked({ '/b/Gemfile': 'eval x', '/b/b.gemspec': specification }), [
      'rack rspec',
    ]);
  });

  test('leaves out development dependencies of the specification beside it', () => {
    const lock = `PATH
  remote: .
  specs:
    app (1.0)
      rack

GEM
  specs:
    rack (2.2.3)
    rake (13.0.6)

DEPENDENCIES
  app!
  rake
`;
    const specification = `Gem::Specification.new do |s|
  s.add_dependency 'rack'
  s.add_development_dependency 'rake'
end`;
    const listNames = (gemfile: string): string[] =>
      catalogFiles(rubyGemfileLock, {
        '/a/Gemfile.lock': lock,
        '/a/Gemfile': gemfile,
        '/a/app.gemspec': specification,
      }).packages.map(({ name }) => name);
    assert.deepEqual(listNames('gemspec'), ['app', 'rack']);
    assert.deepEqual(listNames('gemspec\ngem "rake"'), ['app', 'rack', 'rake']);
    assert.deepEqual(listNames('gemspec development_group: :tools'), ['app', 'rack', 'rake']);
  });
});
