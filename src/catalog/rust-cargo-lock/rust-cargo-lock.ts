import { textOf } from '../../core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { locationOf } from '../../core/location.ts';
import type { Package } from '../../core/package.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { cratePurl } from '../../ecosystem/rust/crate-purl.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { textIn, textList } from '../../syntax/json/member.ts';
import { parseToml } from '../../syntax/text/toml.ts';

/** A crate as the lock names it; texts that are not there are empty. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** Empty for a crate of the workspace, or from a folder. */
  readonly source: string;
  readonly checksum: string;
  /** Name, with the version and the source where the name alone would not do. */
  readonly dependencies: readonly string[];
}

export interface CargoLockFact {
  readonly crates: readonly LockedCrate[];
}

/**
 * Crates that a Rust project locks, those for tests and builds included: the lock does not tell
 * them apart.
 */
export const rustCargoLock: Cataloger<CargoLockFact> = {
  id: 'rust-cargo-lock',
  alias: 'rust-cargo-lock-cataloger',
  version: 1,
  title: 'Crates locked by Cargo',
  spec: 'https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html',
  tags: ['cargo', 'declared', 'directory', 'language', 'package', 'rust'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  wants: [{ role: 'lock', paths: ['**/Cargo.lock'], maxBytes: 'textFileBytesMax' }],
  extract,
  assemble,
};

function extract(file: WantedFile): Extraction<CargoLockFact> {
  const document = parseToml(textOf(file.content), file.budget);
  if (document === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the lock is not well-formed TOML' }] };
  }
  const { root, metadata } = document;
  const list: readonly unknown[] = Array.isArray(document['package']) ? document['package'] : [];
  const checksums = isRecord(metadata) ? metadata : {};
  const problems: ProblemNote[] = [];
  const crates: LockedCrate[] = [];
  // The first locks keep the package of the project itself apart from the list.
  const entries = isRecord(root) ? [root, ...list] : list;
  for (const [index, entry] of entries.slice(0, file.limits.recordsMax).entries()) {
    const crate = readCrate(entry, checksums);
    if (crate === undefined) {
      const message = `package ${index + 1} has no name or no version and was left out`;
      problems.push({ code: 'P_RECORD', message });
    } else {
      crates.push(crate);
    }
  }
  if (entries.length > file.limits.recordsMax) {
    problems.push({ code: 'P_LIMIT', message: 'the lock has more packages than recordsMax' });
  }
  return { fact: { crates }, problems };
}

/** Locks before version 2 have the checksums of all packages together. */
function readCrate(
  entry: unknown,
  checksums: Readonly<Record<string, unknown>>,
): LockedCrate | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const name = textIn(entry, 'name');
  const version = textIn(entry, 'version');
  if (name === '' || version === '') {
    return undefined;
  }
  const source = textIn(entry, 'source');
  return {
    name,
    version,
    source,
    checksum:
      textIn(entry, 'checksum') || textIn(checksums, `checksum ${name} ${version} (${source})`),
    dependencies: textList(entry['dependencies']),
  };
}

function assemble({ facts }: AssemblyInput<CargoLockFact>): Assembly {
  const made = facts.map((visible) => {
    const packages = visible.fact.crates.map((crate) => toPackage(crate, visible));
    return { packages, dependencies: edgesOf(visible.fact.crates, packages) };
  });
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}

const AMBIGUOUS = -1;

/**
 * Cargo writes as much of a dependency as it takes to name one crate. What names several is not its
 * work, and makes no edge.
 */
function edgesOf(crates: readonly LockedCrate[], packages: readonly Package[]): DependencyEdge[] {
  const places = new Map<string, number>();
  for (const [place, crate] of crates.entries()) {
    for (const name of namesOf(crate)) {
      places.set(name, places.has(name) ? AMBIGUOUS : place);
    }
  }
  return packages.flatMap((to, place) => {
    const names = crates[place]?.dependencies ?? [];
    const needed = new Set(names.map((name) => packages[places.get(name) ?? AMBIGUOUS]));
    return [...needed].flatMap((from) => (from === undefined || from === to ? [] : [{ from, to }]));
  });
}

/** How dependencies may name a crate; the first locks kept the commit of a Git source in them. */
function namesOf({ name, version, source }: LockedCrate): Set<string> {
  const names = new Set([name, `${name} ${version}`]);
  if (source !== '') {
    const origin = source.startsWith('git') ? (source.split('#', 1)[0] ?? '') : source;
    names.add(`${name} ${version} (${origin})`).add(`${name} ${version} (${source})`);
  }
  return names;
}

/**
 * Without a source there is no package URL: it would name another crate, of the public registry.
 */
function toPackage(crate: LockedCrate, visible: VisibleFact<CargoLockFact>): Package {
  const { path, layer } = visible;
  const { name, version, source } = crate;
  return {
    name,
    version,
    type: 'rust-crate',
    language: 'rust',
    purl: source === '' ? '' : cratePurl(name, version),
    foundBy: rustCargoLock.id,
    rule: 'a package of Cargo.lock',
    confidence: 1,
    locations: [locationOf({ path, layer })],
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'rust-cargo-lock-entry', value: { ...crate } },
  };
}
