import type { Coverage, CoverageReason, CoverageVerdict } from '../core/coverage.ts';
import { escapeText, formatBytes, formatCount } from '../core/screen-text.ts';

const SHOWN_MAX = 5;

/** Reasons that the lists of findings and problems next to it do not show. */
const SHOWN_HERE: ReadonlySet<CoverageReason['about']> = new Set([
  'package-database',
  'packages',
  'executables',
]);

const HEADS: Readonly<Record<CoverageVerdict, string>> = {
  supported: 'Coverage is complete',
  partial: 'Coverage is partial',
  'end-of-life': 'Coverage has ended',
  unsupported: 'Not covered',
};

/**
 * Describes the parts that the inventory does not explain, with the largest executables of no
 * package; empty if all is explained.
 */
export function describeCoverage(coverage: Coverage): string[] {
  const { unexplained, explainedShare, reasons } = coverage;
  const shown = reasons.filter(({ about }) => SHOWN_HERE.has(about));
  if (shown.length === 0) {
    return describeSystems(coverage);
  }
  const share = explainedShare === undefined ? '' : `${(explainedShare * 100).toFixed(1)} % of `;
  const more = unexplained.length - SHOWN_MAX;
  return [
    ...describeSystems(coverage),
    ...shown.map(({ verdict, reason }) =>
      reason.startsWith('not evaluated: ')
        ? `N${escapeText(reason.slice(1))}.`
        : `${HEADS[verdict]}: ${escapeText(reason)}.`,
    ),
    ...(unexplained.length === 0
      ? []
      : [`Explained: ${share}the bytes of executables. Largest executables without a package:`]),
    ...unexplained
      .slice(0, SHOWN_MAX)
      .map(({ path, sizeBytes }) => `  ${escapeText(path)} (${formatBytes(sizeBytes)})`),
    ...(more > 0 ? [`  and ${formatCount(more, 'more', 'more')} (see -o json)`] : []),
  ];
}

/** The reason is in an alert next to it. */
function describeSystems({ reasons }: Coverage): string[] {
  const worst = reasons.find(({ about, verdict }) => about === 'findings' && verdict !== 'partial');
  switch (worst?.verdict) {
    case 'end-of-life':
      return ['The operating system has reached its end of life, so it is no longer covered.'];
    case 'unsupported':
      return ['The operating system is not covered.'];
    default:
      return [];
  }
}
