import { compareText } from '../../../foundation/core/compare-text.ts';
import { SEVERITIES } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { findPrimaryLocation } from '../../../foundation/core/located-finding.ts';
import { sortPackages } from '../../../foundation/core/package-order.ts';
import { isRecognized } from '../../../foundation/core/recognized.ts';
import { formatBytes, formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import type { Sink } from '../../../foundation/core/sink.ts';
import type { LayerDescription } from '../../../foundation/core/target.ts';
import type { Column } from '../../../foundation/present/column.ts';
import {
  createColumnHead,
  type Markup,
  markup,
  shortenText,
  startTable,
} from '../../../foundation/present/markup.ts';
import { type Entry, isOpen } from './entry.ts';
import { toSentence } from './reasons.ts';

const INSTRUCTION_CHARS_MAX = 300;
const UNEVALUATED_NAMES_MAX = 2_000;
const UNEXPLAINED_MAX = 500;
/** Longer lists are folded. */
const UNFOLDED_MAX = 5;
const LICENSE_CHARS_MAX = 160;

interface PageColumn<Row> extends Column<Row, Markup> {
  /** Set if the column is about findings, and left out if nothing was evaluated. */
  readonly isFromFindings?: true;
  readonly isNumber?: true;
}

interface LayerRow {
  readonly layer: LayerDescription;
  readonly number: number;
  readonly sizeBytes: number;
  readonly isBase: boolean;
  /** Open findings of packages that the layer added. */
  readonly open: readonly Entry[];
}

const LAYER_COLUMNS: readonly PageColumn<LayerRow>[] = [
  {
    title: 'Layer',
    cell: ({ number, isBase }) =>
      markup`<th scope="row">${number}${isBase ? markup` <span class="dim">base image</span>` : undefined}</th>`,
  },
  {
    title: 'Size',
    isNumber: true,
    cell: ({ sizeBytes }) => markup`<td class="num">${formatBytes(sizeBytes)}</td>`,
  },
  { title: 'Open findings', isFromFindings: true, cell: ({ open }) => createSeveritiesCell(open) },
  {
    title: 'Created by',
    cell: ({ layer: { diffId, instruction = '' } }) =>
      markup`<td><code>${shortenText(instruction || 'unknown', INSTRUCTION_CHARS_MAX)}</code><br><span class="dim digest">${diffId}</span></td>`,
  },
];

interface PackageRow {
  readonly package: InventoryPackage;
  readonly openCount: number;
}

/** Packages without a record are marked. */
function createNameCell(item: InventoryPackage): Markup {
  const flag = isRecognized(item)
    ? markup` <span class="flag" title="${item.rule}">recognized</span>`
    : undefined;
  return markup`<th scope="row">${item.name}${flag}</th>`;
}

const PACKAGE_COLUMNS: readonly PageColumn<PackageRow>[] = [
  { title: 'Package', cell: (row) => createNameCell(row.package) },
  { title: 'Version', cell: (row) => markup`<td>${row.package.version}</td>` },
  { title: 'Type', cell: (row) => markup`<td>${row.package.type}</td>` },
  { title: 'Licenses', cell: (row) => createLicensesCell(row.package) },
  {
    title: 'Open findings',
    isFromFindings: true,
    isNumber: true,
    cell: ({ openCount }) =>
      markup`<td class="num">${openCount === 0 ? '' : groupDigits(openCount)}</td>`,
  },
  {
    title: 'Location',
    cell: (row) => markup`<td><code>${findPrimaryLocation(row.package)?.path ?? ''}</code></td>`,
  },
];

function selectColumns<Row>(
  columns: readonly PageColumn<Row>[],
  { findings, coverage }: Report,
): readonly PageColumn<Row>[] {
  const isJudged = coverage.verdict !== 'unsupported' || (findings?.findings.length ?? 0) > 0;
  const hasFindings = findings?.database !== undefined && isJudged;
  return columns.filter(({ isFromFindings }) => hasFindings || isFromFindings !== true);
}

function createHeads<Row>(columns: readonly PageColumn<Row>[]): readonly Markup[] {
  return columns.map(({ title, isNumber }) => createColumnHead(title, isNumber));
}

/**
 * Shows the bytes and open findings of each layer of an image; `undefined` without layers. The
 * lowest `baseLayers` are those of the base image: by default, if it was recognized by its layers.
 */
export function createLayersSection(
  report: Report,
  entries: readonly Entry[],
  baseLayers = report.inventory.base?.layers ?? 0,
): Markup | undefined {
  const { target, layerBytes } = report.inventory;
  if (target.kind !== 'image' || target.layers.length === 0) {
    return undefined;
  }
  const columns = selectColumns(LAYER_COLUMNS, report);
  const open = entries.filter(isOpen);
  const rows = target.layers.map((layer, index) => {
    const number = index + 1;
    const here = open.filter(({ layerNumber }) => layerNumber === number);
    const isBase = index < baseLayers;
    const row = { layer, number, isBase, sizeBytes: layerBytes[index] ?? 0, open: here };
    return markup`<tr id="l${number}">${columns.map(({ cell }) => cell(row))}</tr>`;
  });
  const table = markup`${startTable('Table of layers', 'lt', createHeads(columns))}<tbody>${rows}</tbody></table></div>`;
  if (target.layers.length === 1) {
    return markup`<section id="layers"><h2>Layers</h2>${table}</section>`;
  }
  return markup`<section id="layers"><h2>Layers</h2>
<figure class="strip"><figcaption>Bytes of each layer, the lowest on the left${baseLayers > 0 ? '; hatched: the base image' : ''}</figcaption>${createStrip(layerBytes, { title: 'bytes', baseLayers })}</figure>
${report.findings?.database === undefined ? undefined : createFindingsStrip(open, target.layers.length, baseLayers)}
${table}</section>`;
}

function createSeveritiesCell(open: readonly Entry[]): Markup {
  const counts = SEVERITIES.toReversed().flatMap((word) => {
    const count = open.filter(({ finding }) => finding.severity === word).length;
    return count === 0
      ? []
      : [markup`<span class="sev s-${word}">${groupDigits(count)} ${word}</span> `];
  });
  return markup`<td>${counts.length === 0 ? markup`<span class="dim">none</span>` : counts}</td>`;
}

function createFindingsStrip(open: readonly Entry[], layers: number, baseLayers: number): Markup {
  const counts = Array.from(
    { length: layers },
    (_, index) => open.filter(({ layerNumber }) => layerNumber === index + 1).length,
  );
  return markup`<figure class="strip"><figcaption>Open findings by the layer that introduced the package</figcaption>${createStrip(counts, { title: 'findings', baseLayers })}</figure>`;
}

const STRIP_WIDTH = 1000;
const STRIP_HEIGHT = 28;
const LABEL_WIDTH_LEAST = 24;

interface StripForm {
  /** Makes the name of the pattern unique on the page. */
  readonly title: string;
  /** So many of the first parts are hatched. */
  readonly baseLayers: number;
}

/** Draws parts of a whole side by side; the table below contains the same numbers. */
function createStrip(values: readonly number[], { title, baseLayers }: StripForm): Markup {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) {
    return markup`<p class="dim">None.</p>`;
  }
  let at = 0;
  const parts = values.map((value, index) => {
    const width = (value / total) * STRIP_WIDTH;
    const start = at;
    at += width;
    const place = markup`x="${start.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${STRIP_HEIGHT}"`;
    const hatch =
      index < baseLayers ? markup`<rect fill="url(#hatch-${title})" ${place}/>` : undefined;
    const label =
      width < LABEL_WIDTH_LEAST
        ? undefined
        : markup`<text class="t${index % 2}" x="${(start + width / 2).toFixed(1)}" y="19">${index + 1}</text>`;
    return width === 0 ? undefined : markup`<rect class="p${index % 2}" ${place}/>${hatch}${label}`;
  });
  const pattern =
    baseLayers === 0
      ? undefined
      : markup`<pattern id="hatch-${title}" width="9" height="9" patternUnits="userSpaceOnUse"><path class="hatch" d="M-2 2 2-2M0 9 9 0M7 11l4-4"/></pattern>`;
  return markup`<svg viewBox="0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${pattern}${parts}</svg>`;
}

