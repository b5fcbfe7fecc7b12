import type { ExecutableImage } from '../../../foundation/bytes/executable/executable-image.ts';
import { defined } from '../../../foundation/core/defined.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { PackageSymbols } from '../../../foundation/core/package.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { readGoBuildInfo } from '../../ecosystem/go/build-info.ts';
import { readGoFunctionNames } from '../../ecosystem/go/function-names.ts';
import {
  type GoModule,
  type GoModuleInfo,
  parseGoModuleInfo,
} from '../../ecosystem/go/module-info.ts';
import { groupByModule } from '../../ecosystem/go/module-symbols.ts';
import { detectCryptoSettings } from './crypto-settings.ts';
import { DEVELOPMENT_VERSION } from './main-version.ts';
import { parseToolchainVersion } from './toolchain-version.ts';

/** A module and its functions in the program. */
export interface BuiltModule extends GoModule {
  readonly symbols?: readonly PackageSymbols[];
}

/** One program, or the part of a universal one for one architecture. */
export interface GoBuild {
  readonly toolchain: string;
  readonly experiments: readonly string[];
  readonly architecture: string;
  readonly cryptoSettings: readonly string[];
  readonly settings: GoModuleInfo['settings'];
  readonly main?: BuiltModule;
  readonly dependencies: readonly BuiltModule[];
  readonly standardLibrary?: readonly PackageSymbols[];
}

/** Reads the build information of a program; `undefined` if Go did not build it. */
export function readGoBuild(
  image: ExecutableImage,
  limits: Limits,
): { readonly build: GoBuild; readonly problems: readonly ProblemNote[] } | undefined {
  const text = readGoBuildInfo(image, limits);
  if (text === undefined) {
    return undefined;
  }
  const info = parseGoModuleInfo(text.modules, limits);
  const { version, experiments } = parseToolchainVersion(text.goVersion);
  const { main, dependencies } = listModules(info);
  const functions = readGoFunctionNames(image, limits);
  // An incomplete list is not reported: a missing function would count as absent.
  const isKnown = functions !== undefined && functions.names.length > 0 && !functions.isCut;
  const symbols =
    isKnown &&
    groupByModule(functions.names, {
      main: main?.path,
      paths: [main, ...dependencies].flatMap((module) => module?.path ?? []),
    });
  const withSymbols = (module: GoModule): BuiltModule =>
    symbols === false ? module : { ...module, symbols: symbols.modules.get(module.path) ?? [] };
  const { settings } = info;
  const { hasSymbolTable } = image;
  const build: GoBuild = {
    toolchain: version,
    experiments,
    architecture: settings.find(({ key }) => key === 'GOARCH')?.value || image.architecture,
    cryptoSettings: detectCryptoSettings({
      names: functions?.names ?? [],
      hasSymbolTable,
      settings,
    }),
    settings,
    ...(main === undefined ? {} : { main: withSymbols(main) }),
    dependencies: dependencies.map(withSymbols),
    ...(symbols === false ? {} : { standardLibrary: symbols.standardLibrary }),
  };
  return { build, problems: functions?.isCut ? [...info.problems, CUT] : info.problems };
}

const CUT: ProblemNote = {
  code: 'P_LIMIT',
  message:
    'function names were not read: the executable exceeds executableSymbolsMax or symbolBytesMax',
};

/**
 * Returns a build without its functions. The packages of a universal file cover all architectures,
 * and a function missing in one may exist in another.
 */
export function dropSymbols({ main, dependencies, standardLibrary: _, ...rest }: GoBuild): GoBuild {
  const stripSymbols = ({ symbols: __, ...module }: BuiltModule): BuiltModule => module;
  return {
    ...rest,
    ...(main === undefined ? {} : { main: stripSymbols(main) }),
    dependencies: dependencies.map(stripSymbols),
  };
}

/** Replaces the main module if files were built instead of a package. */
const FILES = 'command-line-arguments';

/**
 * Returns the main module and the others. If the build does not name the main module, it is the one
 * built from its sources, or else the path of the main package replaces it.
 */
function listModules(info: GoModuleInfo): Pick<GoModuleInfo, 'main' | 'dependencies'> {
  const { main, dependencies, path } = info;
  const isMissing =
    main === undefined ? path !== '' : main.path === FILES && main.version + main.sum === '';
  if (!isMissing) {
    return {
      ...defined({ main }),
      dependencies: dependencies.filter((module) => !isSameModule(module, main)),
    };
  }
  const candidates = dependencies.filter(({ version }) => version === DEVELOPMENT_VERSION);
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined
    ? { main: only, dependencies: dependencies.filter((module) => module !== only) }
    : { main: { path, version: DEVELOPMENT_VERSION, sum: '' }, dependencies };
}

function isSameModule(left: GoModule, right: GoModule | undefined): boolean {
  return (
    left.path === right?.path &&
    left.version === right.version &&
    left.sum === right.sum &&
    left.replacement?.path === right.replacement?.path &&
    left.replacement?.version === right.replacement?.version
  );
}
