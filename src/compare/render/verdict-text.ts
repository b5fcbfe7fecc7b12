import { groupDigits } from '../../core/screen-text.ts';
import { SURFACE_TITLES, type SurfaceId } from '../../core/surface.ts';
import type { Difference, Ranking } from '../difference.ts';
import { shortName } from './page.ts';

/** Which surface is smaller and why, or why nobody should say; each line a sentence. */
export function rankingLines(difference: Difference): readonly string[] {
  const { before, after, surface } = difference;
  const { ranking } = surface;
  const names = { before: shortName(before), after: shortName(after) };
  switch (ranking.kind) {
    case 'refused':
      return [`No verdict on the attack surface: ${ranking.reasons.join('; ')}.`];
    case 'equal':
      return [`Their attack surfaces are equal in all ${ranking.dimensions} dimensions.`];
    case 'dominance':
      return [
        `${names[ranking.smaller]} has the smaller attack surface: it is smaller or equal in all ${ranking.dimensions} dimensions that both know.`,
        ...largestLines(difference, ranking.largest),
      ];
    case 'weighted':
      return [weightedLine(ranking, names), ...largestLines(difference, ranking.largest)];
  }
}

function weightedLine(
  ranking: Extract<Ranking, { readonly kind: 'weighted' }>,
  names: Readonly<Record<'before' | 'after', string>>,
): string {
  const percent = (ranking.share * 100).toFixed(1);
  const against = ranking.against.map((id) => SURFACE_TITLES[id]).join(', ');
  return `Neither dominates. ${names[ranking.smaller]} has the smaller attack surface under ${percent} % of ${groupDigits(ranking.weightings)} weightings, though it has more of: ${against}.`;
}

function largestLines({ surface }: Difference, largest: readonly SurfaceId[]): readonly string[] {
  const reasons = largest.flatMap((id) => {
    const row = surface.rows.find((one) => one.id === id);
    return row?.before === undefined || row.after === undefined
      ? []
      : [`${SURFACE_TITLES[id]} ${groupDigits(row.before)} to ${groupDigits(row.after)}`];
  });
  return reasons.length === 0 ? [] : [`The largest reasons: ${reasons.join('; ')}.`];
}

/** What each side cannot do that the other one can; each a sentence. */
export function inabilityLines({ inabilities, before, after }: Difference): readonly string[] {
  return inabilities.map(({ side, what }) => {
    const name = shortName(side === 'before' ? before : after);
    return `${name}: ${what}.`;
  });
}

/** What the database changed and what the targets did, each a sentence. */
export function gridLines({ grid, before, after }: Difference): readonly string[] {
  if (grid === undefined) {
    return [];
  }
  const told = (count: number | undefined): string =>
    count === undefined ? 'not evaluated' : groupDigits(count);
  const { beforeEarlier, beforeCurrent, afterEarlier, afterCurrent } = grid;
  const [earlier, current] = [grid.earlierBuiltAt, grid.currentBuiltAt].map((at) =>
    at.slice(0, 10),
  );
  const names = [shortName(before), shortName(after)];
  return [
    `Findings by the database of ${earlier}: ${names[0]} ${told(beforeEarlier)}, ${names[1]} ${told(afterEarlier)}. By that of ${current}: ${told(beforeCurrent)} and ${told(afterCurrent)}.`,
    `Of ${names[0]}, the data alone made ${groupDigits(grid.knownNow.length)} known and ${groupDigits(grid.goneNow.length)} go.`,
  ];
}
