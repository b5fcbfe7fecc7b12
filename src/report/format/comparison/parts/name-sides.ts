import type { BareDifference } from '../../../../hardening/compare/difference.ts';
import { toShortName } from '../../../../hardening/compare/distinct-names.ts';

type Sides = Pick<BareDifference, 'before' | 'after'>;

/** Names the sides of a pair; two with the same name by their position. */
export function nameBothSides({ before, after }: Sides): readonly [string, string] {
  const [first, second] = [toShortName(before), toShortName(after)];
  return first === second ? ['the first', 'the second'] : [first, second];
}

/** Names the side that has a change: neither has to be the successor of the other. */
export function nameChange(kind: string, sides: Sides): string {
  const [first, second] = nameBothSides(sides);
  if (kind === 'added' || kind === 'introduced') {
    return `only in ${second}`;
  }
  return kind === 'removed' || kind === 'resolved' ? `only in ${first}` : kind;
}

const COUNT = /(?<=^|, )([\d,]+) (added|introduced|removed|resolved)(?=$|, | \()/g;

/** The same for counts, such as `3 added, 2 removed`. */
export function nameCounts(summary: string, sides: Sides): string {
  return summary.replaceAll(
    COUNT,
    (_, count: string, kind: string) => `${count} ${nameChange(kind, sides)}`,
  );
}
