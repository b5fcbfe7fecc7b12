import { type Kysely, sql } from 'kysely';
import { addToList } from '../../foundation/core/add-to-list.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { listExploited } from '../engine/vulnerabilities.ts';
import { countHolders } from '../store/find-images.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { decodeNumbers } from '../store/number-list.ts';
import { hashText } from '../store/read-key-hash.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen } from '../store/store-view.ts';
import { toStoredText } from '../store/stored-text.ts';
import type { Tables } from '../store/tables.ts';
import { formatTime } from './format-time.ts';

export interface NewFinding {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly severity: string;
  readonly fixVersions: string;
}

export interface FindingView extends NewFinding {
  readonly purl: string;
  readonly fixState: string;
  /** Packages of the image with this finding. */
  readonly packages: number;
  /** RFC 3339 time of the first revision in which the image had the vulnerability. */
  readonly since: string;
}

export interface MarkedFinding extends FindingView {
  /** Whether the vulnerability is known to be exploited now. */
  readonly isExploited: boolean;
}

export interface FleetFinding extends NewFinding {
  readonly component: number;
  /** Number of images that contain the component. */
  readonly images: number;
  /** Millionths; -1 if there is no score. */
  readonly epss: number;
  readonly isExploited: boolean;
}

/** Lists the findings of an image at a revision, the most severe first. */
export async function listFindings(
  db: Kysely<Tables>,
  image: number,
  at?: number,
): Promise<readonly FindingView[]> {
  const row = await db
    .selectFrom('image')
    .select(['components', 'revision'])
    .where('id', '=', image)
    .executeTakeFirst();
  const held = new Map<number, number>();
  for (const component of row === undefined ? [] : decodeNumbers(row.components)) {
    held.set(component, (held.get(component) ?? 0) + 1);
  }
  const matches = await readHeldFindings(db, held.keys(), row?.revision ?? 0);
  const since = await listFirstDetections(db, matches, row?.revision ?? 0);
  const open = matches.filter(({ opened, closed }) =>
    at === undefined ? closed === null : opened <= at && (closed === null || closed > at),
  );
  const components = await readComponents(db, new Set(open.map(({ component }) => component)));
  return open
    .map((match): FindingView & { readonly rank: number } => {
      const { name = '', version = '', purl = '' } = components.get(match.component) ?? {};
      return {
        id: match.vulnerability,
        package: name,
        version,
        purl,
        severity: SEVERITIES[match.severity] ?? 'unknown',
        rank: match.severity,
        fixState: match.fix_state,
        fixVersions: match.fix_versions,
        packages: held.get(match.component) ?? 0,
        since: formatTime(since.get(match.vulnerability) ?? 0),
      };
    })
    .sort(
      (left, right) =>
        right.rank - left.rank ||
        compareText(left.id, right.id) ||
        compareText(left.purl, right.purl),
    )
    .map(({ rank: _, ...finding }) => finding);
}

type HeldFinding = Omit<Tables['match'], 'kind' | 'number' | 'reason' | 'digest'>;

/** Reads the findings of components that were open at any time since an image was added. */
async function readHeldFindings(
  db: Kysely<Tables>,
  components: Iterable<number>,
  added: number,
): Promise<readonly HeldFinding[]> {
  const found: HeldFinding[] = [];
  for (const some of splitKeys(components)) {
    const rows = await db
      .selectFrom('match')
      .select(['component', 'vulnerability', 'severity', 'fix_state', 'fix_versions'])
      .select(['opened', 'closed'])
      .where('component', 'in', some)
      .where('kind', '=', FINDING_KIND)
      .where(({ eb, or }) => or([eb('closed', 'is', null), eb('closed', '>', added)]))
      .execute();
    rows.forEach((row) => found.push(row));
  }
  return found;
}

