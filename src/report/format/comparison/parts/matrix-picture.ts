import type { SeverityWord } from '../../../../foundation/core/finding.ts';
import { groupDigits } from '../../../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../../../foundation/present/markup.ts';
import type {
  BareDifference,
  FindingDifference,
} from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';
import { SEVERITIES_DOWN, toBand } from '../../../../hardening/compare/side.ts';
import { isJudged } from '../judged.ts';
import { nameBothSides } from './name-sides.ts';

const BANDS = {
  reachable: 'reachable',
  possible: 'possibly reachable',
  present: 'unreachable',
  unknown: 'not analyzed',
} as const;

/** Draws the findings of one side, both, and the other, by severity and by reachability. */
export function createMatrixSection(difference: BareDifference): Markup | undefined {
  const matrix = createMatrix(difference);
  return (
    matrix &&
    markup`<section id="matrix"><h2>Findings</h2><p>Reachable: the entry point can load the package.</p>${matrix}</section>
`
  );
}

/** Draws the same without a heading; `undefined` if a side was not evaluated. */
export function createMatrix(difference: BareDifference): Markup | undefined {
  const { before, after, findings } = difference;
  if (before.findings === undefined || after.findings === undefined) {
    return undefined;
  }
  const [first, second] = nameBothSides(difference);
  const groups = [
    { title: `only in ${first}`, list: findings.filter(({ kind }) => kind === 'resolved') },
    {
      title: 'in both',
      list: findings.filter(({ kind }) => kind === 'unchanged' || kind === 'changed'),
    },
    { title: `only in ${second}`, list: findings.filter(({ kind }) => kind === 'introduced') },
  ];
  const words = SEVERITIES_DOWN.filter((word) => findings.some((one) => getSeverity(one) === word));
  const rows = words.map(
    (word) =>
      markup`<tr><th scope="row"><span class="sev s-${word}">${word}</span></th>${groups.map(({ list }) => createCell(list.filter((one) => getSeverity(one) === word)))}</tr>`,
  );
  const heads = groups.map(
    ({ title, list }) => markup`<th class="num">${title}: ${groupDigits(list.length)}</th>`,
  );
  const isCertain = isJudged(before) && isJudged(after);
  const reservation = isCertain
    ? undefined
    : markup`<p class="unjudged">These counts are incomplete: see <a href="#coverage">Not judged</a>.</p>`;
  const nothing = isCertain ? markup`<p>No findings on either side.</p>` : undefined;
  const content =
    words.length === 0
      ? nothing
      : markup`<div class="scroll" tabindex="0" role="region" aria-label="Findings by severity, ${toShortName(before)} and ${toShortName(after)}"><table class="matrix"><thead><tr><th>severity</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
  return markup`${reservation}${content}`;
}

function getSeverity({ before, after }: FindingDifference): SeverityWord {
  return (after ?? before)?.severity ?? 'unknown';
}

function createCell(list: readonly FindingDifference[]): Markup {
  if (list.length === 0) {
    return markup`<td class="num dim">0</td>`;
  }
  const bands = Map.groupBy(list, ({ before, after }) => toBand((after ?? before)?.reach));
  const parts = (['reachable', 'possible', 'present', 'unknown'] as const).flatMap((band) => {
    const count = bands.get(band)?.length ?? 0;
    return count === 0 ? [] : [`${groupDigits(count)} ${BANDS[band]}`];
  });
  const isOnlyUnknown = bands.size === 1 && bands.has('unknown');
  const detail = isOnlyUnknown
    ? undefined
    : markup`<br><span class="dim">${parts.join(', ')}</span>`;
  return markup`<td class="num"><b>${groupDigits(list.length)}</b>${detail}</td>`;
}
