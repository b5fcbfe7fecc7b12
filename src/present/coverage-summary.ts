import type { Coverage, CoverageReason, CoverageVerdict } from '../core/coverage.ts';
import { escapeText, formatBytes, formatCount } from '../core/screen-text.ts';

const SHOWN_MAX = 5;

/** What the lists of findings and problems, which stand beside, do not tell themselves. */
const TOLD_HERE: ReadonlySet<CoverageReason['about']> = new Set([
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
 * Says in plain words what the inventory does not explain, with the largest executables that no
 * package brought; nothing where all is explained.
 */
export function coverageLines(coverage: Coverage): string[] {
  const { unexplained, explainedShare, reasons } = coverage;
  const told = reasons.filter(({ about }) => TOLD_HERE.has(about));
  if (told.length === 0) {
    return systemLines(coverage);
  }
  const share = explainedShare === undefined ? '' : `${(explainedShare * 100).toFixed(1)} % of `;
  const more = unexplained.length - SHOWN_MAX;
  return [
    ...systemLines(coverage),
    ...told.map(({ verdict, reason }) => `${HEADS[verdict]}: ${escapeText(reason)}.`),
    ...(unexplained.length === 0
      ? []
      : [`Explained: ${share}the bytes of executables. Largest executables without a package:`]),
    ...unexplained
      .slice(0, SHOWN_MAX)
      .map(({ path, sizeBytes }) => `  ${escapeText(path)} (${formatBytes(sizeBytes)})`),
    ...(more > 0 ? [`  and ${formatCount(more, 'more', 'more')} (see -o json)`] : []),
  ];
}

/** Why it is so, an alert says beside it. */
function systemLines({ reasons }: Coverage): string[] {
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
