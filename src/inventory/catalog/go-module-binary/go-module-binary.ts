import {
  readExecutableImages,
  shareLimits,
} from '../../../foundation/bytes/executable/executable-image.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { EXECUTABLE_MAGIC } from '../../../foundation/core/executable-file.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import {
  CACHED_LICENSE,
  extractGoLicense,
  type GoLicenseFact,
  GoModuleLicenses,
} from '../../ecosystem/go/module-license.ts';
import { isLocalPath, toGoModulePurl } from '../../ecosystem/go/module-path.ts';
import { type BuiltModule, dropSymbols, type GoBuild, readGoBuild } from './go-build.ts';
import { DEVELOPMENT_VERSION, guessMainVersion } from './main-version.ts';
import { isPacked } from './packed.ts';
import { createStandardLibraryCpe } from './toolchain-version.ts';

/** Build information of a Go program; several builds for a universal file. */
export interface GoProgramFact {
  readonly builds: readonly GoBuild[];
}

type GoFact = GoProgramFact | GoLicenseFact;

/**
 * Modules that a Go program was built from, and the standard library, with the functions in the
 * program. The modules have no edges, because the program only lists them. Licenses are known if
 * the target contains a module cache.
 */
export const goModuleBinary: Cataloger<GoFact> = {
  id: 'go-module-binary',
  alias: 'go-module-binary-cataloger',
  version: 3,
  title: 'Go modules in executables',
  spec: 'https://pkg.go.dev/debug/buildinfo',
  tags: [
    'binary',
    'directory',
    'go',
    'golang',
    'gomod',
    'image',
    'installed',
    'language',
    'package',
  ],
  can: { licenses: 'partly', dependencies: 'partly', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'program', magic: EXECUTABLE_MAGIC, maxBytes: 'wholeFileBytesMax' },
    CACHED_LICENSE,
  ],
  extract: (file) =>
    file.role === CACHED_LICENSE.role ? extractGoLicense(file) : extractProgram(file),
  assemble,
};

function extractProgram(file: WantedFile): Extraction<GoProgramFact> {
  const images = readExecutableImages(file.content, file.limits);
  const limits = shareLimits(file.limits, images.length);
  const read = images
    .map((image) => readGoBuild(image, limits))
    .filter((build) => build !== undefined);
  if (read.length === 0) {
    return isPacked(file.content, images) ? { problems: [PACKED] } : {};
  }
  return {
    fact: { builds: read.map(({ build }) => (read.length > 1 ? dropSymbols(build) : build)) },
    problems: read.flatMap(({ problems }) => problems),
  };
}

const PACKED = {
  code: 'P_UNSUPPORTED',
  message: 'the executable is packed with UPX, which hides its build information',
} as const;

function assemble({ facts, budget }: AssemblyInput<GoFact>): Assembly {
  const licenses = new GoModuleLicenses(facts.filter(isLicense), budget);
  const made = facts.filter(isProgram).flatMap((visible) => {
    const locations = toLocations(visible);
    return visible.fact.builds.map((build) => toProgramPackages({ build, locations, licenses }));
  });
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}

function isLicense(visible: VisibleFact<GoFact>): visible is VisibleFact<GoLicenseFact> {
  return !isProgram(visible);
}

function isProgram(visible: VisibleFact<GoFact>): visible is VisibleFact<GoProgramFact> {
  return 'builds' in visible.fact;
}

function toLocations({
  path,
  otherNames = [],
  layer,
}: VisibleFact<GoProgramFact>): readonly Location[] {
  return [path, ...otherNames].map((name) => createLocation({ path: name, layer }));
}

interface Made {
  readonly packages: readonly Package[];
  readonly dependencies: readonly DependencyEdge[];
}

interface ProgramContext {
  readonly build: GoBuild;
  readonly locations: readonly Location[];
  readonly licenses: GoModuleLicenses;
}

function toProgramPackages(context: ProgramContext): Made {
  const { build, locations } = context;
  const main = build.main && createMainPackage(build.main, context);
  const others = build.dependencies.map((module) =>
    createModulePackage(module, { ...context, settings: [] }),
  );
  const library = createStandardLibrary(build, locations);
  const needed = [...others, ...library];
  return main === undefined
    ? { packages: needed, dependencies: [] }
    : { packages: [main, ...needed], dependencies: needed.map((from) => ({ from, to: main })) };
}

function createMainPackage(main: BuiltModule, context: ProgramContext): Package {
  const { settings } = context.build;
  const version =
    main.version === DEVELOPMENT_VERSION ? guessMainVersion(main.path, settings) : main.version;
  return createModulePackage({ ...main, version }, { ...context, settings });
}

interface ModuleContext extends ProgramContext {
  readonly settings: GoBuild['settings'];
}

/**
 * A replacement from a directory keeps the name of the replaced module, because a directory has
 * none.
 */
function createModulePackage(
  module: BuiltModule,
  { build, locations, settings, licenses }: ModuleContext,
): Package {
  const actual = module.replacement ?? module;
  const name = isLocalPath(actual.path) ? module.path : actual.path;
  const version = actual.version === DEVELOPMENT_VERSION ? '' : actual.version;
  return {
    ...createGoPackage(name, version, locations),
    licenses: licenses.findModuleLicenses(name, version),
    purl: toGoModulePurl(name, version),
    rule: 'a module in the build information of a Go executable',
    ...(build.architecture === '' ? {} : { architecture: build.architecture }),
    ...defined({ symbols: module.symbols }),
    metadata: {
      kind: 'go-module-buildinfo-entry',
      value: {
        ...(settings.length > 0 && { goBuildSettings: settings }),
        goCompiledVersion: build.toolchain,
        architecture: build.architecture,
        ...(actual.sum !== '' && { h1Digest: actual.sum }),
        ...(build.main !== undefined && { mainModule: build.main.path }),
        ...(build.cryptoSettings.length > 0 && { goCryptoSettings: build.cryptoSettings }),
        ...(build.experiments.length > 0 && { goExperiments: build.experiments }),
      },
    },
  };
}

/**
 * The standard library is part of each Go program and released with the toolchain. `undefined` if
 * its version has no number.
 */
function createStandardLibrary(
  { toolchain, standardLibrary: symbols }: GoBuild,
  locations: readonly Location[],
): Package[] {
  const cpe = createStandardLibraryCpe(toolchain);
  if (cpe === undefined) {
    return [];
  }
  return [
    {
      ...createGoPackage('stdlib', toolchain, locations),
      purl: toGoModulePurl('stdlib', toolchain.replace(/^go/, '')),
      rule: 'the toolchain version in a Go executable',
      licenses: mergeLicenses([toDeclaredLicense('BSD-3-Clause', { locations: [] })]),
      cpes: [{ cpe, source: 'generated' }],
      ...defined({ symbols }),
      metadata: {
        kind: 'go-module-buildinfo-entry',
        value: { goCompiledVersion: toolchain, architecture: '' },
      },
    },
  ];
}

function createGoPackage(
  name: string,
  version: string,
  locations: readonly Location[],
): Omit<Package, 'purl' | 'rule'> {
  return {
    name,
    version,
    type: 'go-module',
    language: 'go',
    foundBy: goModuleBinary.id,
    confidence: 1,
    locations,
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}
