import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type FoundReach,
  findReach,
  type ImageFile,
  listBrokenSteps,
  type ReachImage,
} from '../../../../../test/support/reach-image.ts';
import { createZip, type ZipFixtureEntry } from '../../../../foundation/bytes/zip/zip.fixture.ts';
import { findWay } from '../../../../foundation/core/reach-way.ts';
import {
  type ClassFixture,
  createClassFile,
} from '../../../../inventory/ecosystem/java/class-file.fixture.ts';
import { explainNeed, formatNeed } from '../../../../vulnerability/explain/explain-need.ts';

const HOME = '/usr/lib/jvm/x';
const RUNTIME: Readonly<Record<string, ImageFile>> = {
  '/usr/bin/java': { link: `${HOME}/bin/java` },
  [`${HOME}/bin/java`]: { elf: { type: 3 } },
  [`${HOME}/lib/modules`]: 'jimage',
};

const PLUGINS = 'org/apache/logging/log4j/core/config/plugins/util/PluginRegistry';
const SPRING = 'org/springframework/core/io/support/SpringFactoriesLoader';
const LOADS = [['java/lang/Class', 'forName']] as const;

interface Jar {
  readonly classes?: readonly ClassFixture[];
  /** Prefix of its class names. */
  readonly folder?: string;
  readonly manifest?: Readonly<Record<string, string>>;
  readonly resources?: Readonly<Record<string, string | Uint8Array>>;
}

function createJar({ classes = [], folder = '', manifest = {}, resources = {} }: Jar): Buffer {
  const lines = Object.entries(manifest).map(([name, value]) => `${name}: ${value}\r\n`);
  const entries: ZipFixtureEntry[] = [
    { name: 'META-INF/MANIFEST.MF', content: `Manifest-Version: 1.0\r\n${lines.join('')}\r\n` },
    ...Object.entries(resources).map(([name, content]) => ({ name, content, isStored: true })),
    ...classes.map((one) => ({
      name: `${folder}${one.name}.class`,
      content: createClassFile(one),
    })),
  ];
  return createZip(entries);
}

interface Found extends FoundReach {
  /** `likely a` for each package, sorted. */
  readonly states: readonly string[];
}

function findClasses(image: Omit<ReachImage, 'packages'>): Found {
  const files = { ...RUNTIME, ...image.files };
  const whole = { ...image, files, packages: { all: Object.keys(files) } };
  const result = findReach(whole);
  assert.deepEqual(result.broken, []);
  const states = result.reach.packages
    .filter(({ packageKey }) => packageKey !== 'all')
    .map(({ reach, packageKey }) => `${reach} ${packageKey}`);
  return { ...result, states };
}

/** Archives of a class path; the first one has the started class. */
function onPath(jars: Readonly<Record<string, Jar>>, options: readonly string[] = []): Found {
  const paths = Object.keys(jars).map((name) => `/app/${name}.jar`);
  return findClasses({
    files: Object.fromEntries(
      Object.entries(jars).map(([name, one]) => [`/app/${name}.jar`, createJar(one)]),
    ),
    command: ['java', ...options, '-cp', paths.join(':'), 'm.Main'],
    archives: Object.fromEntries(Object.keys(jars).map((name) => [name, `/app/${name}.jar`])),
  });
}

