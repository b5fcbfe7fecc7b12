import { createZip } from '../../../src/foundation/bytes/zip/zip.fixture.ts';
import { createClassFile } from '../../../src/inventory/ecosystem/java/class-file.fixture.ts';
import { createTinyElf } from '../tiny-elf.ts';
import { createFiles, type GrowingFiles, type GrowingInput, repeat } from './growing-input.ts';

const NEEDED = 1;
const createProgram = (...needed: readonly string[]): Uint8Array =>
  createTinyElf({
    type: 3,
    entry: 64,
    interpreter: '/lib/ld.so',
    dynamic: needed.map((name) => [NEEDED, name] as const),
  });
const BASE: GrowingFiles = {
  'bin/sh': createProgram(),
  'usr/bin/env': createProgram(),
  'usr/bin/python3': createProgram(),
  'usr/bin/node': createProgram(),
  'usr/bin/perl': createProgram(),
  'usr/bin/ruby': createProgram(),
  'usr/bin/php': createProgram(),
  'usr/bin/java': createProgram(),
  'usr/bin/make': createProgram(),
  'lib/ld.so': createTinyElf({ type: 3 }),
};

/** Creates an image whose entry point is a shell script. */
function startCommand(command: string, files: GrowingFiles): readonly GrowingFiles[] {
  return [{ ...BASE, 'entry.sh': `#!/bin/sh\n${command}\n`, ...files }];
}

/** Creates an image whose entry point is a script in another language. */
function startInterpreter(
  interpreter: string,
  text: string,
  files: GrowingFiles,
): readonly GrowingFiles[] {
  return [{ ...BASE, 'entry.sh': `#!/usr/bin/${interpreter}\n${text}\n`, ...files }];
}

const list = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

const SHELL: readonly GrowingInput[] = [
  {
    name: 'shell: commands of a script',
    start: 300,
    large: 20_000,
    make: (count) =>
      startCommand(
        repeat(count, (at) => `cmd${at} --x\n`),
        {},
      ),
  },
  {
    name: 'shell: words of a command',
    start: 500,
    large: 200_000,
    make: (count) => startCommand(`echo ${repeat(count, (at) => `w${at}`, ' ')}`, {}),
  },
  {
    name: 'shell: variables that double each other',
    start: 50,
    large: 5_000,
    make: (count) =>
      startCommand(
        `v0=a\n${repeat(count, (at) => `v${at + 1}="$v${at}$v${at}"\n`)}exec "$v${count}"`,
        {},
      ),
  },
  {
    name: 'shell: branches of a variable',
    start: 40,
    large: 3_000,
    make: (count) =>
      startCommand(
        `${repeat(count, (at) => `if x; then v="$v/a${at}"; else v="$v/b${at}"; fi\n`)}exec "$v"`,
        {},
      ),
  },
  {
    name: 'shell: functions that call each other',
    start: 40,
    large: 3_000,
    make: (count) =>
      startCommand(`${repeat(count, (at) => `f${at}() { f${at + 1}; f${at + 1}; }\n`)}f0`, {}),
  },
  {
    name: 'shell: scripts that source each other',
    start: 30,
    large: 3_000,
    make: (count) =>
      startCommand('. /s/0', {
        ...createFiles(count, (at) => [`s/${at}`, `. /s/${at + 1}\n. /s/${at + 1}\n`]),
      }),
  },
  {
    name: 'shell: braces in each other',
    start: 200,
    large: 100_000,
    make: (count) => startCommand(`${'{ '.repeat(count)}:${'; }'.repeat(count)}`, {}),
  },
  {
    name: 'shell: patterns in a large directory',
    start: 100,
    large: 5_000,
    make: (count) =>
      startCommand(
        'cat /d/*/* /d/a* /d/*b',
        createFiles(count, (at) => [`d/a${at}/b`, '']),
      ),
  },
  {
    name: 'shell: alternatives in braces',
    start: 8,
    large: 60,
    make: (count) => startCommand(`exec ${'{a,b}'.repeat(count)}`, {}),
  },
  {
    name: 'shell: many scripts',
    start: 40,
    large: 3_000,
    make: (count) =>
      startCommand(
        repeat(count, (at) => `/s/${at}.sh\n`),
        {
          ...createFiles(count, (at) => [`s/${at}.sh`, `#!/bin/sh\n/s/${(at + 1) % count}.sh\n`]),
        },
      ),
  },
];

