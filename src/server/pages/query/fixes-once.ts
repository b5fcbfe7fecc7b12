import { compareText } from '../../../core/compare-text.ts';
import { SEVERITIES } from '../../../core/finding.ts';
import { findHighestVersion } from '../../../match/fix.ts';
import { findImages } from '../../engine/find-images.ts';
import { isOpenThen, type StoreView } from '../../engine/open-then.ts';
import { FINDING_KIND } from '../../store/match-kind.ts';
import { hashText } from '../../store/read-key-hash.ts';
import { joinHolders } from './holders.ts';

/** A package whose update clears findings in all images that contain it. */
export interface FixOnce {
  readonly name: string;
  readonly findings: number;
  readonly severity: string;
  readonly images: number;
  /** The lowest version that clears all; absent if its components are of several systems. */
  readonly version?: string;
}

interface Clearance {
  readonly name: string;
  /** Index in `SEVERITIES`. */
  readonly worst: number;
  readonly worstFindings: number;
  readonly findings: number;
}

/** Lists the packages whose updates clear the most findings of the worst severity. */
export async function listFixesOnce(view: StoreView, rows: number): Promise<readonly FixOnce[]> {
  const { db, at } = view;
  const groups = await db
    .selectFrom('match')
    .innerJoin('component', 'component.id', 'match.component')
    .select(({ fn }) => ['component.name', 'match.severity', fn.countAll<number>().as('count')])
    .where(isOpenThen(at))
    .where('match.kind', '=', FINDING_KIND)
    .where('match.number', '=', 0)
    .where('match.fix_state', '=', 'fixed')
    .groupBy(['component.name', 'match.severity'])
    .execute();
  const clearances = [...Map.groupBy(groups, ({ name }) => name)].map(([name, some]): Clearance => {
    const worst = Math.max(...some.map(({ severity }) => severity));
    const sum = (list: typeof some): number => list.reduce((total, { count }) => total + count, 0);
    const worstFindings = sum(some.filter(({ severity }) => severity === worst));
    return { name, worst, worstFindings, findings: sum(some) };
  });
  const first = clearances.sort(compareClearances).slice(0, rows);
  const fixes: FixOnce[] = [];
  for (const { name, worst, findings } of first) {
    const severity = SEVERITIES[worst] ?? 'unknown';
    fixes.push({ name, findings, severity, ...(await findTarget(view, name)) });
  }
  return fixes;
}

function compareClearances(left: Clearance, right: Clearance): number {
  return (
    right.worst - left.worst ||
    right.worstFindings - left.worstFindings ||
    right.findings - left.findings ||
    compareText(left.name, right.name)
  );
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
