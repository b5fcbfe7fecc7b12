import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogued } from '../../../test/support/flat-view.ts';
import { rubyGemspec } from './ruby-gemspec.ts';

const specification = (name: string, version: string): string =>
  `Gem::Specification.new do |spec|\n  spec.name = '${name}'\n  spec.version = ${version}\n  spec.license = "MIT"\nend\n`;

suite('the specification of a gem in its source tree', () => {
  test('contains name, version and license', () => {
    const { packages, problems } = catalogued(rubyGemspec, {
      '/src/a.gemspec': specification('a', "'1.2.3'"),
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses }) => [purl, licenses[0]?.expression]),
      [['pkg:gem/a@1.2.3', 'MIT']],
    );
  });

  test('may use a constant of another file as version', () => {
    const version = (text: string): string => `module A\n  VERSION = "${text}".freeze\nend\n`;
    const { packages, problems } = catalogued(rubyGemspec, {
      '/src/a-b.gemspec': specification('a-b', 'A::B::VERSION'),
      '/src/lib/a/b/version.rb': version('2.0.0'),
      '/src/lib/a/other/version.rb': version('9.9.9'),
      '/one/c.gemspec': specification('c', 'Some::Version'),
      '/one/lib/some/version.rb': "class Some\n  Version = '3.0'\nend\n",
      '/own/e.gemspec': `VERSION = '4.0'\n${specification('e', 'VERSION')}`,
      '/none/d.gemspec': specification('d', 'D::VERSION'),
    });
    assert.deepEqual(packages.map(({ name, version: found }) => `${name} ${found}`).toSorted(), [
      'a-b 2.0.0',
      'c 3.0',
      'e 4.0',
    ]);
    assert.deepEqual(problems, ['P_RECORD /none/d.gemspec:']);
  });

  test('is left out if the gem is installed and has a record', () => {
    const home = '/usr/lib/ruby/gems/3.3.0';
    const { packages, problems } = catalogued(rubyGemspec, {
      [`${home}/gems/a-1.0/a.gemspec`]: specification('a', '"1.0"'),
      [`${home}/specifications/a-1.0.gemspec`]: specification('a', '"1.0"'),
    });
    assert.deepEqual({ packages, problems }, { packages: [], problems: [] });
  });

  test('is skipped if it states neither', () => {
    const { problems } = catalogued(rubyGemspec, {
      '/a.gemspec': 'Gem::Specification.new { |s| s.name = compute }',
      '/b.gemspec': specification('b', 'A::'.repeat(50_000)),
    });
    assert.deepEqual(problems, ['P_RECORD /a.gemspec:', 'P_RECORD /b.gemspec:']);
  });
});
