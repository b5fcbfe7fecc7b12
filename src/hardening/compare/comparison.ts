import { defined } from '../../foundation/core/defined.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { SurfaceId, SurfaceScores } from '../../foundation/core/surface.ts';
import type { BareDifference, LayerRow, Side } from './difference.ts';
import { addDistinctNames } from './distinct-names.ts';
import { selectFileLists } from './file-changes.ts';
import type { Result } from './finding-changes.ts';
import { countSide } from './side.ts';

/** The numbers of one target of a comparison. */
export interface Column {
  readonly side: Side;
  /** Known dimensions of the attack surface. */
  readonly surface: Readonly<Partial<Record<SurfaceId, number>>>;
  readonly scores?: SurfaceScores;
  readonly layers: number;
  /** The number of these layers that another target of the comparison has, too. */
  readonly sharedLayers: number;
}

/** Two or more targets side by side. */
export interface Comparison {
  readonly columns: readonly Column[];
  /** The first target compared with each of the others, in their order. */
  readonly differences: readonly BareDifference[];
}

/** Returns two targets side by side. */
export function createPairComparison(difference: BareDifference): Comparison {
  return { columns: listPairColumns(difference), differences: [difference] };
}

/** Returns the numbers of the two targets of a difference. */
export function listPairColumns(difference: BareDifference): readonly [Column, Column] {
  return [toPairColumn(difference, 'before'), toPairColumn(difference, 'after')];
}

function toPairColumn(difference: BareDifference, end: 'before' | 'after'): Column {
  const { surface, layers } = difference;
  const own = layers.rows.filter((row) => row[end] !== undefined);
  return {
    side: difference[end],
    surface: Object.fromEntries(
      surface.rows.flatMap((row) => {
        const value = row[end];
        return value === undefined ? [] : [[row.id, value] as const];
      }),
    ),
    ...defined({ scores: surface.scores?.[end] }),
    layers: own.length,
    sharedLayers: own.filter(isShared).length,
  };
}

/** Returns whether both targets have a layer. */
export function isShared({ before, after }: LayerRow): boolean {
  return before !== undefined && after !== undefined;
}

/**
 * Returns any number of targets side by side. Numbers of files are counted over the files that all
 * of them can list.
 *
 * @param differences the first result compared with each of the others
 */
export function createComparison(
  results: readonly Result[],
  differences: readonly BareDifference[],
): Comparison {
  const { lists } = selectFileLists(results);
  const sides = addDistinctNames(
    results.map((result, index) => countSide(result, lists[index] ?? [])),
  );
  const layers = results.map(({ inventory }) => listDiffIds(inventory));
  const columns = sides.map((side, index) => {
    const own = layers[index] ?? [];
    const others = new Set(layers.filter((_, place) => place !== index).flat());
    return {
      side,
      ...readSurface(results[index]?.inventory.surface),
      layers: own.length,
      sharedLayers: own.filter((id) => others.has(id)).length,
    };
  });
  return { columns, differences: nameEnds(differences, sides) };
}

function listDiffIds({ target }: Inventory): readonly string[] {
  return target.kind === 'image' ? target.layers.map(({ diffId }) => diffId) : [];
}

function readSurface(surface: Inventory['surface']): Pick<Column, 'surface' | 'scores'> {
  const known = (surface?.dimensions ?? []).flatMap(({ id, value }) =>
    value === undefined ? [] : [[id, value] as const],
  );
  return { surface: Object.fromEntries(known), ...defined({ scores: surface?.scores }) };
}

/** Gives the ends of each difference the names that distinguish them from all other targets. */
function nameEnds(
  differences: readonly BareDifference[],
  [first, ...others]: readonly Side[],
): readonly BareDifference[] {
  return differences.map((difference, index) => ({
    ...difference,
    before: { ...difference.before, ...defined({ distinctName: first?.distinctName }) },
    after: { ...difference.after, ...defined({ distinctName: others[index]?.distinctName }) },
  }));
}
