import { appendAll } from '../../../../foundation/core/append-all.ts';
import { getBaseName } from '../../../../foundation/core/base-name.ts';
import type { ReachStrength } from '../../../../foundation/core/reach.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { listCommandLines } from '../../command-words.ts';
import { getElfWords } from '../../elf-words.ts';
import { getFolderIndex } from '../../folder-index.ts';
import type { PythonUse } from '../../language/python/python-uses.ts';
import { PYTHON_CODEC } from '../../language/use-codec.ts';
import { ownFact } from '../../own-fact.ts';
import { placeWitness, useWitness } from '../../own-witness.ts';
import type { ReachEdge, ReachNode, ReachRule, ReachWorld } from '../../rule-contract.ts';
import { createEnvironments, type Environment, INTERPRETER, LIBRARY } from './environment.ts';
import { findModule, listModuleFiles, listModules } from './find-module.ts';
import { NATIVE_IMPORTS, OPEN_FOLDERS, OPEN_PACKAGES } from './known-loads.data.ts';
import { findDataEdges } from './package-data.ts';
import type { PythonContext } from './python-context.ts';
import { extractPython, PYTHON_WANTS, type PythonFact } from './python-fact.ts';
import { startEdges } from './start.ts';

/**
 * Modules that Python imports: those the interpreter starts with, and each import statement and
 * literal of a reached module, looked up in the interpreter's directories. A computed name is an
 * opacity.
 */
export const python: ReachRule<PythonFact> = {
  id: 'python',
  version: 3,
  title: 'Python imports it',
  spec: 'The Python Language Reference, 5 "The import system"; documentation of site, venv, importlib',
  wants: PYTHON_WANTS,
  extract: extractPython,
  findEdges,
  findOpacities,
};

function findEdges(node: ReachNode<PythonFact>, world: ReachWorld): readonly ReachEdge[] {
  const name = getBaseName(node.path);
  const getFact = createFactReader(world);
  if (INTERPRETER.test(name) || LIBRARY.test(name)) {
    const environment = createEnvironments(world, getFact).findEnvironment(node.path);
    return environment === undefined ? [] : startEdges(node.path, environment, { world, getFact });
  }
  if (node.fact?.kind === 'source' || node.fact?.kind === 'pth') {
    const uses = PYTHON_CODEC.decode(node.fact.uses);
    return createContexts(node, world).flatMap((context) => [
      ...uses.flatMap((use) => findUseEdges(use, context)),
      ...findFolderEdges(context),
      ...ownEdges(context),
      ...findDataEdges(node.path, context),
    ]);
  }
  if (name.endsWith('.py')) {
    return createContexts(node, world).flatMap((context) => [
      ...ownEdges(context),
      ...findDataEdges(node.path, context),
    ]);
  }
  return name.endsWith('.so') ? findNativeEdges(node, world) : [];
}

function createFactReader(world: ReachWorld): (path: string) => PythonFact | undefined {
  return (path) => {
    const real = world.view.resolve(path)?.path;
    return real === undefined ? undefined : ownFact(python, real, world);
  };
}

function createContexts(node: ReachNode<PythonFact>, world: ReachWorld): readonly PythonContext[] {
  const { path } = node;
  const index = getFolderIndex(world);
  const isMain = node.listAncestors().length === 0 || node.fact?.kind === 'pth' || isScript(node);
  return chooseEnvironments(node, world).map((environment) => ({
    path,
    world,
    environment,
    search: { index, tag: `cpython-${environment.version.replace('.', '')}` },
    folders: [
      ...new Set([...listApplicationFolders(node, environment, world), ...environment.folders]),
    ],
    isMain,
  }));
}

function isScript({ fact, path }: ReachNode<PythonFact>): boolean {
  return (
    getBaseName(path) === '__main__.py' ||
    (fact?.kind === 'source' && fact.interpreter !== undefined)
  );
}

/**
 * By the directory of the file. If several environments share it, or none has it, by the path that
 * led to the file.
 */
