import {
  type BareDifference,
  type FindingCounts,
  REACH_BANDS,
  type Side,
} from '../../../compare/difference.ts';
import { SEVERITIES_DOWN } from '../../../compare/side.ts';
import { groupDigits } from '../../../core/screen-text.ts';
import { type Markup, markup } from '../../../present/markup.ts';
import { severityText, shortName } from '../page.ts';

const BAND_TITLES = {
  reachable: 'reachable',
  possible: 'possible',
  present: 'unreachable',
  unknown: 'unknown',
} as const;

/** Findings of both by severity and by what the entry point can load. */
export function matrixSection({ before, after }: BareDifference): Markup {
  return markup`<section id="matrix"><h2>Findings: severity and reach</h2><p>Reachable: the entry point can load the package. Possible: it may be able to. Unreachable: it cannot.</p><div class="pair">${[before, after].map(sideMatrix)}</div></section>
`;
}

function sideMatrix(side: Side): Markup {
  const { findings } = side;
  if (findings === undefined) {
    return markup`<div><h3>${shortName(side)}</h3><p>Not evaluated; this does not mean that there are no findings.</p></div>`;
  }
  const isAsked = SEVERITIES_DOWN.some((word) =>
    (['reachable', 'possible', 'present'] as const).some(
      (band) => findings.byReach[band][word] > 0,
    ),
  );
  const bands = isAsked
    ? REACH_BANDS.filter((band) => isUsed(findings, band))
    : ['unknown' as const];
  const head = bands.map((band) => markup`<th class="num">${BAND_TITLES[band]}</th>`);
  const rows = SEVERITIES_DOWN.map((word) => {
    const cells = bands.map((band) => cell(findings.byReach[band][word], word));
    return markup`<tr><th scope="row">${word}</th>${cells}<td class="num">${groupDigits(findings.bySeverity[word])}</td></tr>`;
  });
  return markup`<div><h3>${shortName(side)}: ${severityText(findings)}</h3><div class="scroll"><table class="matrix"><thead><tr><th>severity</th>${head}<th class="num">all</th></tr></thead><tbody>${rows}</tbody></table></div></div>`;
}

/** A column of what is not known is only shown where there is such. */
function isUsed({ byReach }: FindingCounts, band: (typeof REACH_BANDS)[number]): boolean {
  return band !== 'unknown' || SEVERITIES_DOWN.some((word) => byReach.unknown[word] > 0);
}

function cell(count: number, word: string): Markup {
  return count === 0
    ? markup`<td class="num dim">0</td>`
    : markup`<td class="num"><span class="sev s-${word}">${groupDigits(count)}</span></td>`;
}
