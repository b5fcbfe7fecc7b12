import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../../../foundation/core/limits.ts';
import { parseShell } from './parse-shell.ts';
import type { ShellWord } from './shell-script.ts';

/** Formats a word: values as `$name`, command output as `$()`. */
function formatWord(word: ShellWord): string {
  return word
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text;
        case 'variable':
          return `$${part.name}`;
        case 'output':
          return '$()';
        case 'other':
          return '?';
      }
    })
    .join('');
}

/** Returns `LINE word word …` of every command in order. */
function formatCommands(text: string): readonly string[] {
  return parseShell(text, DEFAULT_LIMITS).commands.map(({ line, words, assignments }) =>
    [
      line,
      ...assignments.map(({ name, value }) => `${name}=${formatWord(value)}`),
      ...words.map(formatWord),
    ].join(' '),
  );
}

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['nothing', '', []],
  ['comments and blanks', ' # a\n\n\t# b', []],
  ['a list', 'a x; b & c', ['1 a x', '1 b', '1 c']],
  ['conditions', 'a && b || c', ['1 a', '1 b', '1 c']],
  ['continued lines', 'a \\\n  b\nc', ['1 a b', '3 c']],
  ['quotes', `a 'b c' "d e" f\\ g`, ['1 a b c d e f g']],
  ['variables', 'a $x "${y:-z}" $1 $@', ['1 a $x $y $1 $@']],
  ['assignments', 'X=1 Y="a b" run', ['1 X=1 Y=a b run']],
  ['lists of values', 'X=(a b)\nrun', ['1 X= X=a X=b', '2 run']],
  ['outputs of commands', 'a $(b c) `d`', ['1 b c', '1 d', '1 a $() $()']],
  ['if', 'if a; then b; elif c; then d; else e; fi', ['1 a', '1 b', '1 c', '1 d', '1 e']],
  ['loops', 'while a; do b; done; until c; do d; done', ['1 a', '1 b', '1 c', '1 d']],
  ['for', 'for x in 1 2; do a $x; done', ['1', '1 a $x']],
  ['case', 'case $x in (a|b) c ;; *) d ;& esac', ['1 c', '1 d']],
  ['groups', '(a); { b; }; ((1 + 2)); [[ -f c ]]', ['1 a', '1 b']],
  ['functions', 'f() { a; }\nfunction g { b; }', ['1 a', '2 b']],
  ['redirections', 'a <in >out 2>&1 &>all <<<word', ['1 a']],
  ['here-documents', 'a <<END\n$(b)\nEND\nc', ['1 a', '2 b', '4 c']],
  ['quoted here-documents', "a <<'END'\n$(b)\nEND\nc", ['1 a', '4 c']],
  ['indented here-documents', 'a <<-END\n\tb\n\tEND\nc', ['1 a', '4 c']],
  ['pipes', 'a | b |& c', ['1 a', '1 b', '1 c']],
];

suite('the shell grammar', () => {
  for (const [name, text, expected] of CASES) {
    test(`reads ${name}`, () => {
      const found = formatCommands(text);
      assert.deepEqual(found, expected);
      assert.equal(parseShell(text, DEFAULT_LIMITS).brokenAt, undefined);
    });
  }

  test('returns inputs of a command, printed text, and the enclosing function', () => {
    const { commands: found, functions } = parseShell('f() { a | b; }\nc $(d)', DEFAULT_LIMITS);
    const facts = found.map(({ words, inside, inputIndex, isPrinted }) => [
      formatWord(words[0] ?? []),
      inside,
      inputIndex,
      isPrinted,
    ]);
    assert.deepEqual(facts, [
      ['a', 'f', undefined, undefined],
      ['b', 'f', 0, undefined],
      ['d', undefined, undefined, true],
      ['c', undefined, undefined, undefined],
    ]);
    assert.deepEqual(functions, ['f']);
  });

  const broken: readonly (readonly [string, string, number])[] = [
    ['a block that does not end', 'a\nif b; then\nc', 3],
    ['a word that ends no block', 'a\nfi\nb', 2],
    ['a parenthesis alone', 'a\n)\nb', 2],
    ['a case without patterns', 'case x in ;; esac', 1],
  ];
  for (const [name, text, line] of broken) {
    test(`keeps the content before ${name}, and returns where it ends`, () => {
      const script = parseShell(text, DEFAULT_LIMITS);
      assert.equal(script.brokenAt, line);
      assert.ok(script.commands.length <= 3);
    });
  }

  test('stops at its limits', () => {
    const limits = { shellCommandsMax: 10, shellDepthMax: 5 };
    const many = parseShell('a\n'.repeat(100), limits);
    assert.equal(many.commands.length, 10);
    assert.equal(many.brokenAt, 11);
    assert.equal(parseShell('{ '.repeat(50), limits).brokenAt, 1);
    assert.equal(parseShell(`case x in ${'a('.repeat(50)}`, limits).brokenAt, 1);
  });

  // If steps grew with the square of the length, none of these would finish.
  const hostile: readonly (readonly [string, string])[] = [
    ['parentheses', '('.repeat(2_000_000)],
    ['two parentheses, never closed', '((a;'.repeat(500_000)],
    ['substitutions', '$('.repeat(2_000_000)],
    ['braces', '${x:-'.repeat(1_000_000)],
    ['backquotes', '`a'.repeat(1_000_000)],
    ['patterns in patterns', `case x in ${'a('.repeat(2_000_000)}`],
    ['here-documents that do not end', 'a <<X\n$(b\n'.repeat(50_000)],
    ['one here-document after the other on a line', `a${' <<X'.repeat(200_000)}\nb\n`],
    ['arithmetic', '$(('.repeat(1_000_000)],
    ['quotes', '"'.repeat(2_000_001)],
    ['a single line', 'a '.repeat(2_000_000)],
  ];
  for (const [name, text] of hostile) {
    test(`stops for ${name}`, () => {
      const count = parseShell(text, DEFAULT_LIMITS).commands.length;
      assert.ok(count <= DEFAULT_LIMITS.shellCommandsMax);
    });
  }
});
