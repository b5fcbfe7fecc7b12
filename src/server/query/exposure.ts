import { SEVERITIES, type SeverityWord } from '../../foundation/core/finding.ts';
import { findHighestVersion } from '../../vulnerability/match/fix.ts';
import { findImages } from '../store/find-images.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { hashText } from '../store/read-key-hash.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';
import { joinHolders } from './holders.ts';
import { compareVersions, isInRange, type VersionRange } from './version-range.ts';

/** A version of a package, and the images that contain it. */
export interface ExposedComponent {
  readonly component: number;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly purl: string;
  readonly images: ReadonlySet<number>;
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

/** Finds the components with open findings of a vulnerability. */
export async function listAffectedComponents(
  view: StoreView,
  vulnerability: string,
): Promise<readonly ExposedComponent[]> {
  return (await findAffectedComponents(view, [vulnerability])).get(vulnerability) ?? [];
}

/** Finds the components with open findings of each of some vulnerabilities. */
async function findAffectedComponents(
  view: StoreView,
  vulnerabilities: readonly string[],
): Promise<ReadonlyMap<string, readonly ExposedComponent[]>> {
  if (vulnerabilities.length === 0) {
    return new Map();
  }
  const rows = await view.db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .select([
      'component.id',
      'component.name',
      'component.version',
      'component.type',
      'component.purl',
      'match.vulnerability',
      'match.severity',
      'match.fix_versions',
    ])
    .where('match.vulnerability', 'in', vulnerabilities)
    .where(isOpenThen(view.at))
    .where('match.kind', '=', FINDING_KIND)
    .where('match.number', '=', 0)
    .execute();
  const holders = await findImages(view.db, new Set(rows.map(({ id }) => id)), view.at);
  const affected = rows
    .map(({ id, severity, fix_versions: fixVersions, ...row }) => ({
      ...row,
      component: id,
      images: holders.get(id) ?? new Set<number>(),
      findings: 1,
      severity: SEVERITIES[severity] ?? 'unknown',
      fixVersions,
    }))
    .sort(compareComponents);
  return Map.groupBy(affected, ({ vulnerability }) => vulnerability);
}

/** Returns the images that have a finding of a vulnerability. */
export async function listAffected(
  view: StoreView,
  vulnerability: string,
): Promise<ReadonlySet<number>> {
  return joinHolders(await findAffectedHolders(view, vulnerability));
}

/** Returns the images of each component with a finding of a vulnerability. */
export async function findAffectedHolders(
  view: StoreView,
  vulnerability: string,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const components = await listAffectedComponents(view, vulnerability);
  return new Map(components.map(({ component, images }) => [component, images]));
}

export interface PackageExposure {
  /** By version. */
  readonly components: readonly ExposedComponent[];
  /** Components of the name outside the range. */
  readonly outside: number;
  /** Components whose version, or whose range, could not be compared. They are listed, too. */
  readonly incomparable: number;
}

/** Finds the components of a package in a range of versions, by its exact name. */
export async function findPackageExposure(
  view: StoreView,
  name: string,
  range: VersionRange,
): Promise<PackageExposure> {
  const rows = await view.db
    .selectFrom('component')
    .select(['id', 'name', 'version', 'type', 'purl'])
    .where('name_hash', '=', hashText(name))
    .where('name', '=', name)
    .where('id', '<=', await findLastComponent(view))
    .execute();
  const judged = rows.map((row) => ({ ...row, isInside: isInRange(row, range) }));
  const inside = judged.filter(({ isInside }) => isInside !== false);
  const ids = inside.map(({ id }) => id);
  const holders = await findImages(view.db, new Set(ids), view.at);
  const open = await readOpen(view, inside);
  return {
    components: inside
      .map(({ id, isInside: _, ...row }) => ({
        ...row,
        component: id,
        images: holders.get(id) ?? new Set<number>(),
        findings: 0,
        ...open.get(id),
      }))
      .sort(compareComponents),
    outside: judged.length - inside.length,
    incomparable: judged.filter(({ isInside }) => isInside === undefined).length,
  };
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
  if (names.length === 0) {
    return new Map();
  }
  const rows = await view.db
    .selectFrom('component')
    .select(['id', 'name', 'version', 'type'])
    .where('name_hash', 'in', names.map(hashText))
    .where('name', 'in', names)
    .where('id', '<=', await findLastComponent(view))
    .execute();
  const holders = await findImages(view.db, new Set(rows.map(({ id }) => id)), view.at);
  const open = await readOpen(view, rows);
  return new Map(
    [...Map.groupBy(rows, ({ name }) => name)].map(([name, some]) => {
      const held = some
        .filter(({ id }) => (holders.get(id)?.size ?? 0) > 0)
        .map((row) => ({ ...row, component: row.id }))
        .sort(compareComponents);
      const worst = findHighestSeverity(held.map(({ id }) => open.get(id)?.worst));
      return [
        name,
        {
          versions: [...new Set(held.map(({ version }) => version))],
          images: joinHolders(new Map(held.map(({ id }) => [id, holders.get(id) ?? new Set()])))
            .size,
          ...(worst === undefined ? {} : { worst }),
        },
      ];
    }),
  );
}

/** Summarizes vulnerabilities: the affected versions, images and the highest severity. */
export async function summarizeVulnerabilities(
  view: StoreView,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ExposureSummary>> {
  const summaries = new Map<string, ExposureSummary>();
  const affected = await findAffectedComponents(view, ids);
  for (const id of ids) {
    const found = (affected.get(id) ?? []).filter(({ images }) => images.size > 0);
    const worst = findHighestSeverity(found.map(({ severity }) => severity));
    summaries.set(id, {
      versions: found.map(({ name, version }) => `${name} ${version}`),
      images: joinHolders(new Map(found.map(({ component, images }) => [component, images]))).size,
      ...(worst === undefined ? {} : { worst }),
    });
  }
  return summaries;
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

/** Reads the open findings of components: their number, highest severity and fix. */
async function readOpen(
  view: StoreView,
  components: readonly { readonly id: number; readonly type: string }[],
): Promise<ReadonlyMap<number, OpenFindings>> {
  const types = new Map(components.map(({ id, type }) => [id, type]));
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

/** Returns the last component of a state: their IDs follow the order of images. */
async function findLastComponent(view: StoreView): Promise<number> {
  const isScoped = findReadScope(view.db) !== undefined;
  return isScoped ? COMPONENT_MAX : await countComponents(view);
}

/** The tables of a scope only have the components of its state. */
const COMPONENT_MAX = 2 ** 31 - 1;

/** Counts the components that images ever had. */
export async function countComponents({ db, at }: StoreView): Promise<number> {
  const scope = findReadScope(db);
  if (scope !== undefined) {
    return scope.since.size;
  }
  if (at !== undefined) {
    const { matched } = await db
      .selectFrom('revision')
      .select(({ fn }) => fn.sum<number | string | null>('matched').as('matched'))
      .where('kind', '=', 'image')
      .where('id', '<=', at)
      .executeTakeFirstOrThrow();
    return Number(matched ?? 0);
  }
  const { count } = await db
    .selectFrom('component')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
