import { appendAll } from '../../../../foundation/core/append-all.ts';
import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { CONFIG_PATH } from '../../../../foundation/core/reach.ts';
import { findArguments, splitWords } from '../../command-words.ts';
import { isFolder } from '../../folder-index.ts';
import type { ReachEdge, ReachWorld } from '../../rule-contract.ts';
import { toAbsolutePath } from '../../shell/program-path.ts';
import type { JvmFact } from './class-fact.ts';

/** Returns the paths of the files of a class path entry. */
export type EntryFiles = (entry: string, world: ReachWorld) => readonly string[];

const PATHS: ReadonlySet<string> = new Set([
  '-cp',
  '-classpath',
  '--class-path',
  '-p',
  '--module-path',
  '--upgrade-module-path',
  '--patch-module',
]);
/** Options whose value is the next word and not a class path. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '--add-modules',
  '--add-exports',
  '--add-opens',
  '--add-reads',
  '--limit-modules',
  '--describe-module',
  '-d',
]);
/** Variables whose words the launcher inserts before those of the command. */
const OPTION_VARIABLES = ['JDK_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS'];

interface Word {
  readonly text: string;
  /** The file that contains it: the configuration or an argument file. */
  readonly path: string;
}

interface Named {
  readonly entry: string;
  /** Path of the file that contains it. */
  readonly path: string;
  /** Its written form, if that differs from the entry. */
  readonly token?: string;
  readonly strength: ReachEdge['strength'];
}

/**
 * Returns the files that the command lines and the environment of the image pass to the launcher.
 * java(1).
 */
export function findStartedEdges(world: ReachWorld, filesOf: EntryFiles): readonly ReachEdge[] {
  return listStartedEntries(world).flatMap(({ entry, path, token = entry, strength }) =>
    filesOf(toAbsolutePath(entry, world), world).map((to) => ({
      to,
      strength,
      witness: { path, token },
    })),
  );
}

/** Returns whether the configuration itself starts it, so that its class path is known. */
export function isStartedByConfig(world: ReachWorld): boolean {
  return findArguments(world, isLauncher).length > 0;
}

function isLauncher(name: string): boolean {
  return name === 'java';
}

/** Returns the archives and directories that the launcher receives, in their written form. */
export function listStartedEntries(world: ReachWorld): readonly Named[] {
  const lines = readLauncherLines(world);
  const classPath = world.config.environment.get('CLASSPATH') ?? '';
  const named = [
    ...lines.flatMap((words) => [...findArgumentFiles(words), ...findNames(words)]),
    ...findNames(readOptionWords(world)),
    ...splitEntries({ text: classPath, path: CONFIG_PATH }),
  ];
  // Without a class path, classes are looked up in the working directory.
  const isPlain = classPath === '' && !lines.some((words) => words.some(isPlaceOption));
  const { workingFolder } = world.config;
  return isPlain && lines.length > 0 && workingFolder !== '/'
    ? [...named, { entry: workingFolder, path: CONFIG_PATH, strength: 'likely' }]
    : named;
}

/** The class or archive that the launcher starts first for a command line. */
export type StartedClass =
  | { readonly kind: 'archive'; readonly entry: string }
  | { readonly kind: 'class'; readonly name: string; readonly token: string; readonly path: string }
  /** If no class is named, the module's main class starts. */
  | {
      readonly kind: 'module';
      readonly name?: string;
      readonly token: string;
      readonly path: string;
    };

export interface Started {
  readonly classes: readonly StartedClass[];
  /** Archives of agents, in their written form. */
  readonly agents: readonly string[];
  /** All words in the configuration that the launcher and the program receive. */
  readonly words: readonly string[];
  /**
   * Whether options pass something that may name any class: settings, native agents, management.
   */
  readonly isOpen: boolean;
}

/**
 * Returns the classes or archives that the launcher starts according to the configuration of the
 * image. `undefined` if the configuration does not determine it, as with unread argument files and
 * sources.
 */
export function findStartedClasses(world: ReachWorld): Started | undefined {
  const lines = readLauncherLines(world);
  const options = readOptionWords(world);
  const classes = lines.map(findStarted).filter((one) => one !== undefined);
  const isDeclared =
    classes.length === lines.length && !options.some(({ text }) => text.startsWith('@'));
  if (lines.length === 0 || !isDeclared) {
    return undefined;
  }
  const words = [...lines.flat(), ...options];
  const agents = words.flatMap(({ text }) => /^-javaagent:([^=]+)/.exec(text)?.[1] ?? []);
  const own = words.filter(({ path }) => path === CONFIG_PATH).map(({ text }) => text);
  const isOpen = words.some(({ text }) => NATIVE.test(text) || isFileProperty(text, world));
  return { classes, agents, words: own, isOpen };
}

