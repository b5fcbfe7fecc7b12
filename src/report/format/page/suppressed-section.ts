import { compareText } from '../../../foundation/core/compare-text.ts';
import type { Finding } from '../../../foundation/core/finding.ts';
import type { Report } from '../../../foundation/core/format.ts';
import { formatCount, groupDigits } from '../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../foundation/present/markup.ts';
import { type Entry, isOpen, STATE_TEXT } from './entry.ts';
import { toSentence } from './reasons.ts';

const NAMES_MAX = 2_000;

/** Lists suppressed findings grouped by reason, so that each reason is shown once. */
export function createSuppressedSection(
  report: Report,
  entries: readonly Entry[],
): Markup | undefined {
  const aside = entries.filter((entry) => !isOpen(entry));
  const ignored = report.findings?.ignored ?? [];
  if (aside.length === 0 && ignored.length === 0) {
    return undefined;
  }
  const packages = new Map(report.inventory.packages.map((item) => [item.key, item.name]));
  const formatFindingName = ({ id, packageKey }: Finding): string =>
    `${id} on ${packages.get(packageKey) ?? packageKey}`;
  const decided = groupItems(aside, (entry) => toReasonKey(entry)).map(([, list]) => {
    const [first] = list;
    const decision = first?.decisions[0];
    const expiry =
      decision?.expiresAt === undefined ? '' : `, until ${decision.expiresAt.slice(0, 10)}`;
    const ticket = decision?.ticket === undefined ? '' : `, ticket ${decision.ticket}`;
    return group(
      list.length,
      markup`${toSentence(decision?.reason ?? '')} <span class="dim">${STATE_TEXT[first?.state ?? 'rule']}; by ${decision?.author ?? ''}, in ${decision?.source ?? ''}${ticket}${expiry}</span>`,
      list.map(({ finding }) => formatFindingName(finding)),
    );
  });
  const byRule = groupItems(ignored, ({ rule }) => rule).map(([rule, list]) =>
    group(
      list.length,
      markup`${toSentence(rule)} <span class="dim">matching rule</span>`,
      list.map(({ finding }) => formatFindingName(finding)),
    ),
  );
  const count = formatCount(aside.length + ignored.length, 'finding was', 'findings were');
  return markup`<section id="aside"><h2>Suppressed</h2><p>${count} suppressed. Findings are grouped by reason; the table of findings has the details.</p>${decided}${byRule}</section>`;
}

function toReasonKey({ decisions }: Entry): string {
  const [first] = decisions;
  return [first?.kind, first?.source, first?.reason].join('\0');
}

function groupItems<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [string, readonly Item[]])[] {
  return [...Map.groupBy(items, keyOf)].sort(
    ([left, some], [right, others]) => others.length - some.length || compareText(left, right),
  );
}

function group(count: number, text: Markup, names: readonly string[]): Markup {
  const more = names.length - NAMES_MAX;
  const shown = [...new Set(names)].sort(compareText).slice(0, NAMES_MAX);
  return markup`<details><summary><b>${groupDigits(count)}</b> ${text}</summary><p class="names">${shown.join(', ')}${more > 0 ? `, and ${groupDigits(more)} more` : ''}</p></details>`;
}
