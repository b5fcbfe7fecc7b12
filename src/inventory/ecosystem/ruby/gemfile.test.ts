import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Budget } from '../../../foundation/core/budget.ts';
import { DEFAULT_LIMITS } from '../../../foundation/core/limits.ts';
import { type GemRequests, readDevelopmentDependencies, readGemfile } from './gemfile.ts';

const read = (text: string): GemRequests | undefined =>
  readGemfile(text, new Budget(DEFAULT_LIMITS));

const listDevelopmentGems = (text: string): readonly string[] | undefined =>
  read(text)?.development;

suite('Gemfile', () => {
  test('lists the gems that only groups for development and tests request', () => {
    const text = `source "https://example.org" # do
git_source(:github) { |repo| "https://example.org/#{repo}.git" }
gem 'rack', '~> 2', # continued
    require: false
group :development, :test do
  gem "byebug", platforms: %i[mri mingw]
  group :production do
    gem 'both'
  end
end
group 'test' do gem 'one-line' end
group(:test) { gem 'brace' }
group :test do
  platforms :ruby do |*names|
    gem('nested', '1')
  end
  if ENV['X'] == '1' then gem 'conditional' end
  gem 'tail', '1' if ENV["Y"]
end
gem 'a', group: :test
gem 'b', :group => [:development, "test"]
gem 'c', groups: %w[test
                    development]
gem 'd', group: :assets
gem 'e', 'group' => :test
gem 'twice', group: :test
gem 'twice'
=begin
gem 'comment', group: :test
=end
__END__
gem 'after', group: :test
`;
    const { development, production } = read(text) ?? assert.fail('is understood');
    assert.deepEqual(
      [...development].sort(),
      'a b brace byebug c conditional e nested one-line tail'.split(' '),
    );
    assert.deepEqual([...production].sort(), ['both', 'd', 'rack', 'twice']);
  });

  test('excludes optional groups', () => {
    const text = `group :docs, optional: true do\n gem 'yard'\nend\ngem 'more', group: :docs\n`;
    assert.deepEqual(listDevelopmentGems(text), ['yard', 'more']);
    assert.deepEqual(listDevelopmentGems(text.replace('true', 'false')), []);
  });

  test('keeps gems of groups with computed names', () => {
    for (const line of [
      `group ENV['G'].to_sym do\n gem 'x'\nend`,
      `gem 'x', group: group`,
      `gem 'x', **options`,
      `gem 'x', { group: :production }, group: :test`,
      `gem 'x', options, group: :test`,
      `group "te#{s}t" do\n gem 'x'\nend`,
    ]) {
      assert.deepEqual(read(line)?.development, [], line);
      assert.deepEqual(read(line)?.production, ['x'], line);
    }
  });

  test('proves nothing if it may request gems that it does not name', () => {
    const tests = `group :test do\n gem 'x'\nend\n`;
    for (const line of [
      '%w[x y].each { |name| gem name }',
      'gem "#{prefix}-x"',
      'gem name',
      'eval_gemfile "more.rb"',
      'instance_eval(File.read("more.rb"))',
      'dsl.gem "x"',
      'end',
      'group :test do',
      'group :production { group :test do }',
      '%w[rack].each(&method(:gem))',
      '%w[rack].each(&:gem)',
      '__send__(:gem, "rack")',
      'public_send :gem, "rack"',
      'send("gem", "rack")',
      'require_relative "more"',
      'require "./more"',
      'require name',
      'require "json"; load "more.rb"',
      'Dir["plugins/*/Gemfile"].each { |file| eval_gemfile file }',
      'alias add gem',
      'dependencies << more',
      'add = ->(name) { gem name }',
      'gem "a", group: :test and gem "rack"',
      'group :test do\n def add(name); gem name; end\nend\nadd "rack"',
      'group :test do\n add = ->(name) { gem name }\nend\nadd.("rack")',
      'puts "',
      '%w[a',
      'x = /[',
      'puts <<~TEXT',
    ]) {
      assert.equal(read(`${tests}${line}\n`), undefined, line);
    }
    const inTests = `group :test do\n %w[x y].each { |name| gem name }\n gem 'z'\nend\n`;
    assert.deepEqual(listDevelopmentGems(inTests), ['z']);
  });

  test('does not take quotes in other literals for the beginning of a string', () => {
    for (const literal of [
      "puts <<~TEXT\n  it's\n  TEXT",
      `puts(<<-"A", <<'B')\n " \n  A\n ' \nB`,
      'x = /"/',
      "x =~ /it's/i",
      'puts /"/',
      'if x.match?(/[\'"\\/]/)\nend',
      'x = %r{"}',
      'x = %(it\'s (not "closed))',
      'x = ?"',
      'x = "#{h["}"]}"',
      'x = `echo "`',
      "x = %w[a [b'] c]",
      "x = 4 / 2 # it's",
      "x = y / 2\nz = 'a/b'",
    ]) {
      const text = `${literal}\ngem 'rack'\ngroup :test do\n gem 'x'\nend\n# '`;
      assert.deepEqual(read(text)?.production, ['rack'], literal);
      assert.deepEqual(read(text)?.development, ['x'], literal);
    }
  });

  test('allows the ordinary statements of a Gemfile', () => {
    for (const line of [
      'require "json"',
      'ruby File.read(".ruby-version").strip',
      'ruby file: ".ruby-version"',
      'git_source(:github) { |repo| "https://example.org/#{repo}.git" }',
      'gem "rails", ENV["X"] ? "~> 7" : "~> 8", require: false',
      'plugin "x"',
      'version = YAML.load_file("v.yml")["rails"]',
    ]) {
      assert.deepEqual(listDevelopmentGems(`${line}\ngem 'y', group: :test`), ['y'], line);
    }
  });

  test('reports whether it includes the specification in its directory', () => {
    assert.equal(read('gemspec')?.hasSpecification, true);
    assert.equal(read('gemspec path: "."')?.hasSpecification, true);
    assert.equal(read('gemspec development_group: :tools')?.hasSpecification, false);
    assert.equal(read('gem "x"')?.hasSpecification, false);
  });

  test('proves nothing with too many open blocks, in time linear in its length', () => {
    assert.equal(
      read(`${'group :test do gem "x"\n'.repeat(20_000)}${'end\n'.repeat(20_000)}`),
      undefined,
    );
    assert.deepEqual(listDevelopmentGems(`gem 'x', group: [${':test, '.repeat(20_000)}]`), ['x']);
    for (const piece of ['"#{', '<<A ', '<<~A\n', '%w[', '/ ', '=begin\n', '?', '"', 'x /a']) {
      assert.doesNotThrow(() => read(piece.repeat(20_000)), piece);
    }
  });
});

