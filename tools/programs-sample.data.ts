import type { SampleEntry, SampleImage } from '../examples/sample-image.ts';
import { compareText } from '../src/core/compare-text.ts';
import { tinyElf } from '../test/support/tiny-elf.ts';

const NEEDED = 1;
const LIBRARY_NAME = 14;

/** An executable that needs a library, and names files, commands and libraries that it may use. */
function executable(...words: readonly string[]): Uint8Array {
  return tinyElf({
    entry: 64,
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    dynamic: [[NEEDED, 'libc.so.6']],
    symbols: ['execvp', 'system', 'dlopen', 'setlocale', 'getpwnam'].map((name) => ({ name })),
    contents: [{ name: '.rodata', bytes: Buffer.from(`\0${words.join('\0')}\0`) }],
  });
}

function library(name: string): Uint8Array {
  return tinyElf({
    dynamic: [[LIBRARY_NAME, name]],
    symbols: [{ name: 'open', section: 1 }],
  });
}

const START = `#!/bin/sh
set -e
. /etc/app/settings.sh
NAME=\${NAME:-web}
if [ -x /app/prepare.pl ]; then perl /app/prepare.pl "$NAME"; fi
for part in web worker; do
  python3 "/app/$part.py" --config=/etc/app/app.conf &
done
case "$1" in
  node) exec node /app/main.js ;;
  *) make -C /app start; exec /app/server "$@" ;;
esac
`;

const PYTHON = `#!/usr/bin/env python3
"""What a program of this kind looks like."""
import os, sys
from . import part
from importlib import import_module

def main():
    import json
    name = 'plug_' + sys.argv[1]
    os.system('/app/tool --quiet')
    return import_module(name), "path.to.thing"

if __name__ == '__main__':
    main()
`;

const PERL = `#!/usr/bin/perl
use strict;
use lib '/app/lib';
use App::Part qw(one two);
require "settings.pl";
my $text = <<"END";
  use Nothing;
END
my $module = shift;
eval { require "App/$module.pm" };
system('/app/tool', '/etc/app/app.conf');

=head1 NAME

prepare - use of this

=cut

1;
__END__
`;

const JAVASCRIPT = `#!/usr/bin/env node
'use strict';
const { join } = require('node:path');
const part = require('./part.js'); // and \`not this\`
const child = require('child_process');
/* require('nothing') */
const text = \`a \${part.name} template\`;
if (/^[a-z]+\\/x$/.test(text)) child.execFile('/app/tool', ['a']);
import('./late.mjs').then((late) => late.run(join(__dirname, 'views')));
module.exports = require(process.argv[2]);
`;

const MAKEFILE = 'start:\n\t@./tool --start $(NAME)\n';

const SETTINGS = `# Where things are.
folder = /app/data
include /etc/app/conf.d/*.conf
plugin = part.so
`;

const PROGRAM_MODE = 0o755;

/** Each file with the permissions of a program, where it begins as one. */
function program(path: string, content: string | Uint8Array): SampleEntry {
  return { path, content, mode: PROGRAM_MODE };
}

const ENTRIES: readonly SampleEntry[] = [
  { path: 'etc/os-release', content: 'ID=sample\nVERSION_ID=1\n' },
  { path: 'etc/app/app.conf', content: SETTINGS },
  { path: 'etc/app/settings.sh', content: 'export LEVEL=1\n' },
  { path: 'etc/nsswitch.conf', content: 'passwd: files\nhosts: files dns\n' },
  { path: 'etc/ld.so.conf', content: '/usr/local/lib\n' },
  program('bin/sh', executable('/etc/profile', '/bin/sh')),
  program('usr/bin/env', executable('sh')),
  program('usr/bin/perl', executable('/usr/lib/perl5', 'libperl.so')),
  program('usr/bin/python3', executable('/usr/lib/python3', 'lib-dynload')),
  program('usr/bin/node', executable('node_modules')),
  program('usr/bin/make', executable('/bin/sh', 'sh')),
  program(
    'app/server',
    executable('/etc/app/app.conf', '/app/tool', 'app.conf', 'part.so', 'ls -l %s'),
  ),
  program('app/tool', executable('/app/data/table.txt', 'sort')),
  program('lib/libc.so.6', library('libc.so.6')),
  program('lib64/ld-linux-x86-64.so.2', library('ld-linux-x86-64.so.2')),
  program('app/part.so', library('part.so')),
  program('app/start.sh', START),
  program('app/web.py', PYTHON),
  program('app/worker.py', PYTHON),
  { path: 'app/part.py', content: 'import re\n' },
  { path: 'usr/lib/python3/os.py', content: 'import sys\n' },
  program('app/prepare.pl', PERL),
  { path: 'app/lib/App/Part.pm', content: PERL },
  program('app/main.js', JAVASCRIPT),
  { path: 'app/part.js', content: "exports.name = require('./late.mjs');\n" },
  {
    path: 'app/late.mjs',
    content: "import { join } from 'node:path';\nexport const run = join;\n",
  },
  {
    path: 'app/package.json',
    content: '{"name":"app","main":"main.js","scripts":{"start":"node ."}}',
  },
  { path: 'app/Makefile', content: MAKEFILE },
  { path: 'app/data/table.txt', content: 'a\n' },
];

function withFolders(entries: readonly SampleEntry[]): readonly SampleEntry[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      folders.add(path.slice(0, cut));
    }
  }
  return [...[...folders].toSorted(compareText).map((path) => ({ path })), ...entries];
}

/** An image with a program of each kind whose use of others is followed. */
export const PROGRAMS_SAMPLE: SampleImage = {
  reference: 'sample/programs:1',
  layers: [{ instruction: 'COPY . /', entries: withFolders(ENTRIES) }],
  entrypoint: ['/app/start.sh', 'node'],
  labels: {},
};