function chooseEnvironments(
  node: ReachNode<PythonFact>,
  world: ReachWorld,
): readonly Environment[] {
  const getFact = createFactReader(world);
  const environments = createEnvironments(world, getFact);
  const owning = findOwningEnvironments(node.path, environments.all);
  if (owning.length === 1) {
    return owning;
  }
  const candidates = owning.length > 0 ? owning : environments.all;
  const isOfInterpreter = ({ library }: Environment): boolean =>
    owning.length === 0 || owning.some((one) => one.library === library);
  for (const path of [node.path, ...node.listAncestors()]) {
    const fact = getFact(path);
    const name = fact?.kind === 'source' ? fact.interpreter : undefined;
    const program = name?.includes('/') === false ? world.findCommandPath(name) : name;
    const isProgram = program !== undefined || INTERPRETER.test(getBaseName(path));
    const found = isProgram ? environments.findEnvironment(program ?? path) : undefined;
    if (found !== undefined && isOfInterpreter(found)) {
      return [found];
    }
    const [first, ...others] = findOwningEnvironments(path, candidates);
    if (first !== undefined && others.length === 0) {
      return [first];
    }
  }
  const started = listCommandLines(world)
    .flat()
    .filter((word) => INTERPRETER.test(getBaseName(word)))
    .flatMap((word) => environments.findEnvironment(world.findCommandPath(word) ?? word) ?? [])
    .filter(isOfInterpreter);
  return started.length > 0 ? started.slice(0, 1) : candidates;
}

function findOwningEnvironments(
  path: string,
  environments: readonly Environment[],
): readonly Environment[] {
  let found: Environment[] = [];
  let longest = 0;
  for (const environment of environments) {
    for (const folder of [environment.library, ...environment.siteFolders]) {
      if (folder.length >= longest && path.startsWith(`${folder}/`)) {
        found = folder.length > longest ? [environment] : [...found, environment];
        longest = folder.length;
      }
    }
  }
  return [...new Set(found)];
}

/**
 * Returns the directory of the script, the working directory, and the directories that contain the
 * file's packages.
 */
function listApplicationFolders(
  node: ReachNode<PythonFact>,
  environment: Environment,
  world: ReachWorld,
): readonly string[] {
  const index = getFolderIndex(world);
  const isOwn = (path: string): boolean => findOwningEnvironments(path, [environment]).length === 0;
  const sources = [node.path, ...node.listAncestors()].filter((path) => {
    return (
      isOwn(path) && (path.endsWith('.py') || createFactReader(world)(path)?.kind === 'source')
    );
  });
  const roots = sources.map((path) => {
    let folder = getParentPath(path);
    while (folder !== '/' && index.has(folder, '__init__.py')) {
      folder = getParentPath(folder);
    }
    return folder;
  });
  return [...roots, ...sources.map(getParentPath), world.config.workingFolder];
}

function findUseEdges(use: PythonUse, context: PythonContext): readonly ReachEdge[] {
  switch (use.kind) {
    case 'main-import':
      return importEdges(use, context.isMain ? 'likely' : 'possible', context);
    case 'dotted-string':
      return nameEdges(use, context);
    case 'computed':
      return openEdges(use, context);
    case 'entry-points':
      return findEntryEdges(use, context);
    case 'import':
      return importEdges(use, 'required', context);
    case 'conditional-import':
    case 'import-call':
      return importEdges(use, 'likely', context);
  }
}

function importEdges(
  { text, line }: PythonUse,
  strength: ReachStrength,
  context: PythonContext,
): readonly ReachEdge[] {
  const [module = '', imported = ''] = text.split(':', 2);
  const { folders, names } = resolveStart(module, context);
  const found = findModule(names, folders, context.search);
  if (found.depth < names.length) {
    return resolveVendored(names, context).map(toEdge);
  }
  const files = [...found.files];
  const wanted = imported === '' ? [] : imported.split(',');
  for (const name of wanted) {
    if (name === '*') {
      continue;
    }
    appendAll(files, findModule([name], found.folders, context.search).files);
  }
  return files.map(toEdge);

  function toEdge(to: string): ReachEdge {
    const token = /\w/.test(module) ? module : (wanted[0] ?? module);
    return { to, strength, witness: { path: context.path, line, token } };
  }
}

/**
 * Returns the start of a dotted name: one dot is the package of the file, each further one its
 * parent.
 */