async function readComponents(db: Kysely<Tables>, ids: Iterable<number>) {
  const found = new Map<number, Pick<Tables['component'], 'name' | 'version' | 'purl'>>();
  for (const some of splitKeys(ids)) {
    const rows = await db
      .selectFrom('component')
      .select(['id', 'name', 'version', 'purl'])
      .where('id', 'in', some)
      .execute();
    rows.forEach(({ id, ...row }) => found.set(id, row));
  }
  return found;
}

/**
 * Returns the time when an image first had each vulnerability. Intervals are never changed, except
 * that they end, so a first detection never changes: neither by another severity nor if the finding
 * was closed meanwhile.
 */
async function listFirstDetections(
  db: Kysely<Tables>,
  matches: readonly HeldFinding[],
  added: number,
): Promise<ReadonlyMap<string, number>> {
  const first = new Map<string, number>();
  for (const { vulnerability, opened } of matches) {
    const revision = Math.max(opened, added);
    first.set(vulnerability, Math.min(first.get(vulnerability) ?? revision, revision));
  }
  const times = new Map<number, number>();
  for (const some of splitKeys(new Set(first.values()))) {
    const rows = await db
      .selectFrom('revision')
      .select(['id', 'at'])
      .where('id', 'in', some)
      .execute();
    rows.forEach(({ id, at }) => times.set(id, at));
  }
  return new Map([...first].map(([id, revision]) => [id, times.get(revision) ?? 0]));
}

/** Lists the findings that another image does not have, by package and vulnerability. */
export async function listNewFindings(
  db: Kysely<Tables>,
  image: number,
  other: number,
): Promise<readonly NewFinding[]> {
  const toFindingKey = (one: NewFinding): string => `${one.id} ${one.package}`;
  const known = new Set((await listFindings(db, other)).map(toFindingKey));
  return (await listFindings(db, image))
    .filter((one) => !known.has(toFindingKey(one)))
    .map(({ id, package: name, version, severity, fixVersions }) => {
      return { id, package: name, version, severity, fixVersions };
    });
}

/** The place of a finding in the list of all images. */
export interface FindingKey {
  readonly severity: number;
  readonly vulnerability: string;
  readonly component: number;
}

/** Filters for findings of one image or of all. */
export interface FindingChoice {
  /** Index in `SEVERITIES` of the lowest severity. */
  readonly severity?: number;
  readonly vulnerability?: string;
  /** Exact name of the package. */
  readonly package?: string;
  readonly isExploited?: boolean;
  readonly hasFix?: boolean;
}

/** Selects findings of an image. Known exploitation is only read if the choice depends on it. */
export async function selectFindings(
  db: Kysely<Tables>,
  findings: readonly FindingView[],
  { severity = 0, vulnerability, package: name, isExploited, hasFix }: FindingChoice,
): Promise<readonly FindingView[]> {
  const chosen = findings.filter(
    (finding) =>
      SEVERITIES.findIndex((one) => one === finding.severity) >= severity &&
      (vulnerability === undefined || finding.id === vulnerability) &&
      (name === undefined || finding.package === name) &&
      (hasFix === undefined || (finding.fixState === FIXED) === hasFix),
  );
  return isExploited === undefined
    ? chosen
    : (await markExploited(db, chosen)).filter((one) => one.isExploited === isExploited);
}

/** Marks the findings whose vulnerability is known to be exploited. */
export async function markExploited(
  db: Kysely<Tables>,
  findings: readonly FindingView[],
): Promise<readonly MarkedFinding[]> {
  const exploited = await listExploited(db, new Set(findings.map(({ id }) => id)));
  return findings.map((one) => ({ ...one, isExploited: exploited.has(one.id) }));
}

const FIXED = 'fixed';

export interface FindingFilter extends FindingChoice {
  /** Only images of these projects; absent for all images. */
  readonly projects?: readonly string[];
  /** Findings after this one. */
  readonly after?: FindingKey;
  /** Revision; now if it is absent. */
  readonly at?: number;
  readonly limit: number;
}

