import type { Coverage, CoverageReason } from './coverage.ts';
import { bytesText, countOf, escapeText } from './screen-text.ts';

const SHOWN_MAX = 5;

/** What the lists of findings and problems, which stand beside, do not tell themselves. */
const TOLD_HERE: ReadonlySet<CoverageReason['about']> = new Set([
  'package-database',
  'packages',
  'executables',
]);

/**
 * Says in plain words what the inventory does not explain, with the largest executables that no
 * package brought; nothing where all is explained.
 */
export function coverageLines({ unexplained, explainedShare, reasons }: Coverage): string[] {
  const told = reasons.filter(({ about }) => TOLD_HERE.has(about));
  if (told.length === 0) {
    return [];
  }
  const share = explainedShare === undefined ? '' : `${(explainedShare * 100).toFixed(1)} % of `;
  const more = unexplained.length - SHOWN_MAX;
  return [
    ...told.map(({ reason }) => `Coverage is partial: ${escapeText(reason)}.`),
    ...(unexplained.length === 0
      ? []
      : [`Explained: ${share}the bytes of executables. Not explained, the largest first:`]),
    ...unexplained
      .slice(0, SHOWN_MAX)
      .map(({ path, sizeBytes }) => `  ${escapeText(path)} (${bytesText(sizeBytes)})`),
    ...(more > 0 ? [`  and ${countOf(more, 'more', 'more')}, which the format json lists`] : []),
  ];
}
