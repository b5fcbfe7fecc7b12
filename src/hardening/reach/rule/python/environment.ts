import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { compareText } from '../../../../foundation/core/compare-text.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { type FolderIndex, getFolderIndex } from '../../folder-index.ts';
import type { ReachWorld } from '../../rule-contract.ts';
import type { PythonFact } from './python-fact.ts';

/** One Python installation with its module directories. */
export interface Environment {
  /** For example `3.11`. */
  readonly version: string;
  /** Directory of the standard library, which contains `os.py`. */
  readonly library: string;
  /** `sys.path` after the directory of the script, with `.pth` files applied. */
  readonly folders: readonly string[];
  /** The directories that `site` adds and searches for `.pth` files. */
  readonly siteFolders: readonly string[];
  /** The file that makes it a virtual environment. */
  readonly venv: string | undefined;
}

export const INTERPRETER = /^(?:python|pypy)(\d(?:\.\d+)?)?(?:-dbg|d|m|t)?$/;
export const LIBRARY = /^libpython(\d\.\d+)[dmt]?\.so/;
const LIBRARY_FOLDER = /^python(\d\.\d+)t?$/;

export interface Environments {
  /**
   * Returns the environment of an interpreter or of a library that embeds one, by the path of its
   * start.
   */
  findEnvironment(path: string): Environment | undefined;
  readonly all: readonly Environment[];
}

const known = new WeakMap<ReachWorld, Environments>();

export function createEnvironments(world: ReachWorld, getFact: FactReader): Environments {
  const found = known.get(world);
  if (found !== undefined) {
    return found;
  }
  const made = findEnvironments(world, getFact);
  known.set(world, made);
  return made;
}

export type FactReader = (path: string) => PythonFact | undefined;

function findEnvironments(world: ReachWorld, getFact: FactReader): Environments {
  const index = getFolderIndex(world);
  const context = { world, index, getFact };
  const { libraries, venvs } = findLandmarks(world);
  const byPath = new Map<string, Environment | undefined>();
  const findEnvironment = (path: string): Environment | undefined => {
    if (!byPath.has(path)) {
      byPath.set(path, detectEnvironment(path, libraries, context));
    }
    return byPath.get(path);
  };
  const whole = libraries.map((library) => makeEnvironment(library, undefined, context));
  const virtual = venvs.flatMap(
    (venv) => findEnvironment(`${getParentPath(venv)}/bin/python`) ?? [],
  );
  return { findEnvironment, all: [...whole, ...virtual] };
}

interface Context {
  readonly world: ReachWorld;
  readonly index: FolderIndex;
  readonly getFact: FactReader;
}

/** Standard libraries and virtual environments in the image. */
function findLandmarks({ view }: ReachWorld) {
  const libraries = new Set<string>();
  const venvs: string[] = [];
  for (const path of view.listPaths()) {
    if (path.endsWith('/os.py') || path.endsWith('/os.pyc')) {
      const folder = getParentPath(path);
      if (LIBRARY_FOLDER.test(getBaseName(folder))) {
        libraries.add(folder);
      }
    } else if (path.endsWith('/pyvenv.cfg')) {
      venvs.push(path);
    }
  }
  return { libraries: [...libraries].sort(compareText), venvs: venvs.sort(compareText) };
}

/**
 * By the rules of `Modules/getpath.py`: a configuration beside or above the program, then a
 * landmark.
 */
function detectEnvironment(
  path: string,
  libraries: readonly string[],
  context: Context,
): Environment | undefined {
  const { world, index } = context;
  const real = world.view.resolve(path)?.path ?? path;
  const home = world.config.environment.get('PYTHONHOME');
  const version = parseVersion(path) ?? parseVersion(real);
  for (const folder of [getParentPath(path), getParentPath(getParentPath(path))]) {
    if (index.has(folder, 'pyvenv.cfg')) {
      const library = findBaseLibrary(`${folder}/pyvenv.cfg`, real, libraries, context);
      return library === undefined
        ? undefined
        : makeEnvironment(library, `${folder}/pyvenv.cfg`, context);
    }
  }
  const library = findNearestLibrary(
    home === undefined ? real : `${home}/bin/python`,
    version,
    libraries,
  );
  return library === undefined ? undefined : makeEnvironment(library, undefined, context);
}

