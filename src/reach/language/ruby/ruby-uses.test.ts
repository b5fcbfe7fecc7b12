import { testUses } from '../../../../test/support/program-uses.ts';
import { readRubyUses } from './ruby-uses.ts';

testUses('what a Ruby file requires', readRubyUses, [
  ['files', 'require "a/b"\nrequire_relative "a"\n', ['R1 a/b', 'l2 a']],
  ['files that are loaded later', 'autoload :X, "a"\nload "b.rb"', ['a1 a', 'o2 b.rb']],
  ['names made at run time', 'require name', ['v1 ?']],
  ['no text and no comment', '# require "a"\nputs "require b"', []],
  ['blocks', 'begin\n  require "a"\nrescue LoadError\nend', ['r2 a']],
  ['no documentation', '=begin\nrequire "a"\n=end\nrequire "b"', ['R4 b']],
  ['nothing', '', []],
]);
