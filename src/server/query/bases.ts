import { SEVERITIES } from '../../foundation/core/finding.ts';
import { compareGains, type UpdateGain } from '../../foundation/core/package-update.ts';
import type { BaseTable } from '../store/base-tables.ts';
import { FINDING_KIND } from '../store/match-kind.ts';
import { splitKeys } from '../store/store.ts';
import { isOpenThen, type StoreView } from '../store/store-view.ts';
import type { Fleet } from './fleet.ts';

/** The lowest layers that some images have in common. */
export interface SharedBase {
  /** Its first row, which identifies it in addresses. */
  readonly id: number;
  /** All of its rows: one for each name that builders gave it. */
  readonly rows: readonly BaseTable[];
  readonly images: number;
}

/** A base whose update clears findings in all images on it. */
export interface BaseFix extends SharedBase {
  /** Distinct findings in its packages that have a fix. */
  readonly findings: number;
  /** The worst one. */
  readonly severity: string;
  /** Findings of the worst severity: each counts in each image. */
  readonly worstFindings: number;
  /** Whether one of the findings is known to be exploited. */
  readonly isExploited: boolean;
}

/** The bases that some images have. */
export interface FleetBases {
  /** Those with the most images first. */
  readonly bases: readonly SharedBase[];
  /** Images whose base is known. */
  readonly images: number;
}

/** Returns the bases of the images of a fleet, read once in a state. */
export async function readBases(view: StoreView, fleet: Fleet): Promise<FleetBases> {
  return await fleet.rememberRevision('bases', async () => await listBases(view, fleet));
}

async function listBases({ db }: StoreView, fleet: Fleet): Promise<FleetBases> {
  const counts = new Map<number, number>();
  for (const { base } of fleet.sortImages('newest')) {
    if (base !== 0) {
      counts.set(base, (counts.get(base) ?? 0) + 1);
    }
  }
  const rows: BaseTable[] = [];
  for (const some of splitKeys(counts.keys())) {
    rows.push(...(await db.selectFrom('base').selectAll().where('id', 'in', some).execute()));
  }
  const bases = [...Map.groupBy(rows, ({ chain }) => chain).values()].map((same) => ({
    id: Math.min(...same.map(({ id }) => id)),
    rows: same,
    images: same.reduce((sum, { id }) => sum + (counts.get(id) ?? 0), 0),
  }));
  return {
    bases: bases.sort((left, right) => right.images - left.images || left.id - right.id),
    images: bases.reduce((sum, { images }) => sum + images, 0),
  };
}

/** Returns the base with an ID; `undefined` if no image of the fleet has it. */
export async function findBase(
  view: StoreView,
  fleet: Fleet,
  id: number,
): Promise<SharedBase | undefined> {
  const { bases } = await readBases(view, fleet);
  return bases.find(({ rows }) => rows.some((row) => row.id === id));
}

/** Bases whose findings are counted: those with the most images. */
export const COUNTED_BASES_MAX = 100;

/** Lists the bases to update first, in the order of updates of packages. */
export async function listBaseFixes(
  view: StoreView,
  bases: readonly SharedBase[],
  rows: number,
): Promise<readonly BaseFix[]> {
  const counted = bases.slice(0, COUNTED_BASES_MAX);
  const fixes: { readonly fix: BaseFix; readonly gain: UpdateGain }[] = [];
  for (const base of counted) {
    const gain = await measureBase(view, base);
    if (gain.findings > 0) {
      const severity = SEVERITIES[gain.worst] ?? 'unknown';
      const { findings, isExploited, worstFindings } = gain;
      fixes.push({ fix: { ...base, findings, severity, isExploited, worstFindings }, gain });
    }
  }
  return fixes
    .sort((left, right) => compareGains(left.gain, right.gain))
    .slice(0, rows)
    .map(({ fix }) => fix);
}

/** Counts the findings with a fix; those of the worst severity count in each image. */
async function measureBase({ db, at }: StoreView, base: SharedBase): Promise<UpdateGain> {
  const held = db
    .selectFrom('base_component')
    .select('component')
    .where(
      'base',
      'in',
      base.rows.map(({ id }) => id),
    );
  const found = await db
    .selectFrom('match')
    .leftJoin('vulnerability', 'vulnerability.id', 'match.vulnerability')
    .select(({ fn }) => [
      'match.severity',
      fn.countAll<number>().as('count'),
      fn.max('vulnerability.exploited').as('exploited'),
    ])
    .where('match.component', 'in', held)
    .where(isOpenThen(at))
    .where('match.kind', '=', FINDING_KIND)
    .where('match.number', '=', 0)
    .where('match.fix_state', '=', 'fixed')
    .groupBy('match.severity')
    .execute();
  const worst = Math.max(0, ...found.map(({ severity }) => severity));
  const ofWorst = found.find(({ severity }) => severity === worst)?.count ?? 0;
  return {
    name: base.rows[0]?.chain ?? '',
    isExploited: found.some(({ exploited }) => exploited === 1),
    worst,
    worstFindings: ofWorst * base.images,
    findings: found.reduce((sum, { count }) => sum + count, 0),
  };
}
