import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  HOSTILE_MILLISECONDS_MAX,
  HOSTILE_PROGRAMS,
} from '../../../test/support/hostile-program.ts';
import { readPerlUses } from './perl-uses.ts';

/** Each use as its kind, line and text. */
function uses(text: string, usesMax = 100): readonly string[] {
  return readPerlUses(Buffer.from(text), usesMax).map(
    ({ kind, line, text: what }) => `${kind}${line} ${what}`,
  );
}

const CASES: readonly (readonly [name: string, text: string, uses: readonly string[]])[] = [
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
];

suite('what a Perl file loads', () => {
  for (const [name, text, expected] of CASES) {
    test(`is read from ${name}`, () => {
      assert.deepEqual(uses(text), expected);
    });
  }

  test('is no more than the limit', () => {
    const [, text = ''] = CASES[0] ?? [];
    const many = Array.from({ length: 50 }, (_, index) => text.replaceAll('a', `a${index}`));
    assert.ok(uses(many.join('\n'), 1_000).length > 10);
    assert.equal(uses(many.join('\n'), 10).length, 10);
  });

  test('is what stands before the end where a file is cut', () => {
    const [, text = '', expected = []] = CASES[0] ?? [];
    for (let end = 0; end < text.length; end += 1) {
      assert.ok(uses(text.slice(0, end)).length <= expected.length + 1);
    }
  });

  for (const [name, text] of HOSTILE_PROGRAMS) {
    test(`takes no longer for ${name}`, { timeout: 20_000 }, () => {
      const started = performance.now();
      uses(text);
      assert.ok(performance.now() - started < HOSTILE_MILLISECONDS_MAX);
    });
  }
});