suite('classes of Java archives', () => {
  test('are reached only by their names if nothing is open', () => {
    const { states, reach } = onPath({
      main: { classes: [{ name: 'm/Main', superName: 'b/Base', classes: ['u/Used'] }] },
      base: { classes: [{ name: 'b/Base', interfaces: ['i/I'] }] },
      face: { classes: [{ name: 'i/I' }] },
      used: { classes: [{ name: 'u/Used', descriptors: ['(Ld/D;)V'] }, { name: 'u/Other' }] },
      deep: { classes: [{ name: 'd/D' }] },
      unused: { classes: [{ name: 'z/Z', classes: ['d/D', 'y/Y'] }] },
      beside: { classes: [{ name: 'y/Y' }] },
      empty: {},
    });
    assert.deepEqual(states, [
      'required base',
      'unreachable beside',
      'likely deep',
      'likely empty',
      'required face',
      'required main',
      'unreachable unused',
      'likely used',
    ]);
    assert.deepEqual(
      findWay('/app/deep.jar:d/D.class', reach).map(({ to, strength }) => `${strength} ${to}`),
      [
        'required /usr/bin/java',
        `required ${HOME}/bin/java`,
        'required /app/main.jar:m/Main.class',
        'likely /app/used.jar:u/Used.class',
        'likely /app/deep.jar:d/D.class',
      ],
    );
    assert.equal(
      reach.members?.some(({ path }) => path.includes('u/Other')),
      false,
    );
  });

  test('are all open if a class loads others by unknown names', () => {
    const { states, doubts } = onPath({
      main: { classes: [{ name: 'm/Main', calls: LOADS, texts: ['p.P', 'p.Q$R'] }] },
      named: { classes: [{ name: 'p/P', texts: ['q.Q'], classes: ['r/R'] }] },
      inner: { classes: [{ name: 'p/Q$R' }] },
      chained: { classes: [{ name: 'q/Q', calls: LOADS }] },
      led: { classes: [{ name: 'r/R', calls: LOADS }] },
    });
    assert.deepEqual(states, [
      'tainted chained',
      'possible inner',
      'possible led',
      'required main',
      'possible named',
    ]);
    const what = 'it and 1 other class load classes by names computed at run time';
    assert.ok(doubts.includes(`classes /app/main.jar:m/Main.class ${what}`), doubts.join('\n'));
  });

  test('are possible if only named in a string of a class that is itself named so', () => {
    const { states } = onPath({
      main: { classes: [{ name: 'm/Main', texts: ['p.P'] }] },
      named: { classes: [{ name: 'p/P', texts: ['q.Q'] }] },
      chained: { classes: [{ name: 'q/Q', classes: ['r/R'] }] },
      led: { classes: [{ name: 'r/R' }] },
      free: { classes: [{ name: 'f/F' }] },
    });
    assert.deepEqual(states, [
      'tainted chained',
      'unreachable free',
      'tainted led',
      'required main',
      'possible named',
    ]);
  });

  test('of services are likely for their users, and possible for others', () => {
    const services = {
      'META-INF/services/s.Service': '# none.None\nv.First # first\n\nv.Gone\n',
      'META-INF/services/java.sql.Driver': 'v.Driver',
      'META-INF/services/javax.x.Unasked': 'v.Unasked',
      'META-INF/services/t.Unused': 'w.Unused',
    };
    const { states } = onPath({
      main: { classes: [{ name: 'm/Main', classes: ['s/Service', 'java/sql/DriverManager'] }] },
      api: { classes: [{ name: 's/Service' }, { name: 't/Unused' }], resources: services },
      first: { classes: [{ name: 'v/First' }] },
      driver: { classes: [{ name: 'v/Driver' }] },
      unasked: { classes: [{ name: 'v/Unasked' }] },
      unused: { classes: [{ name: 'w/Unused' }] },
    });
    assert.deepEqual(states, [
      'likely api',
      'likely driver',
      'likely first',
      'required main',
      'possible unasked',
      'tainted unused',
    ]);
  });

  test('are named by arguments, settings and plug-in tables', () => {
    const plugins = 'META-INF/org/apache/logging/log4j/core/config/plugins/Log4j2Plugins.dat';
    const table = Buffer.from(
      '\0\0\0\x01\0\x04core\0\0\0\x01\0\x01a\0\x03g.G\0\x01A\0\0',
      'latin1',
    );
    const { states } = onPath(
      {
        main: {
          classes: [{ name: 'm/Main', classes: [PLUGINS] }],
          resources: { 'settings.xml': '<bean class="s.Set"/>', [plugins]: table },
        },
        log: { classes: [{ name: PLUGINS }] },
        plugin: { classes: [{ name: 'g/G' }] },
        set: { classes: [{ name: 's/Set' }] },
        told: { classes: [{ name: 't/Told' }] },
      },
      ['-Dx.manager=t.Told'],
    );
    assert.deepEqual(states, [
      'likely log',
      'required main',
      'likely plugin',
      'possible set',
      'likely told',
    ]);
  });

  test('of an application are all likely if frameworks may scan it', () => {
    const main = [
      { name: 'm/Main', calls: LOADS },
      { name: 'm/sub/Bean', classes: ['l/L'] },
    ];
    const { states } = onPath({
      main: { classes: [...main, { name: 'n/Other', classes: ['o/O'] }] },
      library: { classes: [{ name: 'l/L' }] },
      other: { classes: [{ name: 'o/O' }] },
    });
    assert.deepEqual(states, ['likely library', 'required main', 'tainted other']);
  });

  const BOOT = {
    'Main-Class': 'org.springframework.boot.loader.JarLauncher',
    'Start-Class': 'm.Main',
  };
  const LAUNCHER = { name: 'org/springframework/boot/loader/JarLauncher', calls: LOADS };
  const INNER = {
    'BOOT-INF/lib/core.jar': createJar({
      classes: [{ name: SPRING }, { name: 'c/Auto', classes: ['u/U'] }],
      resources: { 'META-INF/spring.factories': 'k.Key=\\\n c.Auto\n' },
    }),
    'BOOT-INF/lib/used.jar': createJar({ classes: [{ name: 'u/U' }] }),
    'BOOT-INF/lib/unused.jar': createJar({ classes: [{ name: 'z/Z' }] }),
  };
  const ARCHIVES = {
    core: '/app/app.jar:BOOT-INF/lib/core.jar',
    used: '/app/app.jar:BOOT-INF/lib/used.jar',
    unused: '/app/app.jar:BOOT-INF/lib/unused.jar',
  };

  test('are followed into nested archives of a Spring Boot archive', () => {
    const own = {
      name: 'BOOT-INF/classes/m/Main.class',
      content: createClassFile({ name: 'm/Main', classes: [SPRING] }),
    };
    const app = createJar({
      classes: [LAUNCHER],
      manifest: BOOT,
      resources: { [own.name]: own.content, ...INNER },
    });
    const result = findClasses({
      files: { '/app/app.jar': app },
      command: ['java', '-jar', '/app/app.jar'],
      archives: { app: '/app/app.jar', ...ARCHIVES },
    });
    assert.deepEqual(result.states, [
      'required app',
      'likely core',
      'tainted unused',
      'likely used',
    ]);
    const formatFileNeed = (path: string) =>
      formatNeed(explainNeed(path, result.inventory)).join('\n');
    assert.match(
      formatFileNeed(ARCHIVES.used),
      /^.*used\.jar: likely\n  contains used 1\.0: likely\n(?:    .*\n)*.*c\/Auto\.class → .*u\/U\.class  \(likely, jvm: "u\/U" in .*c\/Auto\.class\)$/,
    );
    assert.match(
      formatFileNeed(ARCHIVES.unused),
      /tainted\n.*\n  no rule|tainted\n  contains unused 1\.0: tainted\n  but .*JarLauncher\.class: it loads classes/,
    );
    assert.match(formatFileNeed(`${ARCHIVES.used}:u/U.class`), /^.*U\.class: likely\n/);
    assert.match(formatFileNeed('/app/app.jar'), /\n  contains app 1\.0: required\n/);
  });

  test('are followed in the directories of an unpacked one', () => {
    const { states } = findClasses({
      files: {
        '/app/META-INF/MANIFEST.MF': `Start-Class: ${BOOT['Start-Class']}\r\n`,
        '/app/org/springframework/boot/loader/JarLauncher.class': createClassFile(LAUNCHER),
        '/app/BOOT-INF/classes/m/Main.class': createClassFile({
          name: 'm/Main',
          classes: [SPRING],
        }),
        ...Object.fromEntries(Object.entries(INNER).map(([name, one]) => [`/app/${name}`, one])),
      },
      workingFolder: '/app',
      command: ['java', BOOT['Main-Class']],
      archives: Object.fromEntries(
        Object.entries(ARCHIVES).map(([name, path]) => [name, path.replace('app.jar:', '')]),
      ),
    });
    assert.deepEqual(states, ['likely core', 'tainted unused', 'likely used']);
  });

  test('of one archive are assigned to shaded packages by group names', () => {
    const classes = [
      { name: 'm/Main', classes: ['shaded/g/one/A'] },
      { name: 'shaded/g/one/A' },
      { name: 'g/two/B' },
    ];
    const packed = { one: '/app/all.jar:g.one:x', two: '/app/all.jar:g.two:y' };
    const listStates = (more: readonly ClassFixture[]) =>
      findClasses({
        files: { '/app/all.jar': createJar({ classes: [...more, ...classes] }) },
        command: ['java', '-cp', '/app/all.jar', 'm.Main'],
        archives: { whole: '/app/all.jar', ...packed, main: '/app/all.jar:m:m' },
      }).states;
    assert.deepEqual(listStates([]), [
      'required main',
      'likely one',
      'tainted two',
      'required whole',
    ]);
    // The owner of this class is unknown, so it may belong to either.
    const foreign = { name: 'q/Q', superName: 'shaded/g/one/A' };
    const main = { name: 'm/Main', classes: ['q/Q'] };
    assert.ok(listStates([main, foreign]).includes('likely two'));
  });

  test('of a module include those that it provides', () => {
    const { states } = findClasses({
      files: {
        '/app/a.jar': createJar({ classes: [{ name: 'module-info' }, { name: 'm/Main' }] }),
        '/app/b.jar': createJar({
          classes: [{ name: 'module-info', classes: ['p/P'] }, { name: 'p/P' }],
        }),
      },
      command: ['java', '-p', '/app/a.jar:/app/b.jar', '-m', 'a/m.Main'],
      archives: { a: '/app/a.jar', b: '/app/b.jar' },
    });
    assert.deepEqual(states, ['required a', 'likely b']);
  });

  test('may be loaded from archives that only a class loader finds', () => {
    const { states } = findClasses({
      files: {
        '/srv/bin/start.jar': createJar({
          classes: [{ name: 'm/Main', calls: LOADS, texts: ['c.C'] }],
        }),
        '/srv/lib/c.jar': createJar({ classes: [{ name: 'c/C', classes: ['d/D'] }] }),
        '/srv/lib/d.jar': createJar({ classes: [{ name: 'd/D' }] }),
        '/srv/lib/e.jar': createJar({ classes: [{ name: 'e/E' }] }),
      },
      command: ['java', '-cp', '/srv/bin/start.jar', 'm.Main'],
      archives: {
        start: '/srv/bin/start.jar',
        c: '/srv/lib/c.jar',
        d: '/srv/lib/d.jar',
        e: '/srv/lib/e.jar',
      },
    });
    assert.deepEqual(states, ['possible c', 'possible d', 'tainted e', 'required start']);
  });

  const unknown: readonly (readonly [string, readonly string[]])[] = [
    ['a file of arguments', ['java', '@arguments', '-cp', '/app/a.jar:/app/b.jar', 'm.Main']],
    ['a class that is not there', ['java', '-cp', '/app/a.jar:/app/b.jar', 'n.Main']],
    ['a source', ['java', '-cp', '/app/a.jar:/app/b.jar', 'Main.java']],
  ];
  for (const [name, command] of unknown) {
    test(`are all reachable if the start is ${name}`, () => {
      const { states, reach } = findClasses({
        files: {
          '/app/a.jar': createJar({ classes: [{ name: 'm/Main' }] }),
          '/app/b.jar': createJar({ classes: [{ name: 'b/B' }] }),
        },
        command,
        archives: { a: '/app/a.jar', b: '/app/b.jar' },
      });
      assert.deepEqual(states, ['likely a', 'likely b']);
      assert.equal(reach.members, undefined);
    });
  }

  for (const option of [
    '-Dlogging.config.file=/app/a.jar',
    '-agentlib:jdwp',
    '-Dcom.sun.management.x',
  ]) {
    test(`are open if the launcher has the option ${option}`, () => {
      const jars = {
        a: { classes: [{ name: 'm/Main' }] },
        b: { classes: [{ name: 'b/B' }] },
      };
      const { states, doubts } = onPath(jars, [option]);
      assert.deepEqual(states, ['required a', 'tainted b']);
      const what = 'an option of its command passes it data that may name any class';
      assert.ok(doubts.includes(`classes ${HOME}/bin/java ${what}`), doubts.join('\n'));
      assert.deepEqual(onPath(jars, ['-Dx=y']).states, ['required a', 'unreachable b']);
    });
  }

  test('are open if a script starts an archive, which is also followed', () => {
    const runScript = (line: string) =>
      findClasses({
        files: {
          '/bin/sh': { elf: { type: 3 } },
          '/start.sh': `#!/bin/sh\n${line}\n`,
          '/app/a.jar': createJar({
            classes: [{ name: 'm/Main', classes: ['b/B'] }],
            manifest: { 'Main-Class': 'm.Main', 'Class-Path': 'b.jar c.jar' },
          }),
          '/app/b.jar': createJar({ classes: [{ name: 'b/B' }] }),
          '/app/c.jar': createJar({ classes: [{ name: 'c/C' }] }),
        },
        command: ['/start.sh'],
        archives: { a: '/app/a.jar', b: '/app/b.jar', c: '/app/c.jar' },
      }).states;
    assert.deepEqual(runScript('exec java $OPTIONS -jar /app/a.jar "$@"'), [
      'likely a',
      'likely b',
      'tainted c',
    ]);
    assert.deepEqual(runScript('D=/app\njava -jar "$D/a.jar"'), [
      'likely a',
      'likely b',
      'tainted c',
    ]);
    // Only the script knows the class.
    const whole = ['likely a', 'likely b', 'likely c'];
    assert.deepEqual(runScript('exec java -cp /app/a.jar:/app/c.jar m.Other'), whole);
  });

  test('are named by variables and by the files of Jib', () => {
    const jars = {
      '/app/a.jar': createJar({ classes: [{ name: 'm/Main' }] }),
      '/app/b.jar': createJar({ classes: [{ name: 'b/B' }] }),
    };
    const archives = { a: '/app/a.jar', b: '/app/b.jar' };
    const expected = ['required a', 'unreachable b'];
    const byVariable = findClasses({
      files: jars,
      environment: ['OPTIONS=-Xmx1g -cp /app/a.jar:/app/b.jar'],
      command: ['/bin/sh', '-c', 'exec java $OPTIONS ${MORE} m.Main'],
      archives,
    });
    assert.deepEqual(byVariable.states.length, 2);
    const byShell = findClasses({
      files: jars,
      command: ['tini', '--', 'sh', '-c', 'exec java -cp /app/a.jar:/app/b.jar m.Main'],
      archives,
    });
    assert.deepEqual(byShell.states, expected);
    const byFile = findClasses({
      files: {
        ...jars,
        '/app/jib-classpath-file': '/app/a.jar:/app/b.jar',
        '/app/jib-main-class-file': 'm.Main',
      },
      command: ['java', '-cp', '@/app/jib-classpath-file', '@/app/jib-main-class-file'],
      archives,
    });
    assert.deepEqual(byFile.states, expected);
    assert.ok(
      byFile.lines.includes('required jvm /app/jib-classpath-file'),
      byFile.lines.join('\n'),
    );
  });

  test('are open if the directory of an archive could not be read completely', () => {
    const cut = createZip([{ name: 'b/B.class', content: createClassFile({ name: 'b/B' }) }], {
      entryCount: 2,
    });
    const { states, doubts } = findClasses({
      files: { '/app/a.jar': createJar({ classes: [{ name: 'm/Main' }] }), '/app/b.jar': cut },
      command: ['java', '-cp', '/app/a.jar:/app/b.jar', 'm.Main'],
      archives: { a: '/app/a.jar', b: '/app/b.jar' },
    });
    assert.deepEqual(states, ['required a', 'tainted b']);
    assert.match(doubts.join('\n'), /.*some classes on its class path could not be read/);
  });

  test('change with the bytes that prove them', () => {
    const createImage = (token: string): ReachImage => ({
      files: {
        ...RUNTIME,
        '/app/a.jar': createJar({ classes: [{ name: 'm/Main', classes: [token] }] }),
        '/app/b.jar': createJar({ classes: [{ name: 'b/B' }] }),
      },
      command: ['java', '-cp', '/app/a.jar:/app/b.jar', 'm.Main'],
      archives: { b: '/app/b.jar' },
    });
    const { reach } = findReach(createImage('b/B'));
    assert.deepEqual(listBrokenSteps(reach, createImage('b/B')), []);
    assert.deepEqual(listBrokenSteps(reach, createImage('b/C')), [
      '/app/a.jar:m/Main.class > /app/b.jar:b/B.class jvm "b/B"',
    ]);
  });
});
