import { formatBytes, formatCount } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { roundNumber } from '../../../../foundation/present/round-number.ts';
import { type Amount, placeTiles, type Tile } from '../../../../foundation/present/treemap.ts';
import type { PlannedFile } from '../../../../hardening/harden/removal-plan.ts';
import type { PlanReport } from '../contract.ts';

const WIDTH = 560;
const HEIGHT = 380;
/** Number of packages with their own tile; a tile for all others together follows. */
const TILES_MAX = 50;
const CHARACTER_WIDTH = 6.4;
const LINE_HEIGHT = 16;
const CHARACTERS_MIN = 4;
const NO_PACKAGE = 'files without a package';

/** Draws the bytes that stay beside those that are dropped, in one scale. */
export function createWeightSection({ plan }: PlanReport): Markup | undefined {
  if (plan.undecided !== undefined || plan.before.bytes === 0) {
    return undefined;
  }
  const owners = new Map<string, string>();
  for (const { name, kept, dropped } of plan.packages) {
    for (const path of [...kept, ...dropped]) {
      owners.set(path, owners.get(path) ?? name);
    }
  }
  const sides = [
    { title: 'Needed', state: 'kept', amounts: sumByPackage(plan.kept, owners) },
    { title: 'Dead weight', state: 'dead', amounts: sumByPackage(plan.dropped, owners) },
  ];
  const largest = Math.max(...sides.map(({ amounts }) => sumValues(amounts)));
  const pictures = sides.map(({ title, state, amounts }) =>
    createPicture(amounts, { title, state, largest }),
  );
  return markup`<section id="weight"><h2>Bytes by package</h2><p>Areas show file sizes, on the same scale for both.</p><div class="pair">${pictures}</div></section>
`;
}

function sumByPackage(
  files: readonly PlannedFile[],
  owners: ReadonlyMap<string, string>,
): readonly Amount[] {
  const sums = new Map<string, number>();
  for (const { path, type, sizeBytes } of files) {
    if (type === 'regular') {
      const name = owners.get(path) ?? NO_PACKAGE;
      sums.set(name, (sums.get(name) ?? 0) + sizeBytes);
    }
  }
  const amounts = [...sums].map(([name, value]) => ({ name, value }));
  const sorted = amounts.toSorted((left, right) => right.value - left.value);
  const rest = sorted.slice(TILES_MAX);
  const others = { name: formatCount(rest.length, 'more package'), value: sumValues(rest) };
  return rest.length === 0
    ? sorted
    : [...sorted.slice(0, TILES_MAX), others].toSorted((left, right) => right.value - left.value);
}

function sumValues(amounts: readonly Amount[]): number {
  return amounts.reduce((sum, { value }) => sum + value, 0);
}

interface PictureOptions {
  readonly title: string;
  readonly state: string;
  readonly largest: number;
}

function createPicture(
  amounts: readonly Amount[],
  { title, state, largest }: PictureOptions,
): Markup {
  const sum = sumValues(amounts);
  const factor = Math.sqrt(sum / largest);
  const area = { x: 0, y: 0, width: WIDTH * factor, height: HEIGHT * factor };
  const tiles = placeTiles(amounts, area).map((tile) =>
    createTileMarkup(tile, tile.name === NO_PACKAGE ? 'rest' : state),
  );
  const height = Math.max(LINE_HEIGHT, Math.ceil(area.height));
  const label = `${title}: ${formatBytes(sum)}`;
  const few = amounts
    .slice(0, 12)
    .map(({ name, value }) => markup`<li>${name}: ${formatBytes(value)}</li>`);
  return markup`<figure class="tree"><figcaption>${label}</figcaption><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">${tiles}</svg><details><summary>The largest</summary><ul>${few}</ul></details></figure>`;
}

function createTileMarkup({ name, value, x, y, width, height }: Tile, state: string): Markup {
  const charactersMax = Math.floor((width - 8) / CHARACTER_WIDTH);
  const isLabelled = charactersMax >= CHARACTERS_MIN && height > LINE_HEIGHT + 2;
  const shortName = name.length > charactersMax ? `${name.slice(0, charactersMax - 1)}…` : name;
  const label = isLabelled
    ? markup`<text x="${roundNumber(x + 4)}" y="${roundNumber(y + 14)}">${shortName}</text>`
    : undefined;
  return markup`<g><title>${name}: ${formatBytes(value)}</title><rect class="t-${state}" x="${roundNumber(x)}" y="${roundNumber(y)}" width="${roundNumber(width)}" height="${roundNumber(height)}"/>${label}</g>`;
}
