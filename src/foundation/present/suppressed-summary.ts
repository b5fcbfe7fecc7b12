import type { Inventory } from '../core/inventory.ts';
import { escapeText, formatCount } from '../core/screen-text.ts';

/** Lists the packages that other packages cover, and why; empty if there are none. */
export function describeSuppressed({ suppressed = [] }: Inventory): string[] {
  return suppressed.length === 0
    ? []
    : [
        `${formatCount(suppressed.length, 'package')} suppressed:`,
        ...suppressed.map(
          ({ name, version, paths, reason }) =>
            `  ${escapeText(`${name} ${version}`)} at ${escapeText(paths.join(', '))}: ${escapeText(reason)}`,
        ),
      ];
}
