import { type ExpressionBuilder, sql } from 'kysely';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { countHolders } from '../store/find-images.ts';
import { findReadScope } from '../store/limited-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { hashText } from '../store/read-key-hash.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';
import type { Tables } from '../store/tables.ts';
import type { Fleet } from './fleet.ts';

/** One vulnerability in one component: a finding, once for all images that contain it. */
export interface DistinctFinding {
  readonly component: number;
  readonly vulnerability: string;
  readonly severity: string;
  /** Index in `SEVERITIES`. */
  readonly rank: number;
  readonly name: string;
  readonly version: string;
  readonly fixState: string;
  readonly fixVersions: string;
  readonly isExploited: boolean;
  readonly images: number;
}

export interface FindingFilter {
  /** Exactly this severity. */
  readonly severity?: string;
  /** This severity or worse. */
  readonly least?: string;
  readonly fix?: string;
  /** "yes" for those known to be exploited, "not known" for all others; empty for both. */
  readonly exploited?: string;
  readonly package?: string;
  /** Rows of a base: only findings in its packages. */
  readonly bases?: readonly number[];
}

const FIXED = 'fixed';

function hasExploited({ exists, selectFrom }: ExpressionBuilder<Tables, 'match'>) {
  return exists(
    selectFrom('vulnerability')
      .select('vulnerability.id')
      .whereRef('vulnerability.id', '=', 'match.vulnerability')
      .where('vulnerability.exploited', '=', 1),
  );
}

function findRank(word: string): number {
  return SEVERITIES.findIndex((one) => one === word);
}

/** Selects matches without names, because counting does not need names. */
function selectFindings({ db, at }: StoreView, filter: FindingFilter) {
  let query = db
    .selectFrom('match')
    .where(isOpenThen(at))
    .where('match.kind', '=', sql.lit(FINDING_KIND))
    .where('match.number', '=', 0);
  if (filter.severity) {
    query = query.where('match.severity', '=', findRank(filter.severity));
  }
  if (filter.least) {
    query = query.where('match.severity', '>=', findRank(filter.least));
  }
  if (filter.fix) {
    query = query.where('match.fix_state', filter.fix === 'none' ? '!=' : '=', FIXED);
  }
  if (filter.exploited === 'not known') {
    query = query.where((builder) => builder.not(hasExploited(builder)));
  } else if (filter.exploited) {
    // SQLite would look up each component of a scope for each exploited vulnerability.
    query =
      findReadScope(db) === undefined
        ? query.where('match.vulnerability', 'in', ({ selectFrom }) =>
            selectFrom('vulnerability').select('id').where('exploited', '=', 1),
          )
        : query.where(hasExploited);
  }
  if (filter.package) {
    const { package: name } = filter;
    query = query.where('match.component', 'in', ({ selectFrom }) =>
      selectFrom('component')
        .select('component.id')
        .where('component.name_hash', '=', hashText(name))
        .where('component.name', '=', name),
    );
  }
  if (filter.bases !== undefined) {
    const held = db.selectFrom('base_component').select('component');
    query = query.where('match.component', 'in', held.where('base', 'in', filter.bases));
  }
  return query;
}