function resolveStart(module: string, { path, folders }: PythonContext) {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const names = module.slice(dots).split('.').filter(Boolean);
  if (dots === 0) {
    return { folders, names };
  }
  let folder = getParentPath(path);
  for (let count = 1; count < dots; count += 1) {
    folder = getParentPath(folder);
  }
  return { folders: [folder], names };
}

/**
 * `x.extern.y` stands for `x._vendor.y` in setuptools and similar packages; `six.moves` stands for
 * nothing.
 */
function resolveVendored(names: readonly string[], { folders, search }: PythonContext) {
  const at = names.indexOf('extern');
  if (at === -1) {
    return findModule(names, folders, search).files;
  }
  const instead = names.with(at, '_vendor');
  return findModule(instead, folders, search).files;
}

/** A string that names an installed module, one of the application, or a member of one. */
function nameEdges({ text, line }: PythonUse, context: PythonContext): readonly ReachEdge[] {
  const names = text.split(':', 1)[0]?.split('.') ?? [];
  const { folders, search, environment } = context;
  const found = findModule(names, folders, search);
  const isEnough = found.depth >= Math.max(1, names.length - 1);
  const isLibrary = found.files.some(
    (file) => file.startsWith(`${environment.library}/`) && !file.includes('-packages/'),
  );
  if (!isEnough || isLibrary) {
    return [];
  }
  const witness = useWitness(context.path, line, text);
  const inner = found.folders.flatMap((folder) => listModules(folder, search));
  const isInstalled = environment.siteFolders.some((folder) => context.path.startsWith(folder));
  const strength = isInstalled ? 'possible' : 'likely';
  return [
    ...found.files.map((to): ReachEdge => ({ to, strength, witness })),
    ...(found.depth === names.length && !isInstalled
      ? inner.map((to): ReachEdge => ({ to, strength: 'possible', witness }))
      : []),
  ];
}

/** A computed name: modules that match its literal start, or else the siblings of the file. */
function openEdges({ text, line }: PythonUse, context: PythonContext): readonly ReachEdge[] {
  const { path, search, environment } = context;
  const witness = useWitness(path, line, text);
  const known = [...OPEN_PACKAGES].find(([file]) => path === `${environment.library}/${file}`);
  const modules = known?.[1] ?? [takeWholeNames(text)].filter((name) => name !== '');
  const strength = known === undefined ? 'possible' : 'likely';
  const folders = modules.flatMap((module) => {
    const start = resolveStart(module, context);
    return findModule(start.names, start.folders, search).folders;
  });
  const isLibrary = path.startsWith(`${environment.library}/`) && !path.includes('-packages/');
  const inside = folders.length > 0 || isLibrary ? folders : [getParentPath(path)];
  return inside
    .flatMap((folder) => listModules(folder, search))
    .map((to) => ({ to, strength, witness }));
}

const FOLDER_FILES_MAX = 50_000;

/** Modules that a framework imports from directories with names it knows. */
function findFolderEdges({
  path,
  world,
  environment,
  folders,
}: PythonContext): readonly ReachEdge[] {
  const [, names = []] = [...OPEN_FOLDERS].find(([one]) => path.endsWith(`/${one}`)) ?? [];
  const places = names.length === 0 ? [] : [...environment.siteFolders, ...folders];
  const witness = placeWitness(path);
  return places
    .flatMap((place) =>
      getFolderIndex(world).listDescendantFiles(place, { filesMax: FOLDER_FILES_MAX }),
    )
    .filter(
      (to) => to.endsWith('.py') && names.some((name) => getParentPath(to).endsWith(`/${name}`)),
    )
    .map((to) => ({ to, strength: 'possible', witness }));
}

/** Returns the whole names at the start of a string that is completed at run time. */
function takeWholeNames(text: string): string {
  const plain = /^[\w.]*/.exec(text)?.[0] ?? '';
  return plain.slice(0, Math.max(0, plain.lastIndexOf('.')));
}

/** Scripts start the programs of these entry points; no look-up does. */
const STARTED = new Set(['console_scripts', 'gui_scripts']);

