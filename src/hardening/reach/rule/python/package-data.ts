import { getBaseName } from '../../../../foundation/core/base-name.ts';
import { getParentPath } from '../../../../image/view/path.ts';
import { placeWitness } from '../../own-witness.ts';
import type { ReachEdge } from '../../rule-contract.ts';
import { listModules } from './find-module.ts';
import type { PythonContext } from './python-context.ts';

const FILES_MAX = 20_000;
const CODE = /\.(?:py|pyc|pyo|so|pyd)$/;
const WITHOUT = new Set(['__pycache__']);
/** Modules that read the metadata of installed packages. */
const METADATA_READERS =
  /\/(?:importlib\/metadata|importlib_metadata|pkg_resources|pip\/_vendor\/pkg_resources)\/__init__\.py$/;
const METADATA_FILES = [
  'METADATA',
  'PKG-INFO',
  'entry_points.txt',
  'RECORD',
  'top_level.txt',
  'requires.txt',
  'direct_url.json',
  'INSTALLER',
  'WHEEL',
  'SOURCES.txt',
  'namespace_packages.txt',
];

/** Returns the files that a module opens without importing them. */
export function findDataEdges(path: string, context: PythonContext): readonly ReachEdge[] {
  return [
    ...findPackageData(path, context),
    ...(METADATA_READERS.test(path) ? findInstalledRecords(path, context) : []),
    ...buildValues(path, context),
  ];
}

/** Files beside code in an outermost package: certificates, templates, tables. */
function findPackageData(path: string, { search }: PythonContext): readonly ReachEdge[] {
  const folder = getParentPath(path);
  if (
    getBaseName(path) !== '__init__.py' ||
    search.index.has(getParentPath(folder), '__init__.py')
  ) {
    return [];
  }
  return search.index
    .listDescendantFiles(folder, { filesMax: FILES_MAX, without: WITHOUT })
    .filter((to) => !CODE.test(to))
    .map((to) => ({ to, strength: 'data', witness: placeWitness(path) }));
}

function findInstalledRecords(path: string, context: PythonContext): readonly ReachEdge[] {
  const { environment, search } = context;
  return environment.siteFolders.flatMap((folder) =>
    search.index
      .listNames(folder)
      .filter((name) => /\.(?:dist|egg)-info$/.test(name))
      .flatMap((name) => [
        `${folder}/${name}`,
        ...METADATA_FILES.map((one) => `${folder}/${name}/${one}`),
      ])
      .filter((to) => context.world.exists(to))
      .map((to): ReachEdge => ({ to, strength: 'data', witness: placeWitness(path) })),
  );
}

/** `sysconfig` imports a module with a name computed from the platform, and reads two files. */
function buildValues(path: string, context: PythonContext): readonly ReachEdge[] {
  const { environment, search } = context;
  const { library, version } = environment;
  if (
    !/\/(?:sysconfig|sysconfig\/__init__|distutils\/sysconfig)\.py$/.test(path) ||
    !path.startsWith(library)
  ) {
    return [];
  }
  const modules = listModules(library, search).filter((to) =>
    getBaseName(to).startsWith('_sysconfigdata'),
  );
  const texts = search.index
    .listNames(library)
    .filter((name) => name.startsWith('config-'))
    .map((name) => `${library}/${name}/Makefile`);
  const prefix = getParentPath(getParentPath(library));
  return [
    ...modules.map((to): ReachEdge => ({ to, strength: 'likely', witness: placeWitness(path) })),
    ...[...texts, `${prefix}/include/python${version}/pyconfig.h`].map(
      (to): ReachEdge => ({ to, strength: 'data', witness: placeWitness(path) }),
    ),
  ];
}
