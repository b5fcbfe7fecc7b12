import { formatBytes, formatCount } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import { roundNumber } from '../../../../foundation/present/round-number.ts';
import { isShared } from '../../../../hardening/compare/comparison.ts';
import type { BareDifference, LayerRow } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';

const WIDTH = 1000;
const HEIGHT = 28;
/** Makes an empty layer visible. */
const WIDTH_MIN = 3;
const LABEL_WIDTH_MIN = 60;

/** Draws the layers of both as two bars of one scale, from the bottom layer on the left. */
export function createLayerSection(difference: BareDifference): Markup | undefined {
  const { layers, before, after } = difference;
  if (layers.rows.length === 0) {
    return undefined;
  }
  const sides = [
    { name: toShortName(before), rows: layers.rows.filter((row) => row.before !== undefined) },
    { name: toShortName(after), rows: layers.rows.filter((row) => row.after !== undefined) },
  ];
  const largest = Math.max(1, ...sides.map(({ rows }) => sumBytes(rows)));
  const shared = layers.rows.filter(isShared);
  const text =
    shared.length === 0
      ? 'They share no layers.'
      : `They share ${formatCount(shared.length, 'layer')} of ${formatBytes(layers.sharedBytes)}.`;
  return markup`<section id="layers"><h2>Layers</h2><p>${text} Both bars use the same scale; the lowest layer is on the left.</p>${sides.map(
    (side) => strip(side, largest),
  )}<p class="legend"><span class="key k-shared"></span>in both <span class="key k-own"></span>only here</p>${createLayerTable(difference)}</section>
`;
}

function sumBytes(rows: readonly LayerRow[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

interface StripSide {
  readonly name: string;
  readonly rows: readonly LayerRow[];
}

function strip({ name, rows }: StripSide, largest: number): Markup {
  let x = 0;
  const boxes = rows.map((row, index) => {
    const width = Math.max(WIDTH_MIN, (row.bytes / largest) * (WIDTH - WIDTH_MIN * rows.length));
    const box = createLayerBox(row, index + 1, { x, width });
    x += width;
    return box;
  });
  const label = `${name}: ${formatCount(rows.length, 'layer')}, ${formatBytes(sumBytes(rows))}`;
  return markup`<figure class="strip"><figcaption>${label}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${boxes}</svg></figure>`;
}

function createLayerBox(
  row: LayerRow,
  number: number,
  { x, width }: { readonly x: number; readonly width: number },
): Markup {
  const title = `layer ${number}: ${formatBytes(row.bytes)}${row.instruction === undefined ? '' : `, ${row.instruction}`}`;
  const text =
    width < LABEL_WIDTH_MIN
      ? undefined
      : markup`<text x="${roundNumber(x + width / 2)}" y="19">${number}</text>`;
  return markup`<g><title>${title}</title><rect class="${isShared(row) ? 'l-shared' : `l-own p${number % 2}`}" x="${roundNumber(x)}" y="0" width="${roundNumber(width)}" height="${HEIGHT}"/>${text}</g>`;
}

const DIGEST_CHARS = 19;

function createLayerTable({ layers: { rows }, before, after }: BareDifference): Markup {
  const formatPosition = (position: number | undefined): string =>
    position === undefined ? '' : String(position + 1);
  const lines = rows.map(
    (row) =>
      markup`<tr><td class="num">${formatPosition(row.before)}</td><td class="num">${formatPosition(row.after)}</td><td class="num">${formatBytes(row.bytes)}</td><td><code>${row.diffId.slice(0, DIGEST_CHARS)}</code></td><td>${row.instruction}</td></tr>`,
  );
  return markup`<details><summary>Layer table</summary><div class="scroll"><table><thead><tr><th class="num">in ${toShortName(before)}</th><th class="num">in ${toShortName(after)}</th><th class="num">bytes</th><th>diff ID</th><th>created by</th></tr></thead><tbody>${lines}</tbody></table></div></details>`;
}