export async function countFindings(view: StoreView, filter: FindingFilter = {}): Promise<number> {
  const { count } = await selectFindings(view, filter)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Counts findings once in each revision of a fleet. */
export async function readFindingCount(
  view: StoreView & { readonly fleet: Fleet },
  filter: FindingFilter,
): Promise<number> {
  return await view.fleet.rememberRevision(
    `findings ${JSON.stringify(filter)}`,
    async () => await countFindings(view, filter),
  );
}

/** Returns the number of findings of each severity, by its index. */
export async function countBySeverity(
  view: StoreView,
  filter: FindingFilter = {},
): Promise<readonly number[]> {
  const rows = await selectFindings(view, filter)
    .select(({ fn }) => ['match.severity', fn.countAll<number>().as('count')])
    .groupBy('match.severity')
    .execute();
  const counts = SEVERITIES.map(() => 0);
  rows.forEach(({ severity, count }) => {
    counts[severity] = count;
  });
  return counts;
}

/** The prefix of a key among the findings that are known to be exploited, which come first. */
const EXPLOITED_KEY = 'x-';

/** The last row of a page of findings, as in an address. */
export function formatFindingKey(row: DistinctFinding): string {
  const { rank, component, vulnerability, isExploited } = row;
  return `${isExploited ? EXPLOITED_KEY : ''}${rank}-${component}-${vulnerability}`;
}

interface ListedRows {
  readonly after: string;
  readonly rows: number;
}

/** Lists findings after a row: those known to be exploited first, then by severity. */
export async function listFindings(
  view: StoreView,
  filter: FindingFilter,
  { after, rows: limit }: ListedRows,
): Promise<readonly DistinctFinding[]> {
  const isSecondPart = after !== '' && !after.startsWith(EXPLOITED_KEY);
  const exploited = isSecondPart
    ? []
    : await listPart(
        view,
        { ...filter, exploited: 'yes' },
        { after: after.slice(EXPLOITED_KEY.length), rows: limit },
      );
  const rest = limit - exploited.length;
  if (rest === 0 || filter.exploited) {
    return exploited;
  }
  const others = { after: isSecondPart ? after : '', rows: rest };
  return [...exploited, ...(await listPart(view, { ...filter, exploited: 'not known' }, others))];
}

async function listPart(
  view: StoreView,
  filter: FindingFilter,
  { after, rows: limit }: ListedRows,
): Promise<readonly DistinctFinding[]> {
  const place = after === '' ? undefined : parsePlace(after);
  const rows: Awaited<ReturnType<typeof listRank>> = [];
  // One severity after the other, because an index has no descending part on both engines.
  for (const rank of selectRanks(filter, place)) {
    if (rows.length < limit) {
      const query = selectFindings(view, filter).where('match.severity', '=', rank);
      const start = place?.rank === rank ? place : undefined;
      rows.push(...(await listRank(query, start, limit - rows.length)));
    }
  }
  const components = new Set(rows.map(({ component }) => component));
  const holders = await countHolders(view.db, components, view.at);
  return rows.map((row) => ({
    component: row.component,
    vulnerability: row.vulnerability,
    severity: SEVERITIES[row.severity] ?? 'unknown',
    rank: row.severity,
    name: row.name,
    version: row.version,
    fixState: row.fix_state,
    fixVersions: row.fix_versions,
    isExploited: row.exploited === 1,
    images: holders.get(row.component) ?? 0,
  }));
}

/** The place of a finding in the list of one part. */
interface FindingPlace {
  readonly rank: number;
  readonly vulnerability: string;
  readonly component: number;
}

function parsePlace(key: string): FindingPlace {
  const [rank = '', component = '', ...rest] = key.split('-');
  return { rank: Number(rank), vulnerability: rest.join('-'), component: Number(component) };
}

/** Returns the severities of a filter that are not before a place, the most severe first. */
function selectRanks(
  { severity = '', least = '' }: FindingFilter,
  place: FindingPlace | undefined,
): readonly number[] {
  return SEVERITIES.map((word, rank) => ({ word, rank }))
    .filter(
      ({ word, rank }) =>
        (severity === '' || word === severity) &&
        (least === '' || rank >= findRank(least)) &&
        (place === undefined || rank <= place.rank),
    )
    .map(({ rank }) => rank)
    .reverse();
}

/** Lists the findings of one severity by their vulnerabilities, after a place in it. */
async function listRank(
  findings: ReturnType<typeof selectFindings>,
  start: FindingPlace | undefined,
  limit: number,
) {
  const { vulnerability = '', component = 0 } = start ?? {};
  return await findings
    .$if(start !== undefined, (query) =>
      query.where(({ and, eb, or }) =>
        or([
          eb('match.vulnerability', '>', vulnerability),
          and([
            eb('match.vulnerability', '=', vulnerability),
            eb('match.component', '>', component),
          ]),
        ]),
      ),
    )
    .innerJoin('component', 'component.id', 'match.component')
    .leftJoin('vulnerability', 'vulnerability.id', 'match.vulnerability')
    .select([
      'match.component',
      'match.vulnerability',
      'match.severity',
      'match.fix_state',
      'match.fix_versions',
      'component.name',
      'component.version',
      'vulnerability.exploited',
    ])
    .orderBy('match.vulnerability')
    .orderBy('match.component')
    .limit(limit)
    .execute();
}
