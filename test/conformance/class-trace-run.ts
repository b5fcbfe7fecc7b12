import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import {
  BOOT_POM,
  CLASS_LIBRARIES,
  type ClassProgram,
  TALK_LIBRARY,
} from './class-programs.data.ts';

/** A program that can be run and inspected. */
export interface MadeProgram {
  /** Paths in the image, and their locations on this machine. */
  readonly files: readonly (readonly [path: string, host: string])[];
  /** Arguments of the launcher, with the paths of the image. */
  readonly arguments: readonly string[];
  /** The directory on this machine that is `/app` in the image. */
  readonly folder: string;
}

/** Archives by name, in one directory. */
export interface Libraries {
  readonly folder: string;
  readonly names: readonly string[];
}

const RUN_MS_MAX = 90_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Has Maven copy all libraries and their dependencies, once. */
export function prepareLibraries(folder: string): Libraries {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) {
    write(join(folder, 'pom.xml'), createPom(CLASS_LIBRARIES));
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
    run('mvn', ['-q', '-B', goal, `-DoutputDirectory=${lib}`], folder);
    compile(TALK_LIBRARY, {
      libraries: [],
      folder: join(folder, 'talk'),
      archive: join(lib, 'talk-1.0.jar'),
      isModule: false,
    });
  }
  return { folder: lib, names: readdirSync(lib).toSorted(compareText) };
}

