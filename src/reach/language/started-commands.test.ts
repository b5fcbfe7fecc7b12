import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readStartedCommands, type StartingLanguage } from './started-commands.ts';

function read(language: StartingLanguage, text: string): readonly string[] {
  const options = { language, usesMax: 100, hasPaths: true };
  return readStartedCommands(Buffer.from(text), options).map(
    ({ kind, line, text: what }) => `${kind}${line} ${what}`,
  );
}

const CASES: readonly (readonly [StartingLanguage, string, readonly string[]])[] = [
  ['python', 'subprocess.run(["git", "log"])', ['c1 git']],
  ['python', '\nsubprocess.run("ls -l", shell=True)', ['s2 ls -l']],
  ['python', 'os.system("tar xf " + name)', ['s1 tar xf']],
  ['python', "os.system(f'rm {x}')", ['s1 rm']],
  ['python', 'subprocess.Popen(args)', ['v1 subprocess.Popen']],
  ['python', 'os.execvp(name, words)', ['v1 os.execvp']],
  ['python', '# os.system("x")\nclass Popen(object): pass\nimport os.path', []],
  ['python', 'my_os.system("x"); self.Popen(x)', []],
  ['perl', 'exec $program, @ARGV;', ['v1 exec']],
  ['perl', "system('ls', '-l');\nmy $x = `date +%Y`;", ['c1 ls', 's2 date +%Y']],
  ['perl', 'system "mount $device";', ['s1 mount']],
  ['perl', '$self->system("x"); my %exec = (); sub exec { }', []],
  [
    'ruby',
    'system("make", "all")\nout = `uname -a`\nx = %x(id)',
    ['c1 make', 's2 uname -a', 's3 id'],
  ],
  ['ruby', 'spawn(command)\nwrite_system = 1', ['v1 spawn']],
  [
    'php',
    '<?php shell_exec("convert a.png b.png"); $db->exec("select 1");',
    ['s1 convert a.png b.png'],
  ],
  ['php', '<?php $out = exec($line);', ['v1 exec']],
  ['node', "const { execFile } = require('child_process'); execFile('git', ['log'])", ['c1 git']],
  [
    'node',
    'const cp = require("child_process");\ncp.exec("ls | wc");\ncp.spawn(tool)',
    ['s2 ls | wc', 'v3 spawn'],
  ],
  ['node', 'pattern.exec("text"); spawn("x")', []],
  ['node', 'require("child_process"); pattern.exec(text)', []],
  [
    'perl',
    'my $root = \'/usr/lib/tool/\'; my $x = "/etc/x.conf";',
    ['p1 /usr/lib/tool/', 'p1 /etc/x.conf'],
  ],
];

suite('programs started by scripts', () => {
  for (const [language, text, expected] of CASES) {
    test(`${language}: ${text.split('\n', 1)[0] ?? ''}`, () => {
      const found = read(language, text);
      assert.deepEqual(
        found.filter((one) => !one.startsWith('p') || expected.includes(one)),
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
    ['bytes that are no text', Buffer.from([0, 255, 96, 96]).toString('latin1').repeat(500_000)],
  ] as const) {
    test(`stops for ${name}`, () => {
      for (const language of ['python', 'perl', 'ruby', 'php', 'node'] as const) {
        assert.ok(read(language, text).length <= 100);
      }
    });
  }
});
