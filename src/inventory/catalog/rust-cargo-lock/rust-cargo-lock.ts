import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, toTexts } from '../../../foundation/syntax/json/member.ts';
import { parseToml } from '../../../foundation/syntax/text/toml.ts';
import { type CargoManifest, readCargoManifest } from '../../ecosystem/rust/cargo-manifest.ts';
import {
  CargoManifests,
  createCrateProductionTest,
  ProductionDependencies,
} from '../../ecosystem/rust/cargo-production.ts';
import { toCratePurl } from '../../ecosystem/rust/crate-purl.ts';

/** A crate in the lock file; missing strings are empty. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** Empty for a crate of the workspace, or from a directory. */
  readonly source: string;
  readonly checksum: string;
  /** Name, with the version and the source if the name alone is ambiguous. */
  readonly dependencies: readonly string[];
}

export interface CargoLockFact {
  readonly crates: readonly LockedCrate[];
}

type CargoFact = CargoLockFact | CargoManifest;

/**
 * Crates that a Rust project locks, including those for builds and for every platform and feature.
 * The manifests of the project, not the lock file, show which ones are for development.
 */
export const rustCargoLock: Cataloger<CargoFact> = {
  id: 'rust-cargo-lock',
  alias: 'rust-cargo-lock-cataloger',
  version: 2,
  title: 'Crates locked by Cargo',
  spec: 'https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html',
  tags: ['cargo', 'declared', 'directory', 'language', 'package', 'rust'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    { role: 'lock', paths: ['**/Cargo.lock'], maxBytes: 'textFileBytesMax' },
    { role: 'project', paths: ['**/Cargo.toml'], maxBytes: 'configFileBytesMax' },
  ],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<CargoFact> {
  const document = parseToml(readText(file.content), file.budget);
  if (file.role === 'project') {
    return document === undefined ? {} : { fact: readCargoManifest(document) };
  }
  if (document === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the lock file is not valid TOML' }] };
  }
  const { root, metadata } = document;
  const list: readonly unknown[] = Array.isArray(document['package']) ? document['package'] : [];
  const checksums = isRecord(metadata) ? metadata : {};
  const problems: ProblemNote[] = [];
  const crates: LockedCrate[] = [];
  // Early lock files keep the package of the project itself outside the list.
  const entries = isRecord(root) ? [root, ...list] : list;
  for (const [index, entry] of entries.slice(0, file.limits.recordsMax).entries()) {
    const crate = readCrate(entry, checksums);
    if (crate === undefined) {
      const message = `package ${index + 1} was left out: it has no name or no version`;
      problems.push({ code: 'P_RECORD', message });
    } else {
      crates.push(crate);
    }
  }
  if (entries.length > file.limits.recordsMax) {
    problems.push({
      code: 'P_LIMIT',
      message: 'the lock file has more packages than recordsMax allows',
    });
  }
  return { fact: { crates }, problems };
}

/** Before version 2, lock files keep the checksums of all packages together. */
function readCrate(
  entry: unknown,
  checksums: Readonly<Record<string, unknown>>,
): LockedCrate | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const name = getText(entry, 'name');
  const version = getText(entry, 'version');
  if (name === '' || version === '') {
    return undefined;
  }
  const source = getText(entry, 'source');
  return {
    name,
    version,
    source,
    checksum:
      getText(entry, 'checksum') || getText(checksums, `checksum ${name} ${version} (${source})`),
    dependencies: toTexts(entry['dependencies']),
  };
}

function assemble({ facts, budget }: AssemblyInput<CargoFact>): Assembly {
  const manifests = new CargoManifests(
    facts.flatMap(({ fact, path }) => ('crates' in fact ? [] : [[path, fact] as const])),
  );
  const made = facts.flatMap(({ fact, ...visible }) => {
    if (!('crates' in fact)) {
      return [];
    }
    const folder = posix.dirname(visible.path);
    const dependencies = new ProductionDependencies(manifests, folder, budget);
    return [assembleLock(fact.crates, dependencies, { ...visible, fact, earlier: [] })];
  });
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}

function assembleLock(
  crates: readonly LockedCrate[],
  inProduction: ProductionDependencies,
  visible: VisibleFact<CargoLockFact>,
): { readonly packages: readonly Package[]; readonly dependencies: readonly DependencyEdge[] } {
  const nodes = crates.map((crate) => ({ ...crate, isLocal: crate.source === '' }));
  const placesOf = createCrateFinder(crates);
  const needed = nodes.map((node) => placesOf(inProduction.listDependencies(node)));
  const isOnBoard = createCrateProductionTest(nodes, needed, placesOf);
  const packages = crates.map((crate, place) =>
    isOnBoard(place) ? toPackage(crate, visible) : undefined,
  );
  const dependencies = packages.flatMap((to, place) =>
    (needed[place] ?? []).flatMap((each) => {
      const from = packages[each];
      return from === undefined || to === undefined || from === to ? [] : [{ from, to }];
    }),
  );
  return { packages: packages.filter((each) => each !== undefined), dependencies };
}

const AMBIGUOUS = -1;

/**
 * Finds the indexes of crates named by dependencies. Cargo writes as much as is needed to identify
 * one crate. Cargo never writes an ambiguous name, so an ambiguous one adds no edge.
 */
function createCrateFinder(
  crates: readonly LockedCrate[],
): (dependencies: readonly string[]) => readonly number[] {
  const places = new Map<string, number>();
  for (const [place, crate] of crates.entries()) {
    for (const name of listCrateNames(crate)) {
      places.set(name, places.has(name) ? AMBIGUOUS : place);
    }
  }
  return (dependencies) => [
    ...new Set(
      dependencies.map((each) => places.get(each) ?? AMBIGUOUS).filter((each) => each >= 0),
    ),
  ];
}

/**
 * Names that dependencies may use for a crate; early lock files included the commit of a Git
 * source.
 */
function listCrateNames({ name, version, source }: LockedCrate): Set<string> {
  const names = new Set([name, `${name} ${version}`]);
  if (source !== '') {
    const origin = source.startsWith('git') ? (source.split('#', 1)[0] ?? '') : source;
    names.add(`${name} ${version} (${origin})`).add(`${name} ${version} (${source})`);
  }
  return names;
}

/**
 * A crate without a source has no package URL: it would identify another crate in the public
 * registry.
 */
function toPackage(crate: LockedCrate, visible: VisibleFact<CargoLockFact>): Package {
  const { path, layer } = visible;
  const { name, version, source } = crate;
  return {
    name,
    version,
    type: 'rust-crate',
    language: 'rust',
    purl: source === '' ? '' : toCratePurl(name, version),
    foundBy: rustCargoLock.id,
    rule: 'a package in Cargo.lock',
    confidence: 1,
    locations: [createLocation({ path, layer })],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'rust-cargo-lock-entry', value: { ...crate } },
  };
}