/** Lists packages and statements that could not be evaluated, by reason. */
export function createUnevaluatedSection({ inventory, findings }: Report): Markup | undefined {
  const unevaluated = findings?.unevaluated ?? [];
  if (unevaluated.length === 0) {
    return undefined;
  }
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const findName = (packageKey: string): string => {
    const item = packages.get(packageKey);
    return item === undefined ? packageKey : `${item.name} ${item.version} (${item.type})`;
  };
  const groups = [...Map.groupBy(unevaluated, ({ why, detail }) => `${why}\0${detail}`)].sort(
    ([left], [right]) => compareText(left, right),
  );
  const lists = groups.map(([, list]) => {
    const [first] = list;
    const names = list.map(({ packageKey, vulnerability }) =>
      vulnerability === undefined
        ? findName(packageKey)
        : `${vulnerability} on ${findName(packageKey)}`,
    );
    const shown = [...new Set(names)].sort(compareText).slice(0, UNEVALUATED_NAMES_MAX);
    const more = new Set(names).size - shown.length;
    return markup`<details><summary><b>${groupDigits(list.length)}</b> ${toSentence(first?.detail || (first?.why ?? '').replaceAll('-', ' '))}</summary><p class="names">${shown.join(', ')}${more > 0 ? `, and ${groupDigits(more)} more` : ''}</p></details>`;
  });
  return markup`<section id="unevaluated"><h2>Not evaluated</h2><p>It is unknown whether these have vulnerabilities.</p>${lists}</section>`;
}

