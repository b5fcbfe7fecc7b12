import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readStartedCommands, type StartingLanguage } from './started-commands.ts';

function read(language: StartingLanguage, text: string): readonly string[] {
  const options = { language, usesMax: 100, hasPaths: true };
  return readStartedCommands(Buffer.from(text), options).map(
    ({ kind, line, text: what }) => `${line} ${kind} ${what}`,
  );
}

const CASES: readonly (readonly [StartingLanguage, string, readonly string[]])[] = [
  ['python', 'subprocess.run(["git", "log"])', ['1 command git']],
  ['python', '\nsubprocess.run("ls -l", shell=True)', ['2 shell-line ls -l']],
  ['python', 'os.system("tar xf " + name)', ['1 shell-line tar xf']],
  ['python', "os.system(f'rm {x}')", ['1 shell-line rm']],
  ['python', 'subprocess.Popen(args)', ['1 computed subprocess.Popen']],
  ['python', 'os.execvp(name, words)', ['1 computed os.execvp']],
  ['python', '# os.system("x")\nclass Popen(object): pass\nimport os.path', []],
  ['python', 'my_os.system("x"); self.Popen(x)', []],
  ['perl', 'exec $program, @ARGV;', ['1 computed exec']],
  ['perl', "system('ls', '-l');\nmy $x = `date +%Y`;", ['1 command ls', '2 shell-line date +%Y']],
  ['perl', 'system "mount $device";', ['1 shell-line mount']],
  ['perl', '$self->system("x"); my %exec = (); sub exec { }', []],
  [
    'ruby',
    'system("make", "all")\nout = `uname -a`\nx = %x(id)',
    ['1 command make', '2 shell-line uname -a', '3 shell-line id'],
  ],
  ['ruby', 'spawn(command)\nwrite_system = 1', ['1 computed spawn']],
  [
    'php',
    '<?php shell_exec("convert a.png b.png"); $db->exec("select 1");',
    ['1 shell-line convert a.png b.png'],
  ],
  ['php', '<?php $out = exec($line);', ['1 computed exec']],
  [
    'node',
    "const { execFile } = require('child_process'); execFile('git', ['log'])",
    ['1 command git'],
  ],
  [
    'node',
    'const cp = require("child_process");\ncp.exec("ls | wc");\ncp.spawn(tool)',
    ['2 shell-line ls | wc', '3 computed spawn'],
  ],
  ['node', 'pattern.exec("text"); spawn("x")', []],
  ['node', 'require("child_process"); pattern.exec(text)', []],
  [
    'perl',
    'my $root = \'/usr/lib/tool/\'; my $x = "/etc/x.conf";',
    ['1 path /usr/lib/tool/', '1 path /etc/x.conf'],
  ],
];

suite('programs started by scripts', () => {
  for (const [language, text, expected] of CASES) {
    test(`${language}: ${text.split('\n', 1)[0] ?? ''}`, () => {
      const found = read(language, text);
      assert.deepEqual(
        found.filter((one) => !one.includes(' path ') || expected.includes(one)),
        expected,
      );
    });
  }

  test('are counted up to the limit', () => {
    const text = Array.from({ length: 500 }, (_, index) => `os.system("x${index}")`).join('\n');
    assert.equal(read('python', text).length, 100);
  });

  // If steps grew with the square of the length, none of these would finish.
  for (const [name, text] of [
    ['an unclosed text', `os.system("${'x'.repeat(2_000_000)}`],
    ['a text that never begins', 'os.system('.repeat(500_000)],
    ['one long line', `${' '.repeat(3_000_000)}os.system(x)`.repeat(2)],
    ['many quotes', `exec ${'"'.repeat(2_000_000)}`],
    ['bytes that are not text', Buffer.from([0, 255, 96, 96]).toString('latin1').repeat(500_000)],
  ] as const) {
    test(`stops for ${name}`, () => {
      for (const language of ['python', 'perl', 'ruby', 'php', 'node'] as const) {
        assert.ok(read(language, text).length <= 100);
      }
    });
  }
});
