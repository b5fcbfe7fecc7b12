import { testUses } from '../../../../../test/support/program-uses.ts';
import { readRubyUses } from './ruby-uses.ts';

testUses('what a Ruby file requires', readRubyUses, [
  ['files', 'require "a/b"\nrequire_relative "a"\n', ['1 require a/b', '2 relative-file a']],
  ['files that are loaded later', 'autoload :X, "a"\nload "b.rb"', ['1 autoload a', '2 load b.rb']],
  ['names made at run time', 'require name', ['1 computed ?']],
  ['no text and no comment', '# require "a"\nputs "require b"', []],
  ['blocks', 'begin\n  require "a"\nrescue LoadError\nend', ['2 conditional-require a']],
  ['no documentation', '=begin\nrequire "a"\n=end\nrequire "b"', ['4 require b']],
  ['nothing', '', []],
]);