const NATIVE = /^-(?:agentlib|agentpath|Xrun|Xbootclasspath|Dcom\.sun\.management)/;

/**
 * Returns whether the value of a property is a file: settings of logging and of security name
 * classes.
 */
function isFileProperty(text: string, world: ReachWorld): boolean {
  const value = /^-D[^=]+=(?:file:)?(.+)$/.exec(text)?.[1];
  const path = value === undefined ? undefined : toAbsolutePath(value, world);
  return path !== undefined && world.exists(path) && !isFolder(path, world);
}

function findStarted(words: readonly Word[]): StartedClass | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const { text = '', path = '' } = words[at] ?? {};
    const [option = '', value] = text.split(/=(.*)/s, 2);
    if (text === '-jar') {
      return { kind: 'archive', entry: words[at + 1]?.text ?? '' };
    }
    if (text === '-m' || option === '--module') {
      const token = value ?? words[at + 1]?.text ?? '';
      const name = token.split('/', 2)[1];
      return {
        kind: 'module',
        token,
        path,
        ...(name === undefined ? {} : { name: toSlashes(name) }),
      };
    }
    if (text.startsWith('@') || text.endsWith('.java')) {
      return undefined;
    }
    if (!text.startsWith('-')) {
      return { kind: 'class', name: toSlashes(text), token: text, path };
    }
    at += WITH_VALUE.has(text) || (PATHS.has(option) && value === undefined) ? 1 : 0;
  }
  return undefined;
}

function toSlashes(name: string): string {
  return name.replaceAll('.', '/');
}

function readOptionWords(world: ReachWorld): readonly Word[] {
  return OPTION_VARIABLES.flatMap((name) =>
    splitWords(world.config.environment.get(name) ?? ''),
  ).map((text) => ({ text, path: CONFIG_PATH }));
}

/** Returns the words of each command line with variables and argument files expanded. */
function readLauncherLines(world: ReachWorld): readonly (readonly Word[])[] {
  return findArguments(world, isLauncher).map((words) =>
    words.flatMap((text) => expandText(text, world)),
  );
}

function expandText(text: string, world: ReachWorld): readonly Word[] {
  const variable = /^\$(?:\{(\w+)\}|(\w+))$/.exec(text);
  if (variable !== null) {
    const value = world.config.environment.get(variable[1] ?? variable[2] ?? '') ?? '';
    return splitWords(value).map((word) => ({ text: word, path: CONFIG_PATH }));
  }
  if (text.startsWith('@')) {
    const path = world.view.resolve(toAbsolutePath(text.slice(1), world))?.path;
    const fact =
      path === undefined ? undefined : (world.getFact('jvm', path) as JvmFact | undefined);
    if (path !== undefined && fact?.words !== undefined) {
      return fact.words.map((word) => ({ text: word, path }));
    }
  }
  return [{ text, path: CONFIG_PATH }];
}

/** Returns the argument files in a line. */
function findArgumentFiles(words: readonly Word[]): readonly Named[] {
  const paths = new Set(words.map(({ path }) => path).filter((path) => path !== CONFIG_PATH));
  return [...paths].map((entry) => {
    return { entry, path: CONFIG_PATH, token: getBaseName(entry), strength: 'required' };
  });
}

function isPlaceOption({ text }: Word): boolean {
  return text === '-jar' || PATHS.has(text.split('=', 1)[0] ?? '');
}

/** Reads options up to the main class or archive; later words are for the program. */
function findNames(words: readonly Word[]): readonly Named[] {
  const found: Named[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? { text: '', path: CONFIG_PATH };
    const { text, path } = word;
    const next = words[at + 1] ?? { text: '', path };
    const [option = '', value] = text.split(/=(.*)/s, 2);
    if (text === '-jar') {
      found.push({ entry: next.text, path: next.path, strength: 'required' });
      break;
    }
    if (PATHS.has(option)) {
      appendAll(found, splitEntries(value === undefined ? next : { text: value, path }));
      at += value === undefined ? 1 : 0;
    } else if (WITH_VALUE.has(text)) {
      at += 1;
    } else if (text.startsWith('@')) {
      found.push({ entry: text.slice(1), path, strength: 'required' });
    } else if (/^-(?:javaagent|agentpath|Xbootclasspath\/[ap]):/.test(text)) {
      const entry = text.slice(text.indexOf(':') + 1);
      appendAll(found, splitEntries({ text: entry.split('=', 1)[0] ?? '', path }));
    } else if (!text.startsWith('-')) {
      break;
    }
  }
  return found.filter(({ entry }) => entry !== '');
}

function splitEntries({ text, path }: Word): readonly Named[] {
  return text
    .split(':')
    .filter((entry) => entry !== '')
    .map((entry) => ({ entry, path, strength: 'likely' }));
}