/** A full version identifies the library; `3` identifies only its first digit. */
function parseVersion(path: string): string | undefined {
  const name = getBaseName(path);
  return INTERPRETER.exec(name)?.[1] ?? LIBRARY.exec(name)?.[1];
}

/** Returns the library that shares most directories with a program. */
function findNearestLibrary(
  program: string,
  version: string | undefined,
  libraries: readonly string[],
): string | undefined {
  const matching = libraries.filter((library) => {
    const own = LIBRARY_FOLDER.exec(getBaseName(library))?.[1] ?? '';
    return version === undefined || own === version || own.startsWith(`${version}.`);
  });
  let best: string | undefined;
  let bestShared = -1;
  for (const library of matching) {
    const shared = countSharedFolders(program, library);
    if (shared > bestShared) {
      [best, bestShared] = [library, shared];
    }
  }
  return best;
}

function countSharedFolders(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) {
    at += 1;
  }
  return left.lastIndexOf('/', at);
}

function findBaseLibrary(
  venv: string,
  real: string,
  libraries: readonly string[],
  { getFact }: Context,
): string | undefined {
  const fact = getFact(venv);
  const { home = getParentPath(real), version } =
    fact?.kind === 'venv' ? fact : { home: undefined, version: undefined };
  return findNearestLibrary(`${home}/python`, parseVersion(real) ?? version, libraries);
}

function makeEnvironment(library: string, venv: string | undefined, context: Context): Environment {
  const { world, index, getFact } = context;
  const version = LIBRARY_FOLDER.exec(getBaseName(library))?.[1] ?? '3';
  const fact = venv === undefined ? undefined : getFact(venv);
  const hasSystem = venv === undefined || (fact?.kind === 'venv' && fact.hasSystemPackages);
  const prefix = getPrefix(library);
  const candidates = [
    ...(venv === undefined ? [] : listSitePackages(getParentPath(venv), version)),
    ...listUserFolders(world, version),
    ...(hasSystem ? listSystemFolders(prefix, library, version) : []),
  ];
  const siteFolders = [...new Set(candidates)].filter(index.isFilled);
  const added = siteFolders.flatMap((folder) => readPthPaths(folder, context));
  const given = (world.config.environment.get('PYTHONPATH') ?? '')
    .split(':')
    .filter((folder) => folder.startsWith('/'));
  const twin = library.replace('/lib64/', '/lib/');
  const own = [
    library,
    `${library}/lib-dynload`,
    ...(twin === library ? [`${prefix}/lib64/python${version}/lib-dynload`] : [twin]),
  ];
  const folders = [...given, ...own, ...siteFolders, ...added];
  return {
    version,
    library,
    venv,
    siteFolders,
    folders: [...new Set(folders)].filter(index.isFilled),
  };
}

function getPrefix(library: string): string {
  return getParentPath(getParentPath(library)) === '/' ? '' : getParentPath(getParentPath(library));
}

function listSitePackages(prefix: string, version: string): readonly string[] {
  return ['lib', 'lib64'].map((lib) => `${prefix}/${lib}/python${version}/site-packages`);
}

/** Debian's Python has separate directories for packaged and for locally installed modules. */
function listSystemFolders(prefix: string, library: string, version: string): readonly string[] {
  return [
    ...listSitePackages(prefix, version),
    `${library}/site-packages`,
    `/usr/local/lib/python${version}/dist-packages`,
    `${prefix}/lib/python${version}/dist-packages`,
    `${prefix}/lib/python${version.slice(0, 1)}/dist-packages`,
    ...(prefix === '/usr' ? listSitePackages('/usr/local', version) : []),
  ];
}

function listUserFolders({ config }: ReachWorld, version: string): readonly string[] {
  const home = config.environment.get('HOME') ?? '/root';
  const base = config.environment.get('PYTHONUSERBASE') ?? `${home}/.local`;
  return [`${base}/lib/python${version}/site-packages`];
}

function readPthPaths(folder: string, { index, getFact }: Context): readonly string[] {
  return index
    .listNames(folder)
    .filter((name) => name.endsWith('.pth'))
    .flatMap((name) => {
      const fact = getFact(`${folder}/${name}`);
      return fact?.kind === 'pth' ? fact.folders : [];
    })
    .map((path) => (path.startsWith('/') ? path : `${folder}/${path}`));
}
