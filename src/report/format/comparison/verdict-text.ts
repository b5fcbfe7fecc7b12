import { groupDigits } from '../../../foundation/core/screen-text.ts';
import { SURFACE_TITLES, type SurfaceId } from '../../../foundation/core/surface.ts';
import type {
  BareDifference,
  DatabaseGrid,
  Ranking,
} from '../../../hardening/compare/difference.ts';
import { toShortName } from '../../../hardening/compare/distinct-names.ts';

/**
 * Reports which surface is smaller and why, or why they are not comparable; each line a sentence.
 */
export function formatRanking(difference: BareDifference): readonly string[] {
  const { before, after, surface } = difference;
  const { ranking } = surface;
  const names = { before: toShortName(before), after: toShortName(after) };
  switch (ranking.kind) {
    case 'refused':
      return [`No attack surface verdict: ${ranking.reasons.join('; ')}.`];
    case 'equal':
      return [`Both attack surfaces are equal in all ${ranking.dimensions} dimensions.`];
    case 'dominance':
      return [
        `${names[ranking.smaller]} has the smaller attack surface: it is smaller or equal in all ${ranking.dimensions} dimensions known for both.`,
        ...formatLargest(difference, ranking.largest),
      ];
    case 'weighted':
      return [formatWeighted(ranking, names), ...formatLargest(difference, ranking.largest)];
  }
}

function formatWeighted(
  ranking: Extract<Ranking, { readonly kind: 'weighted' }>,
  names: Readonly<Record<'before' | 'after', string>>,
): string {
  const percent = (ranking.share * 100).toFixed(1);
  const against = ranking.against.map((id) => SURFACE_TITLES[id]).join(', ');
  const indexes = `index ${ranking.indexBefore.toFixed(1)} compared with ${ranking.indexAfter.toFixed(1)} of 100`;
  const verdict = isClear(ranking)
    ? 'has the smaller attack surface'
    : 'is smaller only by choice of weights:';
  return `Neither is smaller in every dimension. ${names[ranking.smaller]} ${verdict} under ${percent} % of ${groupDigits(ranking.weightings)} weightings (${indexes}), although it has more: ${against}.`;
}

const CLEAR_SHARE = 0.95;

/** Returns whether nearly all weights lead to the same result. */
function isClear(ranking: Ranking): boolean {
  return (
    ranking.kind === 'dominance' || (ranking.kind === 'weighted' && ranking.share >= CLEAR_SHARE)
  );
}

function formatLargest(
  { surface }: BareDifference,
  largest: readonly SurfaceId[],
): readonly string[] {
  const reasons = largest.flatMap((id) => {
    const row = surface.rows.find((one) => one.id === id);
    return row?.before === undefined || row.after === undefined
      ? []
      : [`${SURFACE_TITLES[id]} ${groupDigits(row.before)} to ${groupDigits(row.after)}`];
  });
  return reasons.length === 0 ? [] : [`Largest differences: ${reasons.join('; ')}.`];
}

/** Lists the abilities that only the other side has; each line a sentence. */
export function formatInabilities({
  inabilities,
  before,
  after,
}: BareDifference): readonly string[] {
  return inabilities.map(({ side, what }) => {
    const name = toShortName(side === 'before' ? before : after);
    return `${name}: ${what}.`;
  });
}

/** Lists the effects of the database and of the targets, each as a sentence. */
export function formatGrid({ grid, before, after }: BareDifference): readonly string[] {
  if (grid === undefined) {
    return [];
  }
  const formatCount = (count: number | undefined): string =>
    count === undefined ? 'not evaluated' : groupDigits(count);
  const { beforeEarlier, beforeCurrent, afterEarlier, afterCurrent } = grid;
  const [earlier, current] = [grid.earlierBuiltAt, grid.currentBuiltAt].map((at) =>
    at.slice(0, 10),
  );
  const names = [toShortName(before), toShortName(after)];
  return [
    `Findings with the database of ${earlier}: ${names[0]} ${formatCount(beforeEarlier)}, ${names[1]} ${formatCount(afterEarlier)}. With the database of ${current}: ${formatCount(beforeCurrent)} and ${formatCount(afterCurrent)}.`,
    ...formatEffect(grid, names),
    ...formatDataEffect(names[0], grid.knownNow, grid.goneNow),
    ...(grid.knownNowAfter === undefined || grid.goneNowAfter === undefined
      ? []
      : formatDataEffect(names[1], grid.knownNowAfter, grid.goneNowAfter)),
  ];
}

/** From the first target then to the second one now, in two steps that add up. */
function formatEffect(
  { beforeEarlier, beforeCurrent, afterCurrent }: DatabaseGrid,
  names: readonly string[],
): readonly string[] {
  if (beforeEarlier === undefined) {
    return [];
  }
  const formatSigned = (count: number): string =>
    `${count < 0 ? '−' : '+'}${groupDigits(Math.abs(count))}`;
  return [
    `From ${names[0]} then to ${names[1]} now: ${formatSigned(beforeCurrent - beforeEarlier)} because of new advisories, ${formatSigned(afterCurrent - beforeCurrent)} because of the targets.`,
  ];
}

function formatDataEffect(
  name: string | undefined,
  knownNow: readonly string[],
  goneNow: readonly string[],
): readonly string[] {
  return [
    `For ${name}, new advisories alone added ${groupDigits(knownNow.length)} findings and removed ${groupDigits(goneNow.length)}.`,
  ];
}

/** Lists the reasons that make the two hard to compare, each as a sentence. */
export function formatCautions({ cautions }: BareDifference): readonly string[] {
  return cautions.map((text) => `Caution: ${text}.`);
}