function createPom(coordinates: readonly string[]): string {
  const dependencies = coordinates.map((text) => {
    const [group = '', artifact = '', version = ''] = text.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`;
}

/** Builds a program from scratch. */
export function makeProgram(program: ClassProgram, folder: string, all: Libraries): MadeProgram {
  const app = join(folder, 'app');
  const chosen = all.names.filter((name) =>
    (program.libraries ?? []).some((beginning) => name.startsWith(beginning)),
  );
  const paths = chosen.map((name) => join(all.folder, name));
  if (program.layout === 'boot' || program.layout === 'unpacked') {
    return makeBoot(program, folder);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(app, 'lib'), { recursive: true });
  for (const [at, name] of chosen.entries()) {
    writeFileSync(join(app, 'lib', name), readFileSync(paths[at] ?? ''));
  }
  if (program.sources !== undefined) {
    const isModule = program.layout === 'modules';
    compile(program.sources, {
      libraries: paths,
      folder: join(folder, 'work'),
      archive: join(app, 'app.jar'),
      isModule,
    });
    for (const [name, text] of Object.entries(program.resources ?? {})) {
      write(join(folder, 'work', 'classes', name), text);
    }
    run('jar', ['cf', join(app, 'app.jar'), '-C', join(folder, 'work', 'classes'), '.'], folder);
  }
  return { ...installProgram(program, { folder, app, chosen, paths }), folder: app };
}

interface Place {
  readonly folder: string;
  readonly app: string;
  readonly chosen: readonly string[];
  readonly paths: readonly string[];
}

function installProgram(
  program: ClassProgram,
  { folder, app, chosen, paths }: Place,
): Omit<MadeProgram, 'folder'> {
  const { layout, main, arguments: given = [] } = program;
  const libraries = chosen.map((name) => `/app/lib/${name}`);
  switch (layout) {
    case 'shaded': {
      const classes = join(folder, 'work', 'classes');
      for (const path of paths) {
        run('jar', ['xf', path], classes);
      }
      rmSync(join(classes, 'META-INF', 'MANIFEST.MF'), { force: true });
      run('jar', ['cfe', join(app, 'app.jar'), main, '-C', classes, '.'], folder);
      rmSync(join(app, 'lib'), { recursive: true });
      return { files: listFiles(app), arguments: ['-jar', '/app/app.jar', ...given] };
    }
    case 'folder': {
      run('jar', ['xf', join(app, 'app.jar')], makeDirectory(join(app, 'classes')));
      rmSync(join(app, 'app.jar'));
      const path = ['/app/classes', '/app/lib/*'].join(':');
      return { files: listFiles(app), arguments: ['-cp', path, main, ...given] };
    }
    case 'modules':
      return {
        files: listFiles(app),
        arguments: ['-p', '/app/app.jar:/app/lib', '-m', main, ...given],
      };
    default: {
      const path = [...(program.sources === undefined ? [] : ['/app/app.jar']), ...libraries];
      return { files: listFiles(app), arguments: ['-cp', path.join(':'), main, ...given] };
    }
  }
}

function makeBoot(program: ClassProgram, folder: string): MadeProgram {
  const made = join(folder, 'work', 'target', 'app-1.0.jar');
  if (!existsSync(made)) {
    write(join(folder, 'work', 'pom.xml'), BOOT_POM);
    for (const [name, text] of Object.entries(program.sources ?? {})) {
      write(join(folder, 'work', 'src', 'main', 'java', name), text);
    }
    run('mvn', ['-q', '-B', 'package'], join(folder, 'work'));
  }
  const app = join(folder, 'app');
  rmSync(app, { recursive: true, force: true });
  const given = program.arguments ?? [];
  if (program.layout === 'boot') {
    write(join(app, 'app.jar'), readFileSync(made));
    return { files: listFiles(app), arguments: ['-jar', '/app/app.jar', ...given], folder: app };
  }
  run('jar', ['xf', made], makeDirectory(app));
  const launcher = 'org.springframework.boot.loader.launch.JarLauncher';
  return { files: listFiles(app), arguments: ['-cp', '/app', launcher, ...given], folder: app };
}

function listFiles(app: string): MadeProgram['files'] {
  return readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(app, name)).isFile())
    .toSorted(compareText)
    .map((name) => [`/app/${name}`, join(app, name)]);
}

interface Compilation {
  readonly libraries: readonly string[];
  readonly folder: string;
  /** Archive that is built. */
  readonly archive: string;
  readonly isModule: boolean;
}

function compile(
  sources: Readonly<Record<string, string>>,
  { libraries, folder, archive, isModule }: Compilation,
): void {
  const paths = Object.entries(sources).map(([name, text]) => {
    write(join(folder, 'src', name), text);
    return join(folder, 'src', name);
  });
  const classes = makeDirectory(join(folder, 'classes'));
  const option = isModule ? '-p' : '-cp';
  const path = libraries.length === 0 ? [] : [option, libraries.join(':')];
  run('javac', ['-nowarn', ...path, '-d', classes, ...paths], folder);
  run('jar', ['cf', archive, '-C', classes, '.'], folder);
}

export interface ClassTrace {
  /** Slashed names of classes that do not belong to the platform, without duplicates, sorted. */
  readonly loaded: readonly string[];
  readonly output: string;
}

/** Runs a program and records the classes that the Java machine loads. */
export function traceProgram({ arguments: given, folder }: MadeProgram): ClassTrace {
  const log = join(folder, '..', 'classes.log');
  rmSync(log, { force: true });
  const own = given.map((word) => word.replaceAll(/(^|:)\/app(?=[/:]|$)/g, `$1${folder}`));
  const options = ['-Xshare:off', `-Xlog:class+load=info:file=${log}::filesize=0`];
  const { stdout, stderr } = spawnSync('java', [...options, ...own], {
    cwd: makeDirectory(join(folder, '..', 'scratch')),
    timeout: RUN_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
    encoding: 'utf8',
  });
  const lines = readFileSync(log, 'utf8').split('\n');
  const names = lines.flatMap((line) => {
    const [, name = '', source = ''] = /\] ([^ ]+) source: (.*)$/.exec(line) ?? [];
    return name === '' || /^(?:jrt:|shared)/.test(source) ? [] : [name.replaceAll('.', '/')];
  });
  return { loaded: [...new Set(names)].toSorted(compareText), output: stdout + stderr };
}

function makeDirectory(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function run(program: string, words: readonly string[], cwd: string): void {
  execFileSync(program, words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
