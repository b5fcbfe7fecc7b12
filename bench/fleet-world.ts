import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../src/foundation/core/limits.ts';
import { SILENT } from '../src/foundation/core/progress.ts';
import { writeComponent } from '../src/server/engine/component-context.ts';
import { writeInventoryDocument } from '../src/server/engine/inventory-document.ts';
import { buildDatabase } from '../src/vulnerability/advisory/build-database.ts';
import { type PinnedDatabase, pinDatabase } from '../src/vulnerability/advisory/pin-database.ts';
import type { ComponentPackage, ComponentSystem } from '../src/vulnerability/match/component.ts';
import { createInventory } from '../test/support/inventory.ts';

/*
 * A synthetic fleet: npm packages with several versions each, advisories about half of them, and
 * images whose packages follow Zipf's law, as packages of real fleets do.
 */

export interface FleetSize {
  readonly images: number;
  readonly components: number;
  /** Packages of each image. */
  readonly each: number;
}

const VERSIONS = 4;
const ADVISED_SHARE = 2;
const VECTORS = [
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
  'CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:L/I:L/A:N',
  'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N',
] as const;

export const SYSTEM: ComponentSystem = { isContainer: false };

/** A generator of numbers below 1 that is the same in every run. */
export function createDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function createPackage(index: number): ComponentPackage {
  const name = `package-${Math.floor(index / VERSIONS)}`;
  const version = `1.${index % VERSIONS}.0`;
  return {
    key: `${index}`,
    name,
    version,
    type: 'npm',
    language: 'javascript',
    purl: `pkg:npm/${name}@${version}`,
    cpes: [],
    upstreams: [],
    ownedFiles: [],
  };
}

/** The canonical JSON of each component. */
export function writeContext(index: number): { readonly key: string; readonly json: string } {
  const component = { package: createPackage(index), owners: [], weakOwners: [], namesakes: [] };
  return writeComponent({ component, system: SYSTEM });
}

/** Writes the inventory of an image that has some of the packages. */
export function writeFleetDocument(name: string, indexes: readonly number[]): Uint8Array {
  const packages = indexes.map((index) => {
    const { key, name: title, type, version, language, purl } = createPackage(index);
    return { key, name: title, type, version, language, purl };
  });
  const target = { kind: 'directory', userInput: name, name, path: name } as const;
  const inventory = createInventory({ packages, target });
  return writeInventoryDocument({ inventory, configuration: {} });
}

/** Draws distinct components by Zipf's law with the exponent 1. */
export function createZipf(components: number, draw: () => number): (each: number) => number[] {
  const sums = new Float64Array(components);
  let sum = 0;
  for (let rank = 0; rank < components; rank += 1) {
    sum += 1 / (rank + 1);
    sums[rank] = sum;
  }
  // Ranks do not follow the order of packages.
  const order = Int32Array.from({ length: components }, (_, index) => index);
  for (let at = components - 1; at > 0; at -= 1) {
    const other = Math.floor(draw() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return (each) => {
    const drawn = new Set<number>();
    while (drawn.size < each) {
      drawn.add(order[findRank(sums, draw() * sum)] ?? 0);
    }
    return [...drawn];
  };
}

function findRank(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 0) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Advisories by the number of their package: a fixed version, and a severity. */
export type Advisories = Map<number, { readonly fixed: number; readonly severity: number }>;

export function createAdvisories(components: number, draw: () => number): Advisories {
  const packages = Math.floor(components / VERSIONS);
  return new Map(
    Array.from({ length: packages }, (_, index) => index)
      .filter((index) => index % ADVISED_SHARE === 0)
      .map((index) => [index, drawAdvisory(draw)]),
  );
}

function drawAdvisory(draw: () => number) {
  return {
    fixed: 1 + Math.floor(draw() * VERSIONS),
    severity: Math.floor(draw() * VECTORS.length),
  };
}

/** Changes the advisories about so many packages: other ranges, severities, new and old ones. */
export function changeAdvisories(
  advisories: Advisories,
  { packages, count }: { readonly packages: number; readonly count: number },
  draw: () => number,
): void {
  const changed = new Set<number>();
  while (changed.size < count) {
    changed.add(Math.floor(draw() * packages));
  }
  for (const index of changed) {
    if (advisories.has(index) && draw() < 1 / 4) {
      advisories.delete(index);
    } else {
      advisories.set(index, drawAdvisory(draw));
    }
  }
}

/** Builds a database of the advisories, and keeps it. */
export async function buildFleetDatabase(
  advisories: Advisories,
  folder: string,
  now: string,
): Promise<PinnedDatabase> {
  const documents = [...advisories].map(([index, { fixed, severity }]) => ({
    schema_version: '1.4.0',
    id: `GHSA-${toLetters(index)}`,
    modified: now,
    published: now,
    severity: [{ type: 'CVSS_V3', score: VECTORS[severity] }],
    affected: [
      {
        package: { ecosystem: 'npm', name: `package-${index}` },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `1.${fixed}.0` }] }],
      },
    ],
  }));
  const file = join(folder, 'advisories.json');
  writeFileSync(file, JSON.stringify(documents));
  const database = join(folder, 'database');
  await buildDatabase([{ provider: 'osv', file }], database, {
    progress: SILENT,
    limits: DEFAULT_LIMITS,
    now,
    isLossAccepted: true,
  });
  return pinDatabase(database, join(folder, 'generations'));
}

/** The form of an ID of GitHub: three groups of four characters. */
function toLetters(index: number): string {
  const hash = createHash('sha256').update(`${index}`).digest('hex');
  const letters = hash.replaceAll(/[01]/g, 'x').replaceAll('a', 'g').replaceAll('e', 'h');
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8, 12)]
    .join('-')
    .replaceAll(/[bd]/g, 'p');
}
