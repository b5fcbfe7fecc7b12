import { argumentsOf, fromWorkingFolder, wordsOf } from '../../command-words.ts';
import { CONFIG_PATH } from '../../reach-graph.ts';
import type { ReachEdge, ReachWorld } from '../../rule-contract.ts';

/** Paths of the files that an entry of a class path stands for. */
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
/** Take the next word as their value, which is no class path. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '--add-modules',
  '--add-exports',
  '--add-opens',
  '--add-reads',
  '--limit-modules',
  '--describe-module',
  '-d',
]);
/** Variables whose words the launcher puts before those of the command. */
const OPTION_VARIABLES = ['JDK_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS'];

interface Named {
  readonly entry: string;
  readonly strength: ReachEdge['strength'];
}

/** What the command lines and the environment of the image give to the launcher. java(1). */
export function startedEdges(world: ReachWorld, filesOf: EntryFiles): readonly ReachEdge[] {
  return startedEntries(world).flatMap(({ entry, strength }) =>
    edgesTo(entry, strength, world, filesOf),
  );
}

/** Whether the configuration itself starts it, so that its class path is known. */
export function isStartedByConfig(world: ReachWorld): boolean {
  return argumentsOf(world, (name) => name === 'java').length > 0;
}

/** The archives and folders that the launcher is given, as written. */
export function startedEntries(world: ReachWorld): readonly Named[] {
  const lines = argumentsOf(world, (name) => name === 'java');
  const { environment } = world.config;
  const options = OPTION_VARIABLES.flatMap((name) => wordsOf(environment.get(name) ?? ''));
  const classPath = environment.get('CLASSPATH') ?? '';
  const named = [
    ...lines.flatMap((words) => namedIn(words)),
    ...namedIn(options),
    ...entriesOf(classPath),
  ];
  // Without a class path classes are looked for in the folder that the process starts in.
  const isPlain = classPath === '' && !lines.some((words) => words.some(isPlaceOption));
  const { workingFolder } = world.config;
  return isPlain && lines.length > 0 && workingFolder !== '/'
    ? [...named, { entry: workingFolder, strength: 'likely' }]
    : named;
}

function edgesTo(
  entry: string,
  strength: ReachEdge['strength'],
  world: ReachWorld,
  filesOf: EntryFiles,
): readonly ReachEdge[] {
  const witness = { path: CONFIG_PATH, token: entry };
  return filesOf(fromWorkingFolder(entry, world), world).map((to) => ({ to, strength, witness }));
}

function isPlaceOption(word: string): boolean {
  return word === '-jar' || PATHS.has(word.split('=', 1)[0] ?? '');
}

/** Options up to the main class or archive: what follows is for the program. */
function namedIn(words: readonly string[]): readonly Named[] {
  const found: Named[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [option = '', value] = word.split(/=(.*)/s, 2);
    if (word === '-jar') {
      found.push({ entry: words[at + 1] ?? '', strength: 'required' });
      break;
    }
    if (PATHS.has(option)) {
      found.push(...entriesOf(value ?? words[at + 1] ?? ''));
      at += value === undefined ? 1 : 0;
    } else if (WITH_VALUE.has(word)) {
      at += 1;
    } else if (word.startsWith('@')) {
      found.push({ entry: word.slice(1), strength: 'required' });
    } else if (/^-(?:javaagent|agentpath|Xbootclasspath\/[ap]):/.test(word)) {
      const text = word.slice(word.indexOf(':') + 1);
      found.push(...entriesOf(text.split('=', 1)[0] ?? ''));
    } else if (!word.startsWith('-')) {
      break;
    }
  }
  return found.filter(({ entry }) => entry !== '');
}

function entriesOf(text: string): readonly Named[] {
  return text
    .split(':')
    .filter((entry) => entry !== '')
    .map((entry) => ({ entry, strength: 'likely' }));
}
