import { sql } from 'kysely';
import { SEVERITIES } from '../../foundation/core/finding.ts';
import { compareGains, type UpdateGain } from '../../foundation/core/package-update.ts';
import { findHighestVersion } from '../../vulnerability/match/fix.ts';
import { findImages } from '../store/find-images.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { hashText } from '../store/read-key-hash.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';
import { joinHolders } from './holders.ts';

/** A package whose update clears findings in all images that contain it. */
export interface FixOnce {
  readonly name: string;
  readonly findings: number;
  /** The worst one. */
  readonly severity: string;
  /** Findings of the worst severity. */
  readonly worstFindings: number;
  /** Whether one of the findings is known to be exploited. */
  readonly isExploited: boolean;
  readonly images: number;
  /** The lowest version that clears all; absent if its components are of several systems. */
  readonly version?: string;
}

/** Packages whose images are looked up: some may be in none any more. */
const TRIED_MAX = 100;

/** Lists the packages whose updates come first, in the same order as on the page of an image. */
export async function listFixesOnce(view: StoreView, rows: number): Promise<readonly FixOnce[]> {
  const { db, at } = view;
  // Components are counted before their names are read: they have several findings each.
  const groups = await db
    .selectFrom(({ selectFrom }) =>
      selectFrom('match')
        .select(({ fn }) => ['component', 'severity', fn.countAll<number>().as('findings')])
        .where(isOpenThen(at))
        .where('kind', '=', sql.lit(FINDING_KIND))
        .where('number', '=', 0)
        .where('fix_state', '=', 'fixed')
        .groupBy(['component', 'severity'])
        .as('counted'),
    )
    .innerJoin('component', 'component.id', 'counted.component')
    .select(['component.name', 'counted.severity'])
    // PostgreSQL would return the sum as a string.
    .select(sql<number>`cast(sum(counted.findings) as bigint)`.as('findings'))
    .groupBy(['component.name', 'counted.severity'])
    .execute();
  const exploited = await listExploitedNames(view);
  const gains = [...Map.groupBy(groups, ({ name }) => name)].map(([name, some]): UpdateGain => {
    const worst = Math.max(...some.map(({ severity }) => severity));
    const sum = (list: typeof some): number => list.reduce((total, one) => total + one.findings, 0);
    const worstFindings = sum(some.filter(({ severity }) => severity === worst));
    const isExploited = exploited.has(name);
    return { name, isExploited, worst, worstFindings, findings: sum(some) };
  });
  const fixes: FixOnce[] = [];
  for (const { worst, ...gain } of gains.sort(compareGains).slice(0, TRIED_MAX)) {
    const target = await findTarget(view, gain.name);
    // The packages of retired images keep their matches.
    if (target.images > 0) {
      const severity = SEVERITIES[worst] ?? 'unknown';
      fixes.push({ ...gain, severity, ...target });
    }
    if (fixes.length === rows) {
      break;
    }
  }
  return fixes;
}

/** Lists packages with an exploited finding in a query of its own, because they are few. */
async function listExploitedNames({ db, at }: StoreView): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .select('component.name')
    .distinct()
    .where('match.vulnerability', 'in', ({ selectFrom }) =>
      selectFrom('vulnerability')
        .select('vulnerability.id')
        .where('vulnerability.exploited', '=', 1),
    )
    .where(isOpenThen(at))
    .where('match.kind', '=', FINDING_KIND)
    .where('match.fix_state', '=', 'fixed')
    .execute();
  return new Set(rows.map(({ name }) => name));
}

async function findTarget(
  { db, at }: StoreView,
  name: string,
): Promise<Pick<FixOnce, 'images' | 'version'>> {
  const rows = await db
    .selectFrom('component')
    .innerJoin('match', 'match.component', 'component.id')
    .select(['component.id', 'component.system', 'component.type', 'match.fix_versions'])
    .where('component.name_hash', '=', hashText(name))
    .where('component.name', '=', name)
    .where(isOpenThen(at))
    .where('match.kind', '=', FINDING_KIND)
    .where('match.fix_state', '=', 'fixed')
    .execute();
  const holders = await findImages(db, new Set(rows.map(({ id }) => id)), at);
  const images = joinHolders(holders).size;
  const kinds = new Set(rows.map(({ system, type }) => `${system} ${type}`));
  const [first] = rows;
  const versions = rows.flatMap(({ fix_versions: texts }) => texts.split(' ').slice(0, 1));
  return first === undefined || kinds.size > 1
    ? { images }
    : { images, version: findHighestVersion([...new Set(versions)], first.type) };
}
