import { testUses } from '../../../../../test/support/program-uses.ts';
import { readPerlUses } from './perl-uses.ts';

testUses('what a Perl file loads', readPerlUses, [
  ['modules', 'use a::B; use strict;\nrequire C;\n', ['1 use a::B', '1 use strict', '2 require C']],
  [
    'folders and parents',
    'use lib "lib"; use parent qw(A B);',
    ['1 use lib', '1 library-directory lib', '1 use parent', '1 use A', '1 use B'],
  ],
  ['blocks', 'if ($x) { require A::B; }', ['1 conditional-require A::B']],
  [
    'names made at run time, with those that stand near',
    'require $name; my $y = "A::B";',
    ['1 computed ?', '1 module-string A::B'],
  ],
  ['files', 'do "./x.pl";', ['1 do-file ./x.pl']],
  ['no documentation', '=pod\n\nuse A;\n\n=cut\nuse B;\n=head1 X\n\nuse C;\n', ['6 use B']],
  ['nothing behind the end', 'use A;\n__END__\nuse B;', ['1 use A']],
  ['text that is evaluated', 'eval "use A::B";', ['1 conditional-require A::B']],
  ['no text and no comment', 'print "use A";\n# use B;', []],
  ['no member', 'my %use = (require => 1); $x->require(1);', []],
  ['nothing', '', []],
]);