const LANGUAGES: readonly GrowingInput[] = [
  {
    name: 'javascript: modules that load each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startInterpreter('node', "require('/app/0.js')", {
        ...createFiles(count, (at) => [
          `app/${at}.js`,
          `require('./${(at + 1) % count}.js'); require('./${(at * 7) % count}.js');`,
        ]),
      }),
  },
  {
    name: 'javascript: calls of one module',
    start: 500,
    large: 500_000,
    make: (count) =>
      startInterpreter('node', "require('/app/0.js')", {
        'app/0.js': `require('./a');\n`.repeat(count),
      }),
  },
  {
    name: 'javascript: brackets in each other',
    start: 500,
    large: 5_000_000,
    make: (count) =>
      startInterpreter('node', "require('/app/0.js')", {
        'app/0.js': `${'('.repeat(count)}${')'.repeat(count)}`,
      }),
  },
  {
    name: 'javascript: templates in each other',
    start: 200,
    large: 2_000_000,
    make: (count) =>
      startInterpreter('node', "require('/app/0.js')", {
        'app/0.js': `${'`${'.repeat(count)}1${'}`'.repeat(count)}`,
      }),
  },
  {
    name: 'javascript: modules in deep directories',
    start: 30,
    large: 300,
    make: (count) =>
      startCommand(`node /${'a/'.repeat(count)}0.js`, {
        [`${'a/'.repeat(count)}0.js`]: repeat(count, (at) => `require('m${at}');\n`),
        ...createFiles(count, (at) => [
          `${'a/'.repeat(at)}node_modules/x/package.json`,
          '{"name":"x","version":"1"}',
        ]),
      }),
  },
  {
    name: 'python: modules that load each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startInterpreter('python3', 'import sys\nsys.path.append("/app")\nimport m0', {
        ...createFiles(count, (at) => [
          `app/m${at}.py`,
          `import m${(at + 1) % count}\nfrom m${(at * 7) % count} import x\n`,
        ]),
      }),
  },
  {
    name: 'python: names of one import',
    start: 500,
    large: 500_000,
    make: (count) =>
      startInterpreter('python3', 'import a\nimport b', {
        'app/m0.py': `from a import (${repeat(count, (at) => `b${at}`, ', ')})\n`,
      }),
  },
  {
    name: 'python: texts in the code',
    start: 500,
    large: 1_000_000,
    make: (count) =>
      startInterpreter('python3', 'import m0', { 'm0.py': `"""a"""\n'b'\n`.repeat(count) }),
  },
  {
    name: 'python: paths of a pth file',
    start: 100,
    large: 100_000,
    make: (count) =>
      startInterpreter('python3', 'import a\nimport b', {
        'app/m0.py': 'import a\nimport b\n',
        'usr/lib/python3/dist-packages/a.pth': repeat(count, (at) => `d${at}\n`),
        ...createFiles(count, (at) => [`usr/lib/python3/dist-packages/d${at}/c.py`, 'import a\n']),
      }),
  },
  {
    name: 'perl: modules that load each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startInterpreter('perl', "use lib '/app';\nuse M0;", {
        ...createFiles(count, (at) => [
          `app/M${at}.pm`,
          `package M${at};\nuse M${(at + 1) % count};\n1;\n`,
        ]),
      }),
  },
  {
    name: 'ruby: files that load each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startInterpreter('ruby', "require '/app/0.rb'", {
        ...createFiles(count, (at) => [`app/${at}.rb`, `require_relative '${(at + 1) % count}'\n`]),
      }),
  },
  {
    name: 'php: files that load each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startInterpreter('php', "<?php require '/app/0.php';", {
        ...createFiles(count, (at) => [
          `app/${at}.php`,
          `<?php require __DIR__ . '/${(at + 1) % count}.php';\n`,
        ]),
      }),
  },
  {
    name: 'php: entries of an autoloader',
    start: 200,
    large: 50_000,
    make: (count) =>
      startInterpreter('php', "<?php require '/app/vendor/autoload.php';", {
        'app/vendor/autoload.php': '<?php',
        'app/vendor/composer/autoload_classmap.php': `<?php return array(\n${repeat(count, (at) => `'C${at}' => $baseDir . '/c${at}.php',\n`)});\n`,
      }),
  },
  {
    name: 'java: classes that use each other',
    start: 60,
    large: 20_000,
    make: (count) =>
      startCommand('java -jar /app/a.jar', {
        'app/a.jar': createZip([
          { name: 'META-INF/MANIFEST.MF', content: 'Main-Class: p.C0\n' },
          ...list(count).map((at) => ({
            name: `p/C${at}.class`,
            content: createClassFile({
              name: `p/C${at}`,
              classes: [`p/C${(at + 1) % count}`, `p/C${(at * 7) % count}`],
            }),
          })),
        ]),
      }),
  },
  {
    name: 'java: archives of a class path',
    start: 40,
    large: 3_000,
    make: (count) =>
      startCommand('java -jar /app/a.jar', {
        'app/a.jar': createZip([
          {
            name: 'META-INF/MANIFEST.MF',
            content: `Main-Class: p.C\nClass-Path: ${repeat(count, (at) => `l${at}.jar`, '\n  ')}\n`,
          },
          { name: 'p/C.class', content: createClassFile({ name: 'p/C', classes: ['q/D'] }) },
        ]),
        ...createFiles(count, (at) => [
          `app/l${at}.jar`,
          createZip([
            { name: 'q/D.class', content: createClassFile({ name: 'q/D', classes: ['q/E'] }) },
          ]),
        ]),
      }),
  },
  {
    name: 'java: services of an interface',
    start: 200,
    large: 100_000,
    make: (count) =>
      startCommand('java -jar /app/a.jar', {
        'app/a.jar': createZip([
          { name: 'META-INF/MANIFEST.MF', content: 'Main-Class: p.C\n' },
          {
            name: 'p/C.class',
            content: createClassFile({ name: 'p/C', classes: ['java/util/ServiceLoader'] }),
          },
          { name: 'META-INF/services/p.I', content: repeat(count, (at) => `p.S${at}\n`) },
        ]),
      }),
  },
];

