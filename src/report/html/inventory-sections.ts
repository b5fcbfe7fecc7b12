import { compareText } from '../../core/compare-text.ts';
import { SEVERITIES } from '../../core/finding.ts';
import type { Report } from '../../core/format.ts';
import { primaryLocation } from '../../core/located-finding.ts';
import { sortPackages } from '../../core/package-order.ts';
import { bytesText, countOf, groupDigits } from '../../core/screen-text.ts';
import type { Sink } from '../../core/sink.ts';
import { columnHead, type Markup, markup, shortened, tableStart } from '../../present/markup.ts';
import { type Entry, isOpen } from './entry.ts';
import { sentence } from './reasons.ts';

const INSTRUCTION_CHARS_MAX = 300;
const UNEVALUATED_NAMES_MAX = 2_000;
const UNEXPLAINED_MAX = 500;
const LICENSE_CHARS_MAX = 160;

const OPEN_HEAD = 'Open findings';
const LAYER_HEADS = ['Layer', 'Size', OPEN_HEAD, 'Made by'] as const;
const PACKAGE_HEADS = ['Package', 'Version', 'Type', 'Licences', OPEN_HEAD, 'Seen at'] as const;

/** How the bytes and the open findings lie in the layers of an image; nothing without layers. */
export function layersSection(report: Report, entries: readonly Entry[]): Markup | undefined {
  const { target, layerBytes } = report.inventory;
  if (target.kind !== 'image' || target.layers.length === 0) {
    return undefined;
  }
  const hasFindings = report.findings?.database !== undefined;
  const open = entries.filter(isOpen);
  const rows = target.layers.map(({ diffId, instruction = '' }, index) => {
    const here = open.filter(({ layerNumber }) => layerNumber === index + 1);
    const counts = SEVERITIES.toReversed().flatMap((word) => {
      const count = here.filter(({ finding }) => finding.severity === word).length;
      return count === 0
        ? []
        : [markup`<span class="sev s-${word}">${groupDigits(count)} ${word}</span> `];
    });
    return markup`<tr id="l${index + 1}"><th scope="row">${index + 1}</th><td class="num">${bytesText(layerBytes[index] ?? 0)}</td>${hasFindings ? markup`<td>${counts.length === 0 ? markup`<span class="dim">none</span>` : counts}</td>` : undefined}<td><code>${shortened(instruction || 'not told', INSTRUCTION_CHARS_MAX)}</code><br><span class="dim digest">${diffId}</span></td></tr>`;
  });
  if (target.layers.length === 1) {
    return markup`<section id="layers"><h2>Layers</h2>${layerTable(rows, hasFindings)}</section>`;
  }
  return markup`<section id="layers"><h2>Layers</h2>
<figure class="strip"><figcaption>Bytes of each layer, the lowest on the left</figcaption>${strip(layerBytes)}</figure>
${hasFindings ? findingsStrip(open, target.layers.length) : undefined}
${layerTable(rows, hasFindings)}</section>`;
}

function findingsStrip(open: readonly Entry[], layers: number): Markup {
  const counts = Array.from(
    { length: layers },
    (_, index) => open.filter(({ layerNumber }) => layerNumber === index + 1).length,
  );
  return markup`<figure class="strip"><figcaption>Open findings by the layer that brought the package</figcaption>${strip(counts)}</figure>`;
}

/** The titles of a table, without that of the findings where nothing was evaluated. */
function heads(titles: readonly string[], hasFindings: boolean): readonly Markup[] {
  return titles.filter((title) => hasFindings || title !== OPEN_HEAD).map(columnHead);
}

function layerTable(rows: readonly Markup[], hasFindings: boolean): Markup {
  return markup`${tableStart('Table of layers', 'lt', heads(LAYER_HEADS, hasFindings))}<tbody>${rows}</tbody></table></div>`;
}

const STRIP_WIDTH = 1000;
const STRIP_HEIGHT = 28;
const LABEL_WIDTH_LEAST = 24;