function findEntryEdges({ text, line }: PythonUse, context: PythonContext): readonly ReachEdge[] {
  const { world, environment, path, search } = context;
  if (path.startsWith(`${environment.library}/`) && !path.includes('-packages/')) {
    return [];
  }
  const getFact = createFactReader(world);
  const witness = useWitness(path, line, text === '*' ? '?' : (text.split(':', 1)[0] ?? ''));
  return environment.siteFolders.flatMap((folder) =>
    search.index.listNames(folder).flatMap((name) => {
      if (!/\.(?:dist|egg)-info$/.test(name)) {
        return [];
      }
      const fact = getFact(`${folder}/${name}/entry_points.txt`);
      const entries = fact?.kind === 'entries' ? fact.entries : [];
      return entries.flatMap((entry) => {
        const [group = '', one = '', module = ''] = entry.split('\t', 3);
        const isMatch =
          text === group || text === `${group}:${one}` || (text === '*' && !STARTED.has(group));
        const strength: ReachStrength = text === '*' ? 'possible' : 'likely';
        const use = { kind: 'import-call', line, text: module } as const;
        return isMatch
          ? importEdges(use, strength, context).map((edge) => ({ ...edge, witness }))
          : [];
      });
    }),
  );
}

/** The compiled form, and the packages that contain a module. */
function ownEdges({ path, search }: PythonContext): readonly ReachEdge[] {
  const folder = getParentPath(path);
  const name = getBaseName(path);
  if (!name.endsWith('.py')) {
    return [];
  }
  const compiled = listModuleFiles(folder, name.slice(0, -3), search).filter((file) =>
    file.startsWith(`${folder}/__pycache__/`),
  );
  return compiled.map((to) => ({ to, strength: 'required', witness: placeWitness(path) }));
}

/**
 * C modules have no Python source to read: known ones follow a table, others use their siblings.
 */
function findNativeEdges(node: ReachNode<PythonFact>, world: ReachWorld): readonly ReachEdge[] {
  const { path } = node;
  const [stem = ''] = getBaseName(path).split('.', 1);
  const environments = createEnvironments(world, createFactReader(world)).all;
  if (findOwningEnvironments(path, environments).length === 0) {
    return [];
  }
  return createContexts(node, world).flatMap((context) => {
    const shared = findSharedModule(path, world);
    const imports = [
      ...(NATIVE_IMPORTS.get(stem) ?? []),
      ...(shared === undefined ? [] : [shared]),
    ];
    const isLibrary = path.includes('/lib-dynload/');
    const siblings = isLibrary ? [] : listModules(getParentPath(path), context.search);
    const isPackaged = !context.environment.siteFolders.includes(getParentPath(path));
    return [
      ...imports.flatMap((text) =>
        importEdges({ kind: 'import-call', line: 1, text }, 'likely', context).map((edge) => ({
          ...edge,
          witness: placeWitness(path),
        })),
      ),
      ...(isPackaged ? siblings : []).map(
        (to): ReachEdge => ({ to, strength: 'possible', witness: placeWitness(path) }),
      ),
    ];
  });
}

/**
 * Modules that mypyc compiled together share one module with their code, which each of them names.
 */
function findSharedModule(path: string, world: ReachWorld): string | undefined {
  return getElfWords(path, world)?.names.find(([text]) => text.endsWith('__mypyc'))?.[0];
}

function findOpacities(node: ReachNode<PythonFact>, world: ReachWorld) {
  const { fact, path } = node;
  if (fact?.kind !== 'source') {
    return [];
  }
  const environments = createEnvironments(world, createFactReader(world)).all;
  const isLibrary = environments.some(
    ({ library }) => path.startsWith(`${library}/`) && !path.includes('-packages/'),
  );
  const open = PYTHON_CODEC.decode(fact.uses).filter(
    ({ kind, text }) => kind === 'computed' && takeWholeNames(text) === '',
  );
  const [first] = isLibrary ? [] : open;
  return first === undefined
    ? []
    : [
        {
          what: 'imports a module by a name computed at run time',
          witness: useWitness(path, first.line, first.text),
          scope: { kind: 'folder' as const, path: findTopFolder(path, world) },
        },
      ];
}

/** Returns the outermost package that contains a file. */
function findTopFolder(path: string, world: ReachWorld): string {
  const index = getFolderIndex(world);
  let folder = getParentPath(path);
  while (index.has(getParentPath(folder), '__init__.py')) {
    folder = getParentPath(folder);
  }
  return folder;
}
