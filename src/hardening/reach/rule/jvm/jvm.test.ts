import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type FoundReach,
  findReach,
  type ImageFile,
} from '../../../../../test/support/reach-image.ts';
import { createZip } from '../../../../foundation/bytes/zip/zip.fixture.ts';

const HOME = '/usr/lib/jvm/x';
const PROGRAM = { elf: { type: 3 } } as const;

const RUNTIME: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/java': { link: `${HOME}/bin/java` },
  [`${HOME}/bin/java`]: PROGRAM,
  [`${HOME}/bin/keytool`]: PROGRAM,
  [`${HOME}/lib/modules`]: 'jimage',
  [`${HOME}/lib/server/libjvm.so`]: PROGRAM,
  [`${HOME}/lib/libawt.so`]: PROGRAM,
  [`${HOME}/conf/net.properties`]: '',
  [`${HOME}/legal/x`]: '',
};

function createJar(...lines: readonly string[]): Buffer {
  const content = `Manifest-Version: 1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
  return createZip([{ name: 'META-INF/MANIFEST.MF', content }]);
}

const FILES: Readonly<Record<string, ImageFile>> = {
  ...RUNTIME,
  '/opt/app/main.jar': createJar(
    'Main-Class: x.Main',
    'Class-Path: lib/first.jar lib/a%20b.jar /opt/shared/absolute.jar file:lib/second-with-a-lon',
    ' g-name.jar gone.jar',
  ),
  '/opt/app/lib/first.jar': createJar('Class-Path: third.jar'),
  '/opt/app/lib/third.jar': createJar(),
  '/opt/app/lib/a b.jar': createJar(),
  '/opt/app/lib/second-with-a-long-name.jar': createJar(),
  '/opt/app/lib/unused.jar': createJar(),
  '/opt/shared/absolute.jar': createJar(),
  '/opt/classes/x/Main.class': 'x',
};

/**
 * A package installs all of it; a file without an owner beside a program would count as its
 * application.
 */
function startWithFiles(
  files: Readonly<Record<string, ImageFile>>,
  command: readonly string[],
  environment: readonly string[] = [],
): FoundReach {
  return findReach({ files, command, environment, packages: { all: Object.keys(files) } });
}

function startJava(command: readonly string[], environment: readonly string[] = []): FoundReach {
  const found = startWithFiles(FILES, command, environment);
  assert.deepEqual(found.broken, []);
  return found;
}

function listJars({ lines }: FoundReach): readonly string[] {
  return lines.filter((line) => /\.(?:jar|class)$/.test(line));
}

suite('files that a Java virtual machine loads', () => {
  test('are its own modules and libraries, and settings as data', () => {
    const { lines, classOf } = startJava(['java', '-version']);
    const own = lines.filter((line) => line.includes(' jvm '));
    assert.deepEqual(own, [
      `data jvm ${HOME}/conf/net.properties`,
      `possible jvm ${HOME}/lib/libawt.so`,
      `required jvm ${HOME}/lib/modules`,
      `likely jvm ${HOME}/lib/server/libjvm.so`,
    ]);
    assert.equal(classOf(`${HOME}/bin/keytool`), 'unreachable');
  });

  test('include an archive and those named by manifests, also on continued lines', () => {
    assert.deepEqual(
      listJars(startJava(['java', '-Xmx1g', '-jar', '/opt/app/main.jar', 'x.jar'])),
      [
        'likely jvm /opt/app/lib/a b.jar',
        'likely jvm /opt/app/lib/first.jar',
        'likely jvm /opt/app/lib/second-with-a-long-name.jar',
        'likely jvm /opt/app/lib/third.jar',
        'required entrypoint-argument /opt/app/main.jar',
        'likely jvm /opt/shared/absolute.jar',
      ],
    );
  });

  const classPaths: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['of the option', ['java', '-cp', '/opt/app/lib/third.jar:/opt/classes', 'x.Main'], []],
    ['of a long option', ['java', '--class-path=/opt/app/lib/third.jar:/opt/classes', 'M'], []],
    ['of the environment', ['java', 'M'], ['CLASSPATH=/opt/app/lib/third.jar:/opt/classes']],
    ['of its options', ['java', 'M'], ['JDK_JAVA_OPTIONS=-cp /opt/app/lib/third.jar:/opt/classes']],
  ];
  for (const [name, command, environment] of classPaths) {
    test(`use the class path ${name}`, () => {
      assert.deepEqual(listJars(startJava(command, environment)), [
        'likely jvm /opt/app/lib/third.jar',
        'likely jvm /opt/classes/x/Main.class',
      ]);
    });
  }

  test('include all archives of a directory for an asterisk, and those of an agent', () => {
    const command = ['java', '-javaagent:/opt/shared/absolute.jar=x', '-cp', '/opt/app/lib/*', 'M'];
    assert.equal(listJars(startJava(command)).length, 6);
  });

  test('include them also behind a link to a directory that no layer names', () => {
    const files = {
      ...RUNTIME,
      '/opt/app': { link: '/srv/app' },
      '/srv/app/lib/a.jar': createJar(),
    };
    for (const folder of ['/opt/app/lib', '/srv/app/lib']) {
      const command = ['java', '-cp', `${folder}/*`, 'M'];
      const found = findReach({ files, command, isBare: true });
      assert.deepEqual(listJars(found), ['likely jvm /srv/app/lib/a.jar']);
    }
  });

  test('are open for class loaders of the application', () => {
    const files = {
      ...RUNTIME,
      '/opt/server/bin/start.jar': createJar(),
      '/opt/server/lib/core.jar': createJar(),
      '/app/plug-ins/x.jar': createJar(),
      '/usr/share/java/other.jar': createJar(),
    };
    const { classOf, doubts } = startWithFiles(files, [
      'java',
      '-cp',
      '/opt/server/bin/start.jar',
      'M',
    ]);
    const what = 'its code may load archives and classes by names computed at run time';
    const own = doubts.filter((line) => line.endsWith(what));
    assert.deepEqual(own, Array(2).fill(`folder ${HOME}/bin/java ${what}`));
    assert.equal(classOf('/opt/server/lib/core.jar'), 'tainted');
    assert.equal(classOf('/app/plug-ins/x.jar'), 'unreachable');
    const more = { ...files, '/app/main.jar': createJar() };
    const alone = startWithFiles(more, ['java', '-jar', '/app/main.jar']);
    assert.equal(alone.classOf('/app/plug-ins/x.jar'), 'tainted');
    assert.equal(alone.classOf('/usr/share/java/other.jar'), 'unreachable');
  });

  test('may be anything if a script builds the class path', () => {
    const files = {
      ...RUNTIME,
      '/bin/sh': PROGRAM,
      '/start.sh': '#!/bin/sh\nexec java -cp "$(cat list)" Main\n',
      '/opt/server/lib/core.jar': createJar(),
    };
    const { classOf, doubts } = startWithFiles(files, ['/start.sh']);
    assert.match(doubts.join('\n'), /java its class path is computed at run time/);
    assert.equal(classOf('/opt/server/lib/core.jar'), 'tainted');
  });

  test('ignore a class path after the main class', () => {
    assert.deepEqual(
      listJars(startJava(['java', '-cp', '/none', 'M', '-cp', '/opt/app/lib/*'])),
      [],
    );
  });

  test('survive archives that are invalid, truncated, or name nothing', () => {
    const whole = FILES['/opt/app/main.jar'] as Buffer;
    for (const broken of [
      Buffer.from('PK\x03\x04'),
      whole.subarray(0, 60),
      createZip([]),
      Buffer.of(),
    ]) {
      const files = { ...FILES, '/opt/app/main.jar': broken };
      const { lines } = startWithFiles(files, ['java', '-jar', '/opt/app/main.jar']);
      assert.ok(lines.includes('required entrypoint-argument /opt/app/main.jar'));
    }
  });

  test('never follow a manifest out of the image, or in circles', () => {
    const files = {
      ...FILES,
      '/opt/app/main.jar': createJar(
        'Class-Path: ../../../../etc/passwd main.jar %zz http://x/y.jar',
      ),
      '/etc/passwd': '',
    };
    const { lines } = startWithFiles(files, ['java', '-jar', '/opt/app/main.jar']);
    assert.ok(lines.includes('likely jvm /etc/passwd'), lines.join('\n'));
    assert.equal(lines.filter((line) => line.endsWith('.jar')).length, 1);
  });
});
