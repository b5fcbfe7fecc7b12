import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { catalogFiles } from '../../../../test/support/flat-view.ts';
import { rubyInstalledGemspec } from './ruby-installed-gemspec.ts';

const HOME = '/usr/lib/ruby/gems/3.1.0/specifications';
const I18N = `# -*- encoding: utf-8 -*-
Gem::Specification.new do |s|
  s.name = "i18n".freeze
  s.version = "1.10.0"
  s.require_paths = ["lib".freeze]
  s.authors = ["Sven Fuchs".freeze, "Andr\\u00E9 Arko".freeze, "O'Brien"]
  s.files = ["lib/i18n.rb".freeze]
  s.homepage = "https://example.org/#{s.name}".freeze
  s.licenses = ["MIT".freeze]
  s.add_runtime_dependency(%q<concurrent-ruby>.freeze, ["~> 1.0"])
  s.add_development_dependency(%q<rake>.freeze, ["~> 1.0"])
end
`;
const createGem = (name: string): string =>
  `  s.name = '${name}'\n  s.version = '1'\n  s.license = 'Ruby'`;
const read = (files: Readonly<Record<string, string>>): ReturnType<typeof catalogFiles> =>
  catalogFiles(rubyInstalledGemspec, files);

suite('the specification of an installed gem', () => {
  test('states name, version, licenses, authors and files', () => {
    const { packages, problems } = read({ [`${HOME}/i18n-1.10.0.gemspec`]: I18N });
    assert.deepEqual(problems, []);
    const [i18n] = packages;
    assert.equal(i18n?.purl, 'pkg:gem/i18n@1.10.0');
    assert.deepEqual(
      i18n?.licenses.map(({ expression }) => expression),
      ['MIT'],
    );
    assert.deepEqual(i18n?.metadata, {
      kind: 'ruby-gemspec',
      value: {
        name: 'i18n',
        version: '1.10.0',
        files: ['lib/i18n.rb'],
        authors: ['Sven Fuchs', 'André Arko', "O'Brien"],
        homepage: 'https://example.org/i18n',
      },
    });
  });

  test('is owned by its gem, and so is the directory of the gem', () => {
    const gems = '/usr/lib/ruby/gems/3.1.0/gems';
    const { packages } = read({
      [`${HOME}/i18n-1.10.0.gemspec`]: I18N,
      [`${HOME}/default/concurrent-ruby-1.gemspec`]: createGem('concurrent-ruby'),
      [`${gems}/i18n-1.10.0/lib/i18n.rb`]: '',
      [`${gems}/i18n-1.10.0/MIT-LICENSE`]: '',
      [`${gems}/i18n-1.10.0.1/other.rb`]: '',
    });
    const owned = packages.map(({ ownedFiles }) => ownedFiles.map(({ path }) => path));
    assert.deepEqual(owned, [
      [
        `${gems}/i18n-1.10.0/MIT-LICENSE`,
        `${gems}/i18n-1.10.0/lib/i18n.rb`,
        `${HOME}/i18n-1.10.0.gemspec`,
      ],
      [`${HOME}/default/concurrent-ruby-1.gemspec`],
    ]);
  });

  test('requires gems of its own home and of its default gems, at run time only', () => {
    const { edges } = read({
      [`${HOME}/i18n-1.10.0.gemspec`]: I18N,
      [`${HOME}/default/concurrent-ruby-1.gemspec`]: createGem('concurrent-ruby'),
      [`${HOME}/rake-1.gemspec`]: createGem('rake'),
      '/opt/specifications/concurrent-ruby-1.gemspec': createGem('concurrent-ruby'),
    });
    assert.deepEqual(edges, ['concurrent-ruby 1 > i18n 1.10.0']);
  });

  test('with an expression as name or version is a problem', () => {
    for (const text of [
      '',
      '  s.name = NAME\n  s.version = "1"',
      `s.name = "${'\\'.repeat(99_999)}`,
    ]) {
      const { packages, problems } = read({ [`${HOME}/x.gemspec`]: text });
      assert.deepEqual([packages, problems], [[], [`P_RECORD ${HOME}/x.gemspec:`]]);
    }
  });
});