/** Lists executables that belong to no package, the largest first. */
export function createUnexplainedSection({ coverage }: Report): Markup | undefined {
  const { unexplained, unexplainedBytes } = coverage;
  if (unexplained.length === 0) {
    return undefined;
  }
  const more = unexplained.length - UNEXPLAINED_MAX;
  const lines = unexplained
    .slice(0, UNEXPLAINED_MAX)
    .map(
      ({ path, sizeBytes, format }) =>
        markup`<li><code>${path}</code> <span class="dim">${formatBytes(sizeBytes)}, ${format}</span></li>`,
    );
  const rest = more > 0 ? markup`<p>and ${formatCount(more, 'more', 'more')}</p>` : undefined;
  const list =
    lines.length <= UNFOLDED_MAX
      ? markup`<ul>${lines}</ul>`
      : markup`<details><summary>Show the list</summary><ul>${lines}</ul>${rest}</details>`;
  return markup`<section id="unexplained"><h2>Unexplained executables</h2><p>${formatCount(unexplained.length, 'executable')} with ${formatBytes(unexplainedBytes)} ${unexplained.length === 1 ? 'belongs' : 'belong'} to no package, so ${unexplained.length === 1 ? 'its' : 'their'} vulnerabilities are unknown.</p>${list}</section>`;
}

/** Lists everything that could not be read or parsed. */
export function createProblemsSection({ inventory }: Report): Markup | undefined {
  const { problems, problemsNotListed } = inventory;
  const count = problems.length + problemsNotListed;
  if (count === 0) {
    return undefined;
  }
  const lines = problems.map(({ code, message, path, line }) => {
    const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}`;
    return markup`<li>${place === '' ? undefined : markup`<code>${place}</code>: `}${toSentence(message)} <span class="dim">${code}</span></li>`;
  });
  return markup`<section id="problems"><h2>Problems</h2><p>The inventory is incomplete: ${formatCount(count, 'problem')}.</p><ul>${lines}</ul>${problemsNotListed > 0 ? markup`<p>and ${groupDigits(problemsNotListed)} more</p>` : undefined}</section>`;
}

/** Writes every package with its licenses. */
export function writePackages(sink: Sink, report: Report, entries: readonly Entry[]): void {
  const { packages } = report.inventory;
  const columns = selectColumns(PACKAGE_COLUMNS, report);
  const open = Map.groupBy(entries.filter(isOpen), ({ package: item }) => item.key);
  sink.write(
    markup`<section id="packages"><h2>Packages</h2><form id="ptools" hidden><label>Search <input id="pq" type="search" placeholder="name, license, path …" autocomplete="off" spellcheck="false"></label></form><p id="pcount" role="status" aria-live="polite">${formatCount(packages.length, 'package')}</p>
${startTable('Table of packages', 'pt', createHeads(columns))}<tbody>
`.html,
  );
  for (const item of sortPackages(report.inventory)) {
    const row = { package: item, openCount: open.get(item.key)?.length ?? 0 };
    sink.write(
      markup`<tr>${columns.map(({ cell }) => cell(row))}</tr>
`.html,
    );
  }
  sink.write(
    '</tbody></table></div><nav id="ppager" aria-label="Pages of packages" hidden></nav></section>\n',
  );
}

function createLicensesCell({ licenses }: InventoryPackage): Markup {
  const texts = [...new Set(licenses.map(({ value, expression }) => expression || value))];
  const text = texts.join('; ');
  return markup`<td>${text === '' ? markup`<span class="dim">none stated</span>` : shortenText(text, LICENSE_CHARS_MAX)}</td>`;
}
