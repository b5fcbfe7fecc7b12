import { formatBytes, formatCount } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { roundNumber } from '../../../../foundation/present/round-number.ts';
import { type Amount, placeTiles, type Tile } from '../../../../foundation/present/treemap.ts';
import type { Comparison } from '../../../../hardening/compare/comparison.ts';
import type {
  BareDifference,
  PackageBytes,
  PackageChange,
} from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';

const WIDTH = 560;
const HEIGHT = 380;
/** Number of packages with their own tile; a tile for all others together follows. */
const TILES_MAX = 60;
const CHARACTER_WIDTH = 6.4;
const LINE_HEIGHT = 16;
/** A shorter part of a name is not meaningful. */
const CHARACTERS_MIN = 4;
const NO_PACKAGE = 'files without a package';

/** Draws bytes by package as areas, all charts in one scale. */
export function createSizeSection({ columns, differences }: Comparison): Markup | undefined {
  const largest = Math.max(...columns.map(({ side }) => sumBytes(side.bytesByPackage)));
  if (largest === 0) {
    return undefined;
  }
  const isPair = differences.length === 1;
  const states = listStates(differences);
  const pictures = columns.map(({ side }, index) =>
    createPicture(side.bytesByPackage, {
      title: toShortName(side),
      largest,
      getState: (name) => states[index]?.get(name) ?? 'same',
    }),
  );
  const first = columns[0] && toShortName(columns[0].side);
  const keys = isPair
    ? markup`<span class="key k-only"></span>only here <span class="key k-changed"></span>in both, changed <span class="key k-same"></span>in both, unchanged`
    : markup`<span class="key k-only"></span>not in ${first} <span class="key k-changed"></span>in ${first}, changed <span class="key k-same"></span>in ${first}, unchanged`;
  return markup`<section id="sizes"><h2>Bytes by package</h2><p>Areas show file sizes, on the same scale for ${isPair ? 'both' : 'all'}.</p><div class="pair">${pictures}</div><p class="legend">${keys} <span class="key k-none"></span>without a package, or many small packages</p></section>
`;
}

/** Returns how packages differ from the other target; of more than two, from the first target. */
function listStates(
  differences: readonly BareDifference[],
): readonly ReadonlyMap<string, string>[] {
  const states = differences.map(({ packages }) => ({
    before: new Map(packages.map((one) => [one.before?.name ?? '', toState(one)])),
    after: new Map(packages.map((one) => [one.after?.name ?? '', toState(one)])),
  }));
  const [first, ...others] = states;
  const ofFirst = others.length === 0 ? first?.before : undefined;
  return [ofFirst ?? new Map(), ...states.map(({ after }) => after)];
}

function toState({ kind }: PackageChange): string {
  return kind === 'added' || kind === 'removed' ? 'only' : 'changed';
}

function sumBytes(list: readonly PackageBytes[]): number {
  return list.reduce((sum, { bytes }) => sum + bytes, 0);
}

interface PictureOptions {
  readonly title: string;
  readonly largest: number;
  getState(name: string): string;
}

function createPicture(
  list: readonly PackageBytes[],
  { title, largest, getState }: PictureOptions,
): Markup {
  const sum = sumBytes(list);
  const label = `${title}: ${formatBytes(sum)} in files of ${formatCount(list.filter(({ name }) => name !== '').length, 'package')}`;
  const factor = Math.sqrt(sum / largest);
  const area = { x: 0, y: 0, width: WIDTH * factor, height: HEIGHT * factor };
  const tiles = placeTiles(listAmounts(list), area).map((tile) =>
    createTileMarkup(tile, chooseClass(tile, getState)),
  );
  // One width is one scale; the height is that of the tiles, so that a small target leaves no gap.
  const height = Math.max(LINE_HEIGHT, Math.ceil(area.height));
  const largestFew = list
    .slice(0, 12)
    .map(({ name, bytes }) => markup`<li>${name || NO_PACKAGE}: ${formatBytes(bytes)}</li>`);
  return markup`<figure class="tree"><figcaption>${label}</figcaption><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">${tiles}</svg><details><summary>The largest</summary><ul>${largestFew}</ul></details></figure>`;
}

const MANY = /^\d+ more packages?$/;

function chooseClass({ name }: Tile, getState: PictureOptions['getState']): string {
  return name === NO_PACKAGE || MANY.test(name) ? 't-none' : `t-${getState(name)}`;
}

function listAmounts(list: readonly PackageBytes[]): readonly Amount[] {
  const amounts = list.map(({ name, bytes }) => ({ name: name || NO_PACKAGE, value: bytes }));
  const rest = amounts.slice(TILES_MAX);
  const others =
    rest.length === 0
      ? []
      : [
          {
            name: formatCount(rest.length, 'more package', 'more packages'),
            value: rest.reduce((sum, { value }) => sum + value, 0),
          },
        ];
  return [...amounts.slice(0, TILES_MAX), ...others].sort(
    (left, right) => right.value - left.value,
  );
}

function createTileMarkup({ name, value, x, y, width, height }: Tile, state: string): Markup {
  const charactersMax = Math.floor((width - 8) / CHARACTER_WIDTH);
  const isLabelled = charactersMax >= CHARACTERS_MIN && height > LINE_HEIGHT + 2;
  const shortName = name.length > charactersMax ? `${name.slice(0, charactersMax - 1)}…` : name;
  const label = isLabelled
    ? markup`<text x="${roundNumber(x + 4)}" y="${roundNumber(y + 14)}">${shortName}</text>`
    : undefined;
  return markup`<g><title>${name}: ${formatBytes(value)}</title><rect class="${state}" x="${roundNumber(x)}" y="${roundNumber(y)}" width="${roundNumber(width)}" height="${roundNumber(height)}"/>${label}</g>`;
}
