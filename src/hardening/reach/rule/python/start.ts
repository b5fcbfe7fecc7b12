import { CONFIG_PATH, type ReachStrength } from '../../../../foundation/core/reach.ts';
import { findArguments, listCommandLines } from '../../command-words.ts';
import { getFolderIndex } from '../../folder-index.ts';
import { readPythonUses } from '../../language/python/python-uses.ts';
import { PYTHON_CODEC } from '../../language/use-codec.ts';
import { placeWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachWorld } from '../../rule-contract.ts';
import { toAbsolutePath } from '../../shell/program-path.ts';
import { type Environment, type FactReader, INTERPRETER } from './environment.ts';
import { findModule, listModules, type ModuleSearch } from './find-module.ts';
import { START_MODULES } from './known-loads.data.ts';

interface Context {
  readonly world: ReachWorld;
  readonly getFact: FactReader;
}

/**
 * Returns the files that an interpreter opens before the program starts, and those that its
 * arguments name.
 */
export function startEdges(
  path: string,
  environment: Environment,
  { world, getFact }: Context,
): readonly ReachEdge[] {
  const index = getFolderIndex(world);
  const search = { index, tag: `cpython-${environment.version.replace('.', '')}` };
  const { folders, siteFolders, venv } = environment;
  const createEdge = (strength: ReachStrength, token: string) => {
    const [first = token] = token.split('.', 1);
    return (to: string): ReachEdge => ({ to, strength, witness: { path, token: first } });
  };
  const start = START_MODULES.flatMap((module) =>
    findModule(module.split('.'), folders, search).files.map(createEdge('required', module)),
  );
  const encodings = findModule(['encodings'], folders, search);
  // If the package is missing, these are the directories in which it was looked up.
  const codecs = (encodings.depth === 0 ? [] : encodings.folders).flatMap((folder) =>
    listModules(folder, search).map(createEdge('likely', 'encodings')),
  );
  // Files that are read by location; no text names them.
  const createPlacedEdge = (strength: ReachStrength, to: string): ReachEdge => {
    return { to, strength, witness: placeWitness(path) };
  };
  const pth = siteFolders.flatMap((folder) =>
    index
      .listNames(folder)
      .filter((name) => name.endsWith('.pth'))
      .map((name) => {
        const fact = getFact(`${folder}/${name}`);
        const isCode = fact?.kind === 'pth' && PYTHON_CODEC.decode(fact.uses).length > 0;
        return createPlacedEdge(isCode ? 'required' : 'data', `${folder}/${name}`);
      }),
  );
  const zip = environment.version.replace('.', '');
  const archive = environment.library.replace(/\/[^/]+$/, `/python${zip}.zip`);
  return [
    ...start,
    ...codecs,
    ...pth,
    createPlacedEdge('required', archive),
    ...(venv === undefined ? [] : [createPlacedEdge('data', venv)]),
    ...findArgumentEdges(environment, search, world),
  ];
}

/**
 * `-m module`, `-c code`, a directory with `__main__.py`, and words such as `package.module:name`.
 */
function findArgumentEdges(
  { folders }: Environment,
  search: ModuleSearch,
  world: ReachWorld,
): readonly ReachEdge[] {
  const here = [world.config.workingFolder, ...folders];
  const createEdges = (files: readonly string[], strength: ReachStrength, token: string) =>
    files.map((to): ReachEdge => ({ to, strength, witness: { path: CONFIG_PATH, token } }));
  const started = findArguments(world, (name) => INTERPRETER.test(name)).flatMap((words) => {
    const [option, value] = findProgramOption(words);
    if (option === '-m') {
      return createEdges(findMain(value, here, search), 'required', value);
    }
    if (option === '-c') {
      const uses = readPythonUses(Buffer.from(value), { usesMax: 1_000 });
      return uses.flatMap(({ text }) => {
        const [module = '', names = ''] = text.split(':', 2);
        const found = findModule(module.split('.'), here, search);
        const inner = names
          .split(',')
          .flatMap((name) => findModule([name], found.folders, search).files);
        return createEdges([...found.files, ...inner], 'required', text);
      });
    }
    const main = `${toAbsolutePath(value, world).replace(/\/\.?$/, '')}/__main__.py`;
    return value === '' ? [] : createEdges([main], 'required', value);
  });
  const named = listCommandLines(world)
    .flat()
    .flatMap((word) => {
      const dotted = /^[A-Za-z_][\w.]*(?::\w+(?:\(\))?)?$/.test(word) && /[.:]/.test(word);
      const names = word.split(':', 1)[0]?.split('.') ?? [];
      return dotted ? createEdges(findModule(names, here, search).files, 'likely', word) : [];
    });
  return [...started, ...named];
}

const WITH_VALUE = new Set(['-W', '-X', '--check-hash-based-pycs']);

/** Returns the option that selects the program, with its value; a script has none. */
function findProgramOption(words: readonly string[]): readonly [option: string, value: string] {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const letters = /^-[A-Za-z]*([mc])$/.exec(word);
    if (letters !== null) {
      return [`-${letters[1] ?? ''}`, words[at + 1] ?? ''];
    }
    if (WITH_VALUE.has(word)) {
      at += 1;
    } else if (!word.startsWith('-')) {
      return ['', word];
    }
  }
  return ['', ''];
}

function findMain(
  module: string,
  folders: readonly string[],
  search: ModuleSearch,
): readonly string[] {
  const found = findModule(module.split('.'), folders, search);
  return [...found.files, ...findModule(['__main__'], found.folders, search).files];
}
