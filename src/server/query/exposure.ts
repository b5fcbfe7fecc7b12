import { defined } from '../../foundation/core/defined.ts';
import { SEVERITIES, type SeverityWord } from '../../foundation/core/finding.ts';
import { findHighestVersion } from '../../vulnerability/match/fix.ts';
import { findImages } from '../store/find-images.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { hashText } from '../store/read-key-hash.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';
import { toStoredText } from '../store/stored-text.ts';
import { joinHolders } from './holders.ts';
import { PAGE_ROWS } from './page-rows.ts';
import {
  chooseImages,
  NO_STATES,
  type ReachChoice,
  type ReachStates,
  readReachStates,
} from './reach-states.ts';
import { countComponents } from './status.ts';
import { compareVersions, isInRange } from './version-range.ts';

/** A version of a package, and the images that contain it. */
export interface ExposedComponent {
  readonly component: number;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly purl: string;
  /** Those of the choice by reachability. */
  readonly images: ReadonlySet<number>;
  /** All of its images by whether their entry point can load it. */
  readonly reach: ReachStates;
  /** Number of its open findings; of a vulnerability, only those of it. */
  readonly findings: number;
  /** Of a vulnerability: severity and fixed versions. */
  readonly severity?: string;
  readonly fixVersions?: string;
  /** Of a package: the highest severity of its findings, and the version that clears them. */
  readonly worst?: string;
  readonly clearedBy?: string;
  /** Number of findings that it clears; the others have no fix. */
  readonly cleared?: number;
}

/** Asks for the versions of a package, by its exact name, or for those with a vulnerability. */
export interface ExposureQuestion {
  readonly name?: string;
  readonly vulnerability?: string;
  /** Only versions of a package from the first one on, and below the second one. */
  readonly from?: string;
  readonly below?: string;
  /** Only these images; absent for all. */
  readonly used?: ReadonlySet<number>;
  /** Only images that can load it, or that were not analyzed; or only those that cannot. */
  readonly reach?: ReachChoice;
}

/** The images that contain a package, or have a vulnerability, in one state of the store. */
export interface Exposure {
  /** By name, type and version; each is in an image. */
  readonly components: readonly ExposedComponent[];
  /** The images of all components. */
  readonly images: ReadonlySet<number>;
  /** Images that the choice by reachability leaves out. */
  readonly leftOut: number;
  /** Components of the name in images, outside the range. */
  readonly outside: number;
  /** Components whose version, or whose range, could not be compared. They are listed, too. */
  readonly incomparable: number;
  /** Components that were compared. */
  readonly searched: number;
}

type ReadStates = (
  holders: ReadonlyMap<number, ReadonlySet<number>>,
) => Promise<ReadonlyMap<number, ReachStates>>;

/**
 * Finds the images that contain a package, or have a vulnerability.
 *
 * @param readStates reads reachability; pages have it in memory
 */
export async function findExposure(
  view: StoreView,
  question: ExposureQuestion,
  readStates: ReadStates = async (holders) => await readReachStates(view.db, holders),
): Promise<Exposure> {
  const { vulnerability, from = '', below = '', used, reach } = question;
  const rows =
    vulnerability === undefined
      ? await selectNamed(view, [question.name ?? ''])
      : (await selectAffected(view, [vulnerability])).map(({ vulnerability: _, ...row }) => row);
  const held = await addHolders(view, rows, used);
  const range = vulnerability === undefined ? { from, below } : { from: '', below: '' };
  // A version that cannot be compared is listed, too.
  const inside = held.filter((row) => isInRange(row, range) !== false);
  const all = new Map(inside.map(({ component, images }) => [component, images]));
  const states = await readStates(all);
  const open = vulnerability === undefined ? await readOpen(view, inside) : NO_FINDINGS;
  const components = inside.flatMap((row): readonly ExposedComponent[] => {
    const own = states.get(row.component) ?? NO_STATES;
    const images = reach === undefined ? row.images : chooseImages(own, reach);
    return images.size === 0
      ? []
      : [{ ...row, findings: 0, ...open.get(row.component), images, reach: own }];
  });
  const images = joinImages(components);
  return {
    components: components.sort(compareComponents),
    images,
    leftOut: joinHolders(all).size - images.size,
    outside: held.length - inside.length,
    incomparable: inside.filter((row) => isInRange(row, range) === undefined).length,
    searched: await countComponents(view),
  };
}

