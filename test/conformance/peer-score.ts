import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { readInventory } from '../../src/assess/read-inventory.ts';
import { compareText } from '../../src/foundation/core/compare-text.ts';
import type { InventoryPackage } from '../../src/foundation/core/inventory.ts';
import { parsePurl } from '../../src/foundation/identity/purl/parse-purl.ts';
import {
  type AbsentFixture,
  type ExpectedPackage,
  type PeerFixture,
  readPeerFixtures,
} from './peer-fixtures.ts';
import { LAYOUTS, LAYOUTS_BY_PATH, WITH_SIBLINGS, WITH_WHOLE_CASE } from './peer-layout.data.ts';
import { withFolder } from './score.ts';

/** A project whose fixtures are read, in a checkout outside of ours. */
export interface Peer {
  readonly id: string;
  readonly roots: readonly string[];
}

export const PEERS: readonly (Peer & { readonly variable: string })[] = [
  {
    id: 'trivy',
    variable: 'PLIMSOLL_PEER_TRIVY',
    roots: ['pkg/dependency/parser', 'pkg/fanal/analyzer'],
  },
  { id: 'scalibr', variable: 'PLIMSOLL_PEER_SCALIBR', roots: ['extractor/filesystem'] },
];

/**
 * Packages that we intentionally leave out. Names fixtures, packages or both, never only a group.
 */
export interface PeerDifference {
  readonly peer: string;
  readonly group: string;
  /** Paths of fixtures in the group; any if absent. */
  readonly fixtures?: readonly string[];
  /** Regular expressions that match the entire `name version`; any if absent. */
  readonly packages?: readonly string[];
  readonly reason: string;
}

/** The parts of a difference that explain no missing package. */
export interface UnusedDifference {
  readonly peer: string;
  readonly group: string;
  readonly fixtures: readonly string[];
  readonly packages: readonly string[];
}

export interface FixtureScore {
  readonly peer: string;
  readonly group: string;
  readonly path: string;
  readonly expected: number;
  readonly found: number;
  /** Not found, with a reason in the list. */
  readonly listed: number;
  /** Not found, without a reason. */
  readonly missing: readonly string[];
  /** Packages that we find and the test does not name. */
  readonly extra: readonly string[];
}

export interface PeerScore {
  readonly fixtures: readonly FixtureScore[];
  readonly unreadFiles: number;
  readonly absent: readonly AbsentFixture[];
  readonly unusedDifferences: readonly UnusedDifference[];
}

/** Reads the list of differences; throws if one of them excuses an entire group. */
export function readDifferences(text: string): readonly PeerDifference[] {
  const differences: readonly PeerDifference[] = JSON.parse(text);
  for (const difference of differences) {
    const { fixtures = [], packages = [] } = difference;
    if (fixtures.length + packages.length === 0) {
      throw new Error(`names no fixture and no package: ${JSON.stringify(difference)}`);
    }
  }
  return differences;
}

/** Returns a line for each package that is missing without a reason, and for each unused reason. */
export function findFaults({ fixtures, unusedDifferences }: PeerScore): readonly string[] {
  return [
    ...fixtures.flatMap(({ path, missing }) => missing.map((each) => `MISSED ${path}: ${each}`)),
    ...unusedDifferences.map((unused) => `UNUSED ${JSON.stringify(unused)}`),
  ];
}

/** Runs our catalogers on each fixture, alone in a directory and under the name it would have. */
export function scorePeer(
  peer: Peer,
  checkout: string,
  differences: readonly PeerDifference[],
  only: RegExp,
): Promise<PeerScore> {
  return withFolder(async (folder) => {
    const usages = differences
      .filter((difference) => difference.peer === peer.id)
      .map((difference) => ({
        difference,
        fixtures: new Set<string>(),
        packages: new Set<string>(),
      }));
    const fixtures: FixtureScore[] = [];
    const absent: AbsentFixture[] = [];
    let unreadFiles = 0;
    for (const root of peer.roots.map((each) => join(checkout, each))) {
      const read = readPeerFixtures(root);
      unreadFiles += read.unreadFiles;
      absent.push(...read.absent.filter(({ group }) => only.test(`${peer.id}:${group}`)));
      for (const fixture of read.fixtures.filter(({ group }) => only.test(`${peer.id}:${group}`))) {
        const target = join(folder, String(fixtures.length));
        layOut(join(root, fixture.group), fixture, target);
        const { packages } = await readInventory(`dir:${target}`, {
          temporaryFolder: folder,
          catalogers: { overrideDefaultCatalogers: ['all'] },
        });
        fixtures.push(compare(peer.id, fixture, packages, usages));
      }
    }
    return { fixtures, unreadFiles, absent, unusedDifferences: usages.flatMap(findUnused) };
  });
}

/** `language/nodejs/npm` and `nodejs/npm` are one ecosystem. */
export function getEcosystem(group: string): string {
  return group.split('/').slice(-2).join('/');
}