const SYSTEM: readonly GrowingInput[] = [
  {
    name: 'loader: libraries that need each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startCommand('/bin/a', {
        'bin/a': createProgram('libl0.so'),
        ...createFiles(count, (at) => [
          `lib/libl${at}.so`,
          createProgram(`libl${(at + 1) % count}.so`, `libl${(at * 7) % count}.so`),
        ]),
      }),
  },
  {
    name: 'loader: directories of the configuration',
    start: 100,
    large: 100_000,
    make: (count) =>
      startCommand('/bin/a', {
        'bin/a': createProgram('libx.so', 'liby.so'),
        'etc/ld.so.conf': repeat(count, (at) => `/d${at}\n`),
      }),
  },
  {
    name: 'loader: configuration that includes itself',
    start: 40,
    large: 3_000,
    make: (count) =>
      startCommand('/bin/a', {
        'bin/a': createProgram('libx.so'),
        'etc/ld.so.conf': 'include /etc/ld.so.conf.d/*\n',
        ...createFiles(count, (at) => [
          `etc/ld.so.conf.d/${at}.conf`,
          'include /etc/ld.so.conf.d/*\n',
        ]),
      }),
  },
  {
    name: 'loader: programs in one directory',
    start: 60,
    large: 5_000,
    make: (count) =>
      startCommand(
        repeat(count, (at) => `/opt/p${at}\n`),
        {
          ...createFiles(count, (at) => [`opt/p${at}`, createProgram('libx.so')]),
          'lib/libx.so': createProgram(),
        },
      ),
  },
  {
    name: 'pam: files that include each other',
    start: 60,
    large: 5_000,
    make: (count) =>
      startCommand('login', {
        'bin/login': createProgram('libpam.so.0'),
        'lib/libpam.so.0': createProgram(),
        ...createFiles(count, (at) => [
          `etc/pam.d/a${at}`,
          `@include a${(at + 1) % count}\nauth required pam_x.so\n`,
        ]),
      }),
  },
  {
    name: 'settings: paths in settings files',
    start: 200,
    large: 10_000,
    make: (count) =>
      startCommand('/bin/a', {
        'bin/a': createProgram(),
        'etc/a.conf': repeat(count, (at) => `path${at} = /opt/p${at}\n`),
        ...createFiles(count, (at) => [`opt/p${at}`, '']),
      }),
  },
  {
    name: 'make: rules of a makefile',
    start: 200,
    large: 20_000,
    make: (count) =>
      startCommand('make -C /app', {
        'app/Makefile': repeat(
          count,
          (at) => `t${at}: t${at + 1}\n\techo $(v${at})\nv${at} = $(v${at + 1})$(v${at + 1})\n`,
        ),
      }),
  },
  {
    name: 'cron: entries',
    start: 200,
    large: 8_000,
    make: (count) =>
      startCommand('/usr/sbin/cron', {
        'usr/sbin/cron': createProgram(),
        'etc/crontab': repeat(count, (at) => `* * * * * root /opt/p${at}\n`),
      }),
  },
];

/** Inputs for computing what an entry point can load. */
export const PROGRAM_INPUTS: readonly GrowingInput[] = [...SHELL, ...LANGUAGES, ...SYSTEM].map(
  (input) => ({ ...input, isReachRequested: true }),
);
