import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { foundReach, type ReachImage } from '../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;

function started(script: string, more: Partial<ReachImage> = {}) {
  const files = {
    '/bin/sh': PROGRAM,
    '/usr/bin/perl': PROGRAM,
    '/usr/bin/git': PROGRAM,
    '/usr/bin/wc': PROGRAM,
    '/etc/app.conf': 'x',
    '/opt/app/start': `#!/usr/bin/perl\n${script}`,
    '/usr/lib/tool/1/tool': PROGRAM,
    '/usr/lib/tool/1/readme': 'x',
    '/usr/lib/tool/1/foreign': PROGRAM,
    ...more.files,
  };
  const found = foundReach({
    command: ['/opt/app/start'],
    packages: {
      app: ['/opt/app/start'],
      base: ['/bin/sh', '/usr/bin/perl', '/usr/bin/git', '/usr/bin/wc', '/etc/app.conf'],
      tool: ['/usr/lib/tool/1/tool', '/usr/lib/tool/1/readme'],
      foreign: ['/usr/lib/tool/1/foreign'],
    },
    ...more,
    files,
  });
  assert.deepEqual(found.broken, []);
  return { ...found, own: found.lines.filter((line) => line.includes(' script-commands ')) };
}

suite('what scripts start', () => {
  test('is a command by its literal', () => {
    const { own, doubts } = started("system('git', 'log');");
    assert.deepEqual(own, ['likely script-commands /usr/bin/git']);
    assert.deepEqual(doubts, []);
  });

  test('is told of all modules of JavaScript, whatever their extension', () => {
    const of = (main: string, content: string) => {
      const files = { '/usr/bin/node': PROGRAM, [main]: content };
      return started('', { files, command: ['node', main] }).own;
    };
    const esm = "import { spawn } from 'node:child_process';\nspawn('git', ['log']);\n";
    assert.deepEqual(of('/srv/main.mjs', esm), ['likely script-commands /usr/bin/git']);
    const common = "const { execFile } = require('child_process');\nexecFile('wc');\n";
    assert.deepEqual(of('/srv/main.cjs', common), ['likely script-commands /usr/bin/wc']);
  });

  test('is a line for a shell, with what is in it', () => {
    assert.deepEqual(started('my $n = `git log | wc -l < /etc/app.conf`;').own, [
      'likely script-commands /bin/sh',
      'likely script-commands /etc/app.conf',
      'likely script-commands /usr/bin/git',
      'likely script-commands /usr/bin/wc',
    ]);
  });

  test('cannot be told where the name is made at run time', () => {
    const { doubts, classOf } = started('exec $program, @ARGV;');
    assert.deepEqual(doubts, [
      'commands /opt/app/start it starts a command by a name computed at run time',
    ]);
    assert.equal(classOf('/usr/bin/git'), 'tainted');
  });

  test('may be in a folder that it names, where a package for it put it', () => {
    const script = "my $root = '/usr/lib/tool/';";
    assert.deepEqual(started(script).own, []);
    assert.deepEqual(started(script, { requires: { tool: ['app'] } }).own, [
      'data script-commands /usr/lib/tool/1/readme',
      'possible script-commands /usr/lib/tool/1/tool',
    ]);
  });

  test('is left to its callers in the library of a language', () => {
    const files = {
      '/usr/bin/python3': { ...PROGRAM, words: ['os'] },
      '/usr/lib/python3.11/os.py': '',
      '/usr/lib/python3.11/subprocess.py': 'os.execvp(args)\nos.system("git")\n',
      '/srv/main.py': 'import subprocess\n',
    };
    const { own, doubts } = started('', { files, command: ['python3', '/srv/main.py'] });
    assert.ok(own.includes('possible script-commands /usr/bin/git'), own.join('\n'));
    assert.ok(!doubts.some((line) => line.includes('made at run time')), doubts.join('\n'));
  });
});