/** Lists the findings of all images, the most severe first. */
export async function listFleetFindings(
  db: Kysely<Tables>,
  filter: FindingFilter,
): Promise<readonly (FleetFinding & { readonly key: FindingKey })[]> {
  const { severity: lowest = 0, after, at, limit } = filter;
  const rows: Awaited<ReturnType<typeof listFindingRows>> = [];
  // One severity after the other, because an index has no descending part on both engines.
  for (
    let severity = after?.severity ?? SEVERITIES.length - 1;
    severity >= lowest && rows.length < limit;
    severity -= 1
  ) {
    const rest = { ...filter, limit: limit - rows.length };
    rows.push(...(await listFindingRows(db, rest, severity)));
  }
  const images = await countHolders(db, new Set(rows.map(({ component }) => component)), at);
  return rows.map((row) => ({
    id: row.vulnerability,
    component: row.component,
    package: row.name,
    version: row.version,
    severity: SEVERITIES[row.severity] ?? 'unknown',
    fixVersions: row.fix_versions,
    images: images.get(row.component) ?? 0,
    epss: row.epss,
    isExploited: row.exploited === 1,
    key: { severity: row.severity, vulnerability: row.vulnerability, component: row.component },
  }));
}

/** Lists the findings of one severity by their vulnerabilities. */
async function listFindingRows(
  db: Kysely<Tables>,
  { vulnerability, package: name, isExploited, hasFix, after, at, limit }: FindingFilter,
  severity: number,
) {
  let query = db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .innerJoin('vulnerability', 'vulnerability.id', 'match.vulnerability')
    .select(['match.component', 'match.vulnerability', 'match.severity', 'match.fix_versions'])
    .select(['component.name', 'component.version'])
    .select(['vulnerability.epss', 'vulnerability.exploited'])
    .where('match.kind', '=', sql.lit(FINDING_KIND))
    .where('match.severity', '=', severity)
    .where(isOpenThen(at));
  if (vulnerability !== undefined) {
    query = query.where('match.vulnerability', '=', vulnerability);
  }
  if (name !== undefined) {
    query = query
      .where('component.name_hash', '=', hashText(name))
      .where('component.name', '=', toStoredText(name));
  }
  if (isExploited !== undefined) {
    query = query.where('vulnerability.exploited', '=', isExploited ? 1 : 0);
  }
  if (hasFix !== undefined) {
    query = query.where('match.fix_state', hasFix ? '=' : '!=', FIXED);
  }
  if (after?.severity === severity) {
    query = query.where(({ and, eb, or }) =>
      or([
        eb('match.vulnerability', '>', after.vulnerability),
        and([
          eb('match.vulnerability', '=', after.vulnerability),
          eb('match.component', '>', after.component),
        ]),
      ]),
    );
  }
  return await query
    .orderBy('match.vulnerability')
    .orderBy('match.component')
    .limit(limit)
    .execute();
}

/** Sums the findings of all images by severity at a past revision: from every component. */
export async function countPastFindings(
  db: Kysely<Tables>,
  at: number,
): Promise<ReadonlyMap<number, number>> {
  const held = new Map<number, number>();
  const images = await db
    .selectFrom('image')
    .select('components')
    .where('revision', '<=', at)
    .where(({ eb, or }) => or([eb('retired', 'is', null), eb('retired', '>', at)]))
    .execute();
  for (const { components } of images) {
    for (const component of decodeNumbers(components)) {
      held.set(component, (held.get(component) ?? 0) + 1);
    }
  }
  const totals = new Map<number, number>();
  const bySeverity = new Map<number, number[]>();
  const rows = await db
    .selectFrom('match')
    .select(['component', 'severity'])
    .where('kind', '=', FINDING_KIND)
    .where(isOpenThen(at))
    .execute();
  rows.forEach(({ component, severity }) => addToList(bySeverity, severity, component));
  for (const [severity, components] of bySeverity) {
    const sum = components.reduce((count, component) => count + (held.get(component) ?? 0), 0);
    totals.set(severity, sum);
  }
  return totals;
}
