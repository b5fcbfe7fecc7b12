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
import { EXECUTABLE_MAGIC } from '../../../foundation/core/executable-file.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { type AuditedCrate, readAuditData } from '../../ecosystem/rust/audit-data.ts';
import { toCratePurl } from '../../ecosystem/rust/crate-purl.ts';

/** A crate of the program; `dependencies` are indexes into the list of its program. */
export type ProgramCrate = Omit<AuditedCrate, 'isRuntime'>;

/** The crates of a program; several lists for a universal file. */
export interface AuditFact {
  readonly programs: readonly (readonly ProgramCrate[])[];
}

/** Crates of Rust programs that were built with cargo-auditable. Other programs contain no list. */
export const cargoAuditableBinary: Cataloger<AuditFact> = {
  id: 'cargo-auditable-binary',
  alias: 'cargo-auditable-binary-cataloger',
  version: 1,
  title: 'Rust crates in executables',
  spec: 'https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md',
  tags: ['binary', 'directory', 'image', 'installed', 'language', 'package', 'rust'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [{ role: 'program', magic: EXECUTABLE_MAGIC, maxBytes: 'wholeFileBytesMax' }],
  extract,
  assemble,
};

function extract({ content, limits }: WantedFile): Extraction<AuditFact> {
  const images = readExecutableImages(content, limits);
  const shared = shareLimits(limits, images.length);
  const read = images
    .map((image) => readAuditData(image, shared))
    .filter((data) => data !== undefined);
  return read.length === 0
    ? {}
    : {
        fact: { programs: read.map(({ crates }) => selectRuntimeCrates(crates)) },
        problems: read.flatMap(({ problems }) => problems),
      };
}

/** Removes crates that only the build needed, and adjusts the indexes of dependencies. */
function selectRuntimeCrates(crates: readonly (AuditedCrate | undefined)[]): ProgramCrate[] {
  const kept: AuditedCrate[] = [];
  const places = new Map<number, number>();
  for (const [place, crate] of crates.entries()) {
    if (crate?.isRuntime === true) {
      places.set(place, kept.push(crate) - 1);
    }
  }
  return kept.map(({ name, version, source, dependencies }) => ({
    name,
    version,
    source,
    dependencies: [...new Set(dependencies)].flatMap((place) => places.get(place) ?? []),
  }));
}

function assemble({ facts }: AssemblyInput<AuditFact>): Assembly {
  const made = facts.flatMap((visible) =>
    visible.fact.programs.map((crates) => {
      const packages = crates.map((crate) => toPackage(crate, visible));
      return { packages, dependencies: createCrateEdges(crates, packages) };
    }),
  );
  return {
    packages: made.flatMap(({ packages }) => packages),
    dependencies: made.flatMap(({ dependencies }) => dependencies),
  };
}

/** A crate that depends on itself adds no edge. */
function createCrateEdges(
  crates: readonly ProgramCrate[],
  packages: readonly Package[],
): DependencyEdge[] {
  return packages.flatMap((to, place) =>
    (crates[place]?.dependencies ?? []).flatMap((needed) => {
      const from = packages[needed];
      return from === undefined || from === to ? [] : [{ from, to }];
    }),
  );
}

function toPackage(crate: ProgramCrate, visible: VisibleFact<AuditFact>): Package {
  const { path, otherNames = [], layer } = visible;
  const { name, version, source } = crate;
  return {
    name,
    version,
    type: 'rust-crate',
    language: 'rust',
    purl: toCratePurl(name, version),
    foundBy: cargoAuditableBinary.id,
    rule: 'a crate in the list that cargo-auditable wrote into an executable',
    confidence: 1,
    locations: [path, ...otherNames].map((linked) => createLocation({ path: linked, layer })),
    licenses: [],
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'rust-cargo-audit-entry', value: { name, version, source } },
  };
}
