import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { rubyGemspec } from './ruby-gemspec.ts';

const createSpecification = (name: string, version: string): string =>
  `Gem::Specification.new do |spec|\n  spec.name = '${name}'\n  spec.version = ${version}\n  spec.license = "MIT"\nend\n`;

suite('the specification of a gem in its source tree', () => {
  test('contains name, version and license', () => {
    const { packages, problems } = catalogFiles(rubyGemspec, {
      '/src/a.gemspec': createSpecification('a', "'1.2.3'"),
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      packages.map(({ purl, licenses }) => [purl, licenses[0]?.expression]),
      [['pkg:gem/a@1.2.3', 'MIT']],
    );
  });

  test('may use a constant of another file as version', () => {
    const createVersionModule = (text: string): string =>
      `module A\n  VERSION = "${text}".freeze\nend\n`;
    const { packages, problems } = catalogFiles(rubyGemspec, {
      '/src/a-b.gemspec': createSpecification('a-b', 'A::B::VERSION'),
      '/src/lib/a/b/version.rb': createVersionModule('2.0.0'),
      '/src/lib/a/other/version.rb': createVersionModule('9.9.9'),
      '/one/c.gemspec': createSpecification('c', 'Some::Version'),
      '/one/lib/some/version.rb': "class Some\n  Version = '3.0'\nend\n",
      '/own/e.gemspec': `VERSION = '4.0'\n${createSpecification('e', 'VERSION')}`,
      '/none/d.gemspec': createSpecification('d', 'D::VERSION'),
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
    const { packages, problems } = catalogFiles(rubyGemspec, {
      [`${home}/gems/a-1.0/a.gemspec`]: createSpecification('a', '"1.0"'),
      [`${home}/specifications/a-1.0.gemspec`]: createSpecification('a', '"1.0"'),
    });
    assert.deepEqual({ packages, problems }, { packages: [], problems: [] });
  });

  test('is skipped if it states neither', () => {
    const { problems } = catalogFiles(rubyGemspec, {
      '/a.gemspec': 'Gem::Specification.new { |s| s.name = compute }',
      '/b.gemspec': createSpecification('b', 'A::'.repeat(50_000)),
    });
    assert.deepEqual(problems, ['P_RECORD /a.gemspec:', 'P_RECORD /b.gemspec:']);
  });
});