/** Parts of a whole side by side; the table beneath says the same in words. */
function strip(values: readonly number[]): Markup {
  const total = values.reduce((sum, value) => sum + value, 0);
  let at = 0;
  const parts = values.map((value, index) => {
    const width = total === 0 ? 0 : (value / total) * STRIP_WIDTH;
    const start = at;
    at += width;
    const label =
      width < LABEL_WIDTH_LEAST
        ? undefined
        : markup`<text x="${(start + width / 2).toFixed(1)}" y="19">${index + 1}</text>`;
    return width === 0
      ? undefined
      : markup`<rect class="p${index % 2}" x="${start.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${STRIP_HEIGHT}"/>${label}`;
  });
  return total === 0
    ? markup`<p class="dim">None.</p>`
    : markup`<svg viewBox="0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

/** Packages and statements that could not be judged, by reason. */
export function unevaluatedSection({ inventory, findings }: Report): Markup | undefined {
  const unevaluated = findings?.unevaluated ?? [];
  if (unevaluated.length === 0) {
    return undefined;
  }
  const packages = new Map(inventory.packages.map((item) => [item.key, item]));
  const nameOf = (packageKey: string): string => {
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
        ? nameOf(packageKey)
        : `${vulnerability} on ${nameOf(packageKey)}`,
    );
    const shown = [...new Set(names)].sort(compareText).slice(0, UNEVALUATED_NAMES_MAX);
    const more = new Set(names).size - shown.length;
    return markup`<details><summary><b>${groupDigits(list.length)}</b> ${sentence(first?.detail || (first?.why ?? '').replaceAll('-', ' '))}</summary><p class="names">${shown.join(', ')}${more > 0 ? `, and ${groupDigits(more)} more` : ''}</p></details>`;
  });
  return markup`<section id="unevaluated"><h2>Not evaluated</h2><p>Nothing can be said of these; that is not the same as "no vulnerability".</p>${lists}</section>`;
}

/** Executables that no package brought, the largest first. */
export function unexplainedSection({ coverage }: Report): Markup | undefined {
  const { unexplained, unexplainedBytes } = coverage;
  if (unexplained.length === 0) {
    return undefined;
  }
  const more = unexplained.length - UNEXPLAINED_MAX;
  const lines = unexplained
    .slice(0, UNEXPLAINED_MAX)
    .map(
      ({ path, sizeBytes, format }) =>
        markup`<li><code>${path}</code> <span class="dim">${bytesText(sizeBytes)}, ${format}</span></li>`,
    );
  return markup`<section id="unexplained"><h2>Unexplained executables</h2><p>${countOf(unexplained.length, 'executable')} with ${bytesText(unexplainedBytes)} ${unexplained.length === 1 ? 'belongs' : 'belong'} to no package, so that nothing can be said of ${unexplained.length === 1 ? 'it' : 'them'}.</p><details><summary>Show the list</summary><ul>${lines}</ul>${more > 0 ? markup`<p>and ${countOf(more, 'more', 'more')}</p>` : undefined}</details></section>`;
}

/** What could not be read or understood. */
export function problemsSection({ inventory }: Report): Markup | undefined {
  const { problems, problemsNotListed } = inventory;
  const count = problems.length + problemsNotListed;
  if (count === 0) {
    return undefined;
  }
  const lines = problems.map(({ code, message, path, line }) => {
    const place = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}`;
    return markup`<li>${place === '' ? undefined : markup`<code>${place}</code>: `}${sentence(message)} <span class="dim">${code}</span></li>`;
  });
  return markup`<section id="problems"><h2>Problems</h2><p>The inventory is incomplete: ${countOf(count, 'problem')}.</p><ul>${lines}</ul>${problemsNotListed > 0 ? markup`<p>and ${groupDigits(problemsNotListed)} more</p>` : undefined}</section>`;
}

/** Every package with its licences. */
export function writePackages(sink: Sink, report: Report, entries: readonly Entry[]): void {
  const { packages } = report.inventory;
  const hasFindings = report.findings?.database !== undefined;
  const open = Map.groupBy(entries.filter(isOpen), ({ package: item }) => item.key);
  sink.write(
    markup`<section id="packages"><h2>Packages</h2><form id="ptools" hidden><label>Search <input id="pq" type="search" placeholder="name, licence, path …" autocomplete="off" spellcheck="false"></label></form><p id="pcount" role="status" aria-live="polite">${countOf(packages.length, 'package')}</p>
${tableStart('Table of packages', 'pt', heads(PACKAGE_HEADS, hasFindings))}<tbody>
`.html,
  );
  for (const item of sortPackages(report.inventory)) {
    const licenses = [
      ...new Set(item.licenses.map(({ value, expression }) => expression || value)),
    ].join('; ');
    const count = open.get(item.key)?.length ?? 0;
    sink.write(
      markup`<tr><th scope="row">${item.name}</th><td>${item.version}</td><td>${item.type}</td><td>${licenses === '' ? markup`<span class="dim">not told</span>` : shortened(licenses, LICENSE_CHARS_MAX)}</td>${hasFindings ? markup`<td class="num">${count === 0 ? '' : groupDigits(count)}</td>` : undefined}<td><code>${primaryLocation(item)?.path ?? ''}</code></td></tr>
`.html,
    );
  }
  sink.write(
    '</tbody></table></div><nav id="ppager" aria-label="Pages of packages" hidden></nav></section>\n',
  );
}