test('a specification lists its development dependencies', () => {
  const text = `Gem::Specification.new do |s|
  s.add_dependency "rack"
  s.add_development_dependency "rake", "~> 13"
  s.add_development_dependency('rspec')
  s.add_development_dependency name
end`;
  assert.deepEqual(readDevelopmentDependencies(text, new Budget(DEFAULT_LIMITS)), [
    'rake',
    'rspec',
  ]);
});

test('a specification proves nothing for gems that it also requires, or that it does not name', () => {
  const develops = 's.add_development_dependency "rack"\n';
  const list = (text: string) => readDevelopmentDependencies(text, new Budget(DEFAULT_LIMITS));
  assert.deepEqual(list(`require_relative "v"\n${develops}`), ['rack']);
  assert.deepEqual(list(`${develops}s.add_runtime_dependency("rack") if x`), []);
  for (const line of [
    '%w[rack].each { |name| s.add_dependency name }',
    's.send(:add_dependency, "rack")',
    '%w[rack].each(&s.method(:add_dependency))',
    's.dependencies << rack',
    "x = '",
  ]) {
    assert.equal(list(`${develops}${line}`), undefined, line);
  }
});

test('proves nothing to be for development without steps left', () => {
  const budget = new Budget({ ...DEFAULT_LIMITS, catalogerStepsMax: 100 });
  assert.equal(readGemfile('gem "x", group: :test', budget), undefined);
  assert.equal(readDevelopmentDependencies('s.add_development_dependency "x"', budget), undefined);
});