function joinImages(
  components: readonly Pick<ExposedComponent, 'component' | 'images'>[],
): ReadonlySet<number> {
  return joinHolders(new Map(components.map(({ component, images }) => [component, images])));
}

/** A component of the store, with what is known of it without its images. */
type ComponentRow = Omit<ExposedComponent, 'findings' | 'images' | 'reach'> & {
  readonly findings?: number;
};

/** Only keeps components that images contain: those of retired images stay in the store. */
async function addHolders<Row extends ComponentRow>(
  { db, at }: StoreView,
  rows: readonly Row[],
  used?: ReadonlySet<number>,
): Promise<readonly (Row & { readonly images: ReadonlySet<number> })[]> {
  const holders = await findImages(db, new Set(rows.map(({ component }) => component)), at);
  return rows
    .map((row) => {
      const images = holders.get(row.component) ?? new Set<number>();
      return {
        ...row,
        images: used === undefined ? images : new Set([...images].filter((id) => used.has(id))),
      };
    })
    .filter(({ images }) => images.size > 0);
}

const COLUMNS = [
  'component.id as component',
  'component.name',
  'component.version',
  'component.type',
  'component.purl',
] as const;

async function selectNamed(
  { db }: StoreView,
  given: readonly string[],
): Promise<readonly ComponentRow[]> {
  const names = given.map(toStoredText);
  return names.length === 0
    ? []
    : await db
        .selectFrom('component')
        .select(COLUMNS)
        .where('name_hash', 'in', names.map(hashText))
        .where('name', 'in', names)
        .execute();
}

/** A component with an open finding of a vulnerability. */
export type AffectedComponent = ComponentRow & {
  readonly vulnerability: string;
  readonly severity: string;
};

async function selectAffected(
  { db, at }: StoreView,
  vulnerabilities: readonly string[],
): Promise<readonly AffectedComponent[]> {
  const rows =
    vulnerabilities.length === 0
      ? []
      : await db
          .selectFrom('match')
          .innerJoin('component', 'component.id', 'match.component')
          .select(COLUMNS)
          .select(['match.vulnerability', 'match.severity', 'match.fix_versions'])
          .where('match.vulnerability', 'in', vulnerabilities.map(toStoredText))
          .where(isOpenThen(at))
          .where('match.kind', '=', FINDING_KIND)
          .where('match.number', '=', 0)
          .execute();
  return rows.map(({ severity, fix_versions: fixVersions, ...row }) => ({
    ...row,
    findings: 1,
    severity: SEVERITIES[severity] ?? 'unknown',
    fixVersions,
  }));
}

/** Finds the components with open findings of a vulnerability, also those in no image. */
export async function listAffectedComponents(
  view: StoreView,
  vulnerability: string,
): Promise<readonly AffectedComponent[]> {
  return await selectAffected(view, [vulnerability]);
}

/** Returns the images of each component with a finding of a vulnerability. */
export async function findAffectedHolders(
  view: StoreView,
  vulnerability: string,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const held = await addHolders(view, await selectAffected(view, [vulnerability]));
  return new Map(held.map(({ component, images }) => [component, images]));
}

/** A package or vulnerability in a list of results. */
export interface ExposureSummary {
  readonly versions: readonly string[];
  readonly images: number;
  /** Absent without open findings. */
  readonly worst?: string;
}

/** Summarizes the packages of some names: their versions, images and highest severity. */
export async function summarizePackages(
  view: StoreView,
  names: readonly string[],
): Promise<ReadonlyMap<string, ExposureSummary>> {
  const held = await addHolders(view, await selectNamed(view, names));
  const open = await readOpen(view, held);
  return new Map(
    [...Map.groupBy(held, ({ name }) => name)].map(([name, some]) => {
      const sorted = some.toSorted(compareComponents);
      const worst = findHighestSeverity(sorted.map(({ component }) => open.get(component)?.worst));
      const versions = [...new Set(sorted.map(({ version }) => version))];
      return [name, { versions, images: joinImages(some).size, ...defined({ worst }) }];
    }),
  );
}

