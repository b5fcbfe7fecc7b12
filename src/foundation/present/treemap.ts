/** An item to draw, with its size. */
export interface Amount {
  readonly name: string;
  readonly value: number;
}

export interface Tile extends Amount {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Fills an area with tiles, each in proportion to its part of the sum and as square as possible.
 * Bruls, Huizing and van Wijk, "Squarified Treemaps", 2000. Amounts are placed in the order given,
 * which should be the largest first; amounts that are not positive have no tile.
 */
export function placeTiles(amounts: readonly Amount[], area: Area): readonly Tile[] {
  const waiting = amounts.filter(({ value }) => value > 0);
  const tiles: Tile[] = [];
  let free = area;
  let left = waiting.reduce((sum, { value }) => sum + value, 0);
  let start = 0;
  while (start < waiting.length) {
    const scale = (free.width * free.height) / left;
    const end = findRowEnd(waiting, start, { side: Math.min(free.width, free.height), scale });
    const row = waiting.slice(start, end);
    const sum = row.reduce((total, { value }) => total + value, 0);
    const placed = placeRow(row, free, sum / left);
    tiles.push(...placed.tiles);
    free = placed.free;
    left -= sum;
    start = end;
  }
  return tiles;
}

interface Strip {
  /** Length of the side along which a row is placed. */
  readonly side: number;
  /** Area for each unit of value. */
  readonly scale: number;
}

/** A row ends before the tile that would make its worst tile less square. */
function findRowEnd(amounts: readonly Amount[], start: number, strip: Strip): number {
  let end = start;
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  for (const { value } of amounts.slice(start)) {
    const next = computeWorstRatio(amounts.slice(start, end + 1), sum + value, strip);
    if (next > worst) {
      break;
    }
    [sum, worst] = [sum + value, next];
    end += 1;
  }
  return Math.max(end, start + 1);
}

/** Returns the aspect ratio of the least square tile of a row; 1 is a square. */
function computeWorstRatio(row: readonly Amount[], sum: number, { side, scale }: Strip): number {
  const values = row.map(({ value }) => value * scale);
  const thickness = (sum * scale) / side;
  const ratios = values.map((size) => {
    const length = size / thickness;
    return Math.max(length / thickness, thickness / length);
  });
  return Math.max(...ratios);
}

/** Places a row along the shorter side of the free area. */
function placeRow(
  row: readonly Amount[],
  free: Area,
  share: number,
): { readonly tiles: readonly Tile[]; readonly free: Area } {
  const isUpright = free.width >= free.height;
  const [length, depth] = isUpright ? [free.height, free.width] : [free.width, free.height];
  const thickness = depth * share;
  const sum = row.reduce((total, { value }) => total + value, 0);
  let offset = 0;
  const tiles = row.map((amount) => {
    const size = (length * amount.value) / sum;
    const tile = isUpright
      ? { ...amount, x: free.x, y: free.y + offset, width: thickness, height: size }
      : { ...amount, x: free.x + offset, y: free.y, width: size, height: thickness };
    offset += size;
    return tile;
  });
  const rest = isUpright
    ? { ...free, x: free.x + thickness, width: free.width - thickness }
    : { ...free, y: free.y + thickness, height: free.height - thickness };
  return { tiles, free: rest };
}
