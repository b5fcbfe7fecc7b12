import { formatCount } from '../../foundation/core/screen-text.ts';
import type { ReportedEffect } from './reported-cause.ts';

/** Describes the effects of one kind: `opened 402 findings in 402 images`. */
export function describeReported({ kind, count, images }: ReportedEffect): string {
  const [before, after] = kind.split('-');
  if (before === 'verdict') {
    return `verdict: ${after}`;
  }
  if (after !== undefined) {
    return `${formatCount(count, 'verdict')} ${before} → ${after}`;
  }
  const where = formatCount(images, 'image');
  switch (kind) {
    case 'overdue':
      return `newly overdue findings in ${where}`;
    case 'retired':
      return `${where} retired`;
    case 'exploited':
      return `${formatCount(count, 'finding')} in ${where} known to be exploited`;
    default:
      return `${kind} ${formatCount(count, 'finding')} in ${where}`;
  }
}
