import type { Inventory } from '../../foundation/core/inventory.ts';
import { REACH_CLASSES, type ReachClass, type ReachStep } from '../../foundation/core/reach.ts';
import { findWay } from '../../foundation/core/reach-way.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { Entry } from '../../report/format/page/entry.ts';
import { shortenName } from './parts.ts';

/** Words for classes of reachability. */
const TITLES: Readonly<Record<ReachClass | 'unknown', string>> = {
  required: 'Required: a program loads it at its start',
  likely: 'Likely: something that is reached uses it',
  possible: 'Possible: something that is reached may use it',
  data: 'Data: it is used, but not as code',
  tainted: 'Tainted: no rule reaches it, but something reached may use it',
  unreachable: 'Unreachable: nothing that the entry point starts can use it',
  unknown: 'Unknown',
};

const STEPS_MAX = 20;

/** Shows whether the entry point can load the package of a finding, each step with its witness. */
export function createReachSection(
  { finding, package: item }: Entry,
  inventory: Inventory,
): Markup {
  const { reach } = inventory;
  if (reach === undefined || finding.reach === undefined) {
    return markup`<h3>Reachability</h3><p class="dim">Not analyzed: push the image with <code>--reach</code>.</p>`;
  }
  const title = markup`<p><b>${TITLES[finding.reach]}</b>${reach.unknown === undefined ? '' : `: ${reach.unknown}`}.</p>`;
  const steps = findWay(findReachedPath(item.key, inventory) ?? '', reach);
  const lines = steps.slice(-STEPS_MAX).map(createStep);
  return markup`<h3>Reachability</h3>${title}${lines.length === 0 ? undefined : markup`<ol class="way">${lines}</ol>`}`;
}

function createStep({ from, to, rule, strength, witness }: ReachStep): Markup {
  const { path, line, offset, token } = witness;
  const place = line === undefined ? offset : `line ${line}`;
  return markup`<li><code>${shortenName(from)}</code> → <code>${shortenName(to)}</code> <span class="row-note">${rule}, ${strength}: <code>${shortenName(token)}</code> in ${shortenName(path)}${place === undefined ? '' : `, ${place}`}</span></li>`;
}

/** Returns the file or member of a package that is reached with the strongest evidence. */
function findReachedPath(
  key: string,
  { reach, relationships, packages }: Inventory,
): string | undefined {
  const member = reach?.packages.find(({ packageKey }) => packageKey === key)?.member;
  if (member !== undefined) {
    return member;
  }
  const own = new Set([
    ...relationships.flatMap((one) =>
      one.kind === 'contains-file' && one.from === key ? [one.path] : [],
    ),
    ...packages
      .filter((one) => one.key === key)
      .flatMap(({ locations }) => locations.map(({ path }) => path)),
  ]);
  const reached = (reach?.files ?? []).filter(({ path }) => own.has(path));
  return REACH_CLASSES.flatMap((strength) =>
    reached.filter((file) => file.strength === strength),
  )[0]?.path;
}
