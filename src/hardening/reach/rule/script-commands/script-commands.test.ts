import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { findReach, type ReachImage } from '../../../../../test/support/reach-image.ts';

const PROGRAM = { elf: { type: 3, dynamic: [] } } as const;

function startScript(script: string, more: Partial<ReachImage> = {}) {
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
  const found = findReach({
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

suite('commands that scripts start', () => {
  test('are named by literals', () => {
    const { own, doubts } = startScript("system('git', 'log');");
    assert.deepEqual(own, ['likely script-commands /usr/bin/git']);
    assert.deepEqual(doubts, []);
  });

  test('are found in all JavaScript modules, with any extension', () => {
    const of = (main: string, content: string) => {
      const files = { '/usr/bin/node': PROGRAM, [main]: content };
      return startScript('', { files, command: ['node', main] }).own;
    };
    const esm = "import { spawn } from 'node:child_process';\nspawn('git', ['log']);\n";
    assert.deepEqual(of('/srv/main.mjs', esm), ['likely script-commands /usr/bin/git']);
    const common = "const { execFile } = require('child_process');\nexecFile('wc');\n";
    assert.deepEqual(of('/srv/main.cjs', common), ['likely script-commands /usr/bin/wc']);
  });

  test('may be lines for a shell, with their content', () => {
    assert.deepEqual(startScript('my $n = `git log | wc -l < /etc/app.conf`;').own, [
      'likely script-commands /bin/sh',
      'likely script-commands /etc/app.conf',
      'likely script-commands /usr/bin/git',
      'likely script-commands /usr/bin/wc',
    ]);
  });

  test('are unknown if the name is computed at run time', () => {
    const { doubts, classOf } = startScript('exec $program, @ARGV;');
    assert.deepEqual(doubts, [
      'commands /opt/app/start it starts a command by a name computed at run time',
    ]);
    assert.equal(classOf('/usr/bin/git'), 'tainted');
  });

  test('may be in a named directory where a package installed them', () => {
    const script = "my $root = '/usr/lib/tool/';";
    assert.deepEqual(startScript(script).own, []);
    assert.deepEqual(startScript(script, { requires: { tool: ['app'] } }).own, [
      'data script-commands /usr/lib/tool/1/readme',
      'possible script-commands /usr/lib/tool/1/tool',
    ]);
  });

  test('are left to the callers in a language library', () => {
    const files = {
      '/usr/bin/python3': { ...PROGRAM, words: ['os'] },
      '/usr/lib/python3.11/os.py': '',
      '/usr/lib/python3.11/subprocess.py': 'os.execvp(args)\nos.system("git")\n',
      '/srv/main.py': 'import subprocess\n',
    };
    const { own, doubts } = startScript('', { files, command: ['python3', '/srv/main.py'] });
    assert.ok(own.includes('possible script-commands /usr/bin/git'), own.join('\n'));
    assert.ok(!doubts.some((line) => line.includes('made at run time')), doubts.join('\n'));
  });
});
