import { defined } from '../../foundation/core/defined.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { LayerComparison, LayerRow } from './difference.ts';

interface Layer {
  readonly diffId: string;
  readonly bytes: number;
  readonly instruction?: string;
}

/**
 * Pairs the layers of both sides from the bottom up, those with the same digest in one row: a
 * longest common subsequence, so that rows keep the order of both.
 */
export function compareLayers(before: Inventory, after: Inventory): LayerComparison {
  const left = listLayers(before);
  const right = listLayers(after);
  const common = computeCommonLengths(left, right);
  const rows: LayerRow[] = [];
  let [was, is] = [0, 0];
  while (was < left.length || is < right.length) {
    const [one, other] = [left[was], right[is]];
    const isShared = one !== undefined && one.diffId === other?.diffId;
    const down = common[was + 1]?.[is] ?? -1;
    const across = common[was]?.[is + 1] ?? -1;
    const isBefore = one !== undefined && (other === undefined || down >= across);
    if (isShared) {
      rows.push({ ...one, before: was++, after: is++ });
    } else if (isBefore) {
      rows.push({ ...one, before: was++ });
    } else if (other !== undefined) {
      rows.push({ ...other, after: is++ });
    }
  }
  const shared = rows.filter((row) => row.before !== undefined && row.after !== undefined);
  return { rows, sharedBytes: shared.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function listLayers({ target, layerBytes }: Inventory): readonly Layer[] {
  return target.kind === 'image'
    ? target.layers.map(({ diffId, instruction }, index) => ({
        diffId,
        bytes: layerBytes[index] ?? 0,
        ...defined({ instruction }),
      }))
    : [];
}

/** Computes the length of the longest common subsequence after each pair of positions. */
function computeCommonLengths(
  left: readonly Layer[],
  right: readonly Layer[],
): readonly number[][] {
  const table = Array.from({ length: left.length + 1 }, () =>
    Array.from({ length: right.length + 1 }, () => 0),
  );
  for (let was = left.length - 1; was >= 0; was -= 1) {
    for (let is = right.length - 1; is >= 0; is -= 1) {
      const isShared = left[was]?.diffId === right[is]?.diffId;
      const row = table[was];
      if (row !== undefined) {
        row[is] = isShared
          ? 1 + (table[was + 1]?.[is + 1] ?? 0)
          : Math.max(table[was + 1]?.[is] ?? 0, row[is + 1] ?? 0);
      }
    }
  }
  return table;
}
