import { createZip } from '../../src/foundation/bytes/zip/zip.fixture.ts';
import { Budget } from '../../src/foundation/core/budget.ts';
import { toBytes } from '../../src/foundation/core/bytes.ts';
import { DEFAULT_LIMITS } from '../../src/foundation/core/limits.ts';
import { readJavascriptUses } from '../../src/hardening/reach/language/javascript/javascript-uses.ts';
import { readPerlUses } from '../../src/hardening/reach/language/perl/perl-uses.ts';
import { readPhpUses } from '../../src/hardening/reach/language/php/php-uses.ts';
import { readPythonUses } from '../../src/hardening/reach/language/python/python-uses.ts';
import { readRubyUses } from '../../src/hardening/reach/language/ruby/ruby-uses.ts';
import { parseShell } from '../../src/hardening/reach/language/shell/parse-shell.ts';
import {
  readStartedCommands,
  STARTING_LANGUAGES,
} from '../../src/hardening/reach/language/started-commands.ts';
import { readLoaderCache } from '../../src/hardening/reach/rule/elf-loader/loader-cache.ts';
import { unpackClass } from '../../src/hardening/reach/rule/jvm/class-fact.ts';
import { readClasses } from '../../src/hardening/reach/rule/jvm/read-classes.ts';
import { readSettingsTokens } from '../../src/hardening/reach/rule/settings-paths/read-tokens.ts';
import { createClassFile } from '../../src/inventory/ecosystem/java/class-file.fixture.ts';
import { readClassFile } from '../../src/inventory/ecosystem/java/class-file.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

const USES_MAX = DEFAULT_LIMITS.programUsesMax;

const SHELL = `#!/bin/sh
set -e; X="\${1:-a b}" Y=(c d)
f() { case $1 in (a|b) echo "$(date +%Y)" \`id\` ;; *) exec "$@" ;; esac; }
if [ -f /x ] && f a | grep -q b; then . ./lib.sh; else for i in 1 2; do g $i >out 2>&1; done; fi
cat <<-END | while read -r one; do $one; done
\t$(c)
\tEND
`;
const PROGRAMS = [
  'import a, b\nfrom .c import (d,\n e)\ntry:\n  import_module("f.g")\nexcept: os.system(f"x {y}")\n',
  'use A::B qw(c d); require $e; eval "use F"; my $x = `ls`; exec $y, @z;\n=pod\n\nuse G;\n\n=cut\n',
  '<?php namespace A\\B; use C; include __DIR__ . "/d.php"; new E(); shell_exec("f $g"); ?>\n<?= $h ?>',
  'require "a"\nrequire_relative "b"\nautoload :C, "d"\nx = %x(e)\n=begin\nrequire "f"\n=end\n<<~G\n G\n',
  'const a = require("b"); import c from "d"; import(`./${e}`); /re[/]x/.test(f); cp.exec("g | h");\n',
].map((text) => Buffer.from(text));

const CLASS = createClassFile({
  name: 'a/A',
  superName: 'a/Base',
  interfaces: ['a/I'],
  classes: ['[La/B;'],
  descriptors: ['<T:La/C<+TT;>.D;>(La/E;I)V'],
  texts: ['a.F,a/G.class'],
  calls: [['java/lang/Class', 'forName']],
});

function createSubject(
  name: string,
  seeds: readonly Uint8Array[],
  run: (content: Buffer) => unknown,
): FuzzSubject {
  return { name, seeds, run: (content) => run(Buffer.from(content)) };
}

/** Readers of programs and settings that report which files these use. */
export const PROGRAM_SUBJECTS: readonly FuzzSubject[] = [
  createSubject('shell', [Buffer.from(SHELL)], (content) =>
    parseShell(content.toString('utf8'), DEFAULT_LIMITS),
  ),
  createSubject('python', PROGRAMS, (content) =>
    readPythonUses(content, { usesMax: USES_MAX, nameStart: '' }),
  ),
  createSubject('perl', PROGRAMS, (content) => readPerlUses(content, USES_MAX)),
  createSubject('php', PROGRAMS, (content) => readPhpUses(content, USES_MAX)),
  createSubject('ruby', PROGRAMS, (content) => readRubyUses(content, USES_MAX)),
  createSubject('javascript', PROGRAMS, (content) => readJavascriptUses(content, USES_MAX)),
  createSubject('started commands', PROGRAMS, (content) => {
    for (const language of STARTING_LANGUAGES) {
      readStartedCommands(content, { language, usesMax: USES_MAX, hasPaths: true });
    }
  }),
  createSubject('class file', [CLASS], (content) => readClassFile(content, DEFAULT_LIMITS)),
  createSubject(
    'classes of an archive',
    [createZip([{ name: 'a/A.class', content: CLASS }])],
    (content) => {
      for (const { classes } of readClasses(toBytes(content), new Budget(DEFAULT_LIMITS))
        .archives) {
        classes.split(',').forEach(unpackClass);
      }
    },
  ),
  createSubject('packed class', [Buffer.from('BCDEgBA')], (content) =>
    unpackClass(content.toString()),
  ),
  createSubject(
    'settings',
    [Buffer.from('include /etc/a.d/*.conf; # b\nload_module "c.so"\n')],
    (content) => readSettingsTokens(content.toString('utf8'), USES_MAX),
  ),
  createSubject(
    'loader cache',
    [Buffer.from(`glibc-ld.so.cache1.1${'\0'.repeat(64)}libc.so.6\0`)],
    (content) => readLoaderCache(content, 1_000),
  ),
];