function layOut(folder: string, fixture: PeerFixture, target: string): void {
  const source = join(folder, fixture.path);
  mkdirSync(target, { recursive: true });
  if (fixture.isFolder) {
    cpSync(source, target, { recursive: true });
  } else if (fixture.path.endsWith('.txtar')) {
    unpackTextArchive(readFileSync(source, 'utf8'), target);
  } else {
    const place = join(target, findPlace(fixture));
    mkdirSync(dirname(place), { recursive: true });
    const ecosystem = getEcosystem(fixture.group);
    const [top = '', ...inner] = fixture.path.replace(/^testdata\//, '').split('/');
    if (WITH_WHOLE_CASE.has(ecosystem) && inner.length > 0) {
      cpSync(join(folder, 'testdata', top), join(target, top), { recursive: true });
    } else if (WITH_SIBLINGS.has(ecosystem) && inner.length > 0) {
      cpSync(dirname(source), dirname(place), { recursive: true });
    }
    cpSync(source, place);
  }
}

function findPlace({ group, path }: PeerFixture): string {
  const ecosystem = getEcosystem(group);
  const name = basename(path);
  const named = LAYOUTS_BY_PATH.find(
    (each) => each.group.test(ecosystem) && each.path.test(path),
  )?.place;
  return (named ?? LAYOUTS[ecosystem] ?? '{path}')
    .replace('{name}', name)
    .replace('{path}', path.replace(/^testdata\//, ''));
}

/** Unpacks files after lines of the form `-- name --`, the format of Go's own tools. */
function unpackTextArchive(text: string, target: string): void {
  const parts = text.split(/^-- (.+) --\r?\n/m);
  for (let at = 1; at + 1 < parts.length; at += 2) {
    const place = join(target, posix.normalize(`/${parts[at] ?? ''}`));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, parts[at + 1] ?? '');
  }
}

/** A difference with the fixtures and expressions that have explained a missing package. */
interface Usage {
  readonly difference: PeerDifference;
  readonly fixtures: Set<string>;
  readonly packages: Set<string>;
}

function findUnused({ difference, ...used }: Usage): UnusedDifference[] {
  const { peer, group } = difference;
  const fixtures = (difference.fixtures ?? []).filter((each) => !used.fixtures.has(each));
  const packages = (difference.packages ?? []).filter((each) => !used.packages.has(each));
  return fixtures.length + packages.length === 0 ? [] : [{ peer, group, fixtures, packages }];
}

/** Finds a difference that explains a missing package, and records its use. */
function explainMiss(usages: readonly Usage[], group: string, path: string, miss: string): boolean {
  for (const { difference, fixtures, packages } of usages) {
    const pattern = (difference.packages ?? ['.*']).find((each) =>
      new RegExp(`^(?:${each})$`).test(miss),
    );
    if (
      difference.group === group &&
      (difference.fixtures?.includes(path) ?? true) &&
      pattern !== undefined
    ) {
      fixtures.add(path);
      packages.add(pattern);
      return true;
    }
  }
  return false;
}

function compare(
  peer: string,
  { group, path, expected }: PeerFixture,
  packages: readonly InventoryPackage[],
  usages: readonly Usage[],
): FixtureScore {
  const ours = new Set(packages.flatMap(listIdentities));
  const missing = expected.filter((each) => !hasPackage(ours, each));
  const wanted = new Set(expected.flatMap(({ name, version }) => toIdentity(name, version)));
  const listed = missing.filter(
    ({ name, version, isForDevelopment }) =>
      explainMiss(usages, group, path, `${name} ${version}`) || isForDevelopment,
  );
  return {
    peer,
    group,
    path,
    expected: expected.length,
    found: expected.length - missing.length,
    listed: listed.length,
    missing: formatPackages(missing.filter((each) => !listed.includes(each))),
    extra: formatPackages(
      packages.filter((each) => !listIdentities(each).some((key) => wanted.has(key))),
    ),
  };
}

function formatPackages(packages: readonly Pick<ExpectedPackage, 'name' | 'version'>[]): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`).toSorted(compareText);
}

function hasPackage(ours: ReadonlySet<string>, { name, version }: ExpectedPackage): boolean {
  return ours.has(toIdentity(name, version));
}

/** Tools join namespace and name in different ways, and some drop the `v` of Go versions. */
function listIdentities({ name, version, purl }: InventoryPackage): string[] {
  const parts = purl === '' ? undefined : parsePurl(purl);
  const full = parts?.namespace === undefined ? [] : [`${parts.namespace}/${parts.name}`];
  return [name, ...(parts === undefined ? [] : [parts.name]), ...full].map((each) =>
    toIdentity(each, version),
  );
}

function toIdentity(name: string, version: string): string {
  const folded = name
    .toLowerCase()
    .replace(/[-_.]+/g, '-')
    .replaceAll(':', '/');
  return `${folded}@${version.replace(/^(?:v|go)(?=\d)/, '')}`;
}
