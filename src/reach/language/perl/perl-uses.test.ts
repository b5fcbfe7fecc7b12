import { testUses } from '../../../../test/support/program-uses.ts';
import { readPerlUses } from './perl-uses.ts';

testUses('what a Perl file loads', readPerlUses, [
  ['modules', 'use a::B; use strict;\nrequire C;\n', ['U1 a::B', 'U1 strict', 'R2 C']],
  [
    'folders and parents',
    'use lib "lib"; use parent qw(A B);',
    ['U1 lib', 'l1 lib', 'U1 parent', 'U1 A', 'U1 B'],
  ],
  ['blocks', 'if ($x) { require A::B; }', ['r1 A::B']],
  [
    'names made at run time, with those that stand near',
    'require $name; my $y = "A::B";',
    ['v1 ?', 's1 A::B'],
  ],
  ['files', 'do "./x.pl";', ['d1 ./x.pl']],
  ['no documentation', '=pod\n\nuse A;\n\n=cut\nuse B;\n=head1 X\n\nuse C;\n', ['U6 B']],
  ['nothing behind the end', 'use A;\n__END__\nuse B;', ['U1 A']],
  ['text that is evaluated', 'eval "use A::B";', ['r1 A::B']],
  ['no text and no comment', 'print "use A";\n# use B;', []],
  ['no member', 'my %use = (require => 1); $x->require(1);', []],
  ['nothing', '', []],
]);