/** Summarizes vulnerabilities: the affected versions, images and the highest severity. */
export async function summarizeVulnerabilities(
  view: StoreView,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ExposureSummary>> {
  const held = await addHolders(view, await selectAffected(view, ids));
  return new Map(
    [...Map.groupBy(held, ({ vulnerability }) => vulnerability)].map(([id, some]) => {
      const worst = findHighestSeverity(some.map(({ severity }) => severity));
      const versions = some
        .toSorted(compareComponents)
        .map(({ name, version }) => `${name} ${version}`);
      return [id, { versions, images: joinImages(some).size, ...defined({ worst }) }];
    }),
  );
}

/** Returns the highest of some severities; `undefined` if there is none. */
export function findHighestSeverity(
  severities: readonly (string | undefined)[],
): SeverityWord | undefined {
  return SEVERITIES.findLast((word) => severities.includes(word));
}

interface OpenFindings {
  readonly findings: number;
  readonly worst: string;
  /** Clears all that have a fix. */
  readonly clearedBy?: string;
  readonly cleared: number;
}

const NO_FINDINGS: ReadonlyMap<number, OpenFindings> = new Map();

/** Reads the open findings of components: their number, highest severity and fix. */
async function readOpen(
  view: StoreView,
  components: readonly Pick<ExposedComponent, 'component' | 'type'>[],
): Promise<ReadonlyMap<number, OpenFindings>> {
  const types = new Map(components.map(({ component, type }) => [component, type]));
  const open = new Map<number, OpenFindings>();
  for (const some of splitKeys(types.keys())) {
    const rows = await view.db
      .selectFrom('match')
      .select(['component', 'severity', 'fix_versions'])
      .where('component', 'in', some)
      .where(isOpenThen(view.at))
      .where('kind', '=', FINDING_KIND)
      .where('number', '=', 0)
      .execute();
    for (const [component, found] of Map.groupBy(rows, (row) => row.component)) {
      const rank = Math.max(...found.map(({ severity }) => severity));
      const fixes = found.flatMap(({ fix_versions: text }) => text.split(' ')[0] || []);
      const type = types.get(component) ?? '';
      open.set(component, {
        findings: found.length,
        cleared: fixes.length,
        worst: SEVERITIES[rank] ?? 'unknown',
        ...(fixes.length === 0 ? {} : { clearedBy: findHighestVersion(fixes, type) }),
      });
    }
  }
  return open;
}

/** Compares by name, type and version. */
export function compareComponents(
  left: Pick<ExposedComponent, 'name' | 'type' | 'version' | 'component'>,
  right: Pick<ExposedComponent, 'name' | 'type' | 'version' | 'component'>,
): number {
  if (left.name !== right.name || left.type !== right.type) {
    return left.name + left.type < right.name + right.type ? -1 : 1;
  }
  const order = compareVersions(left.type, left.version, right.version) ?? 0;
  return order === 0 ? left.component - right.component : order;
}

/** An exposure as the API sends it. */
export interface ExposureView {
  /** The first {@link PAGE_ROWS}, by name, type and version. */
  readonly components: readonly (Omit<ExposedComponent, 'images' | 'reach'> & {
    readonly images: readonly number[];
    readonly reach: Readonly<Record<keyof ReachStates, number>>;
  })[];
  readonly componentsNotListed: number;
  /** Distinct images of all components. */
  readonly images: number;
  /** With a choice by reachability: images that it leaves out. */
  readonly leftOut?: number;
  readonly searched: number;
  readonly revision: number;
  /** With a range. */
  readonly outside?: number;
  readonly incomparable?: number;
}

/** Writes an exposure for the API. */
export function writeExposure(
  { components, images, leftOut, outside, incomparable, searched }: Exposure,
  { from, below, reach }: ExposureQuestion,
  revision: number,
): ExposureView {
  const listed = components.slice(0, PAGE_ROWS);
  return {
    components: listed.map(({ images: held, reach: states, ...component }) => ({
      ...component,
      images: [...held].sort((left, right) => left - right),
      reach: {
        reachable: states.reachable.size,
        unreachable: states.unreachable.size,
        unknown: states.unknown.size,
      },
    })),
    componentsNotListed: components.length - listed.length,
    images: images.size,
    ...(reach === undefined ? {} : { leftOut }),
    ...(from === undefined && below === undefined ? {} : { outside, incomparable }),
    searched,
    revision,
  };
}
