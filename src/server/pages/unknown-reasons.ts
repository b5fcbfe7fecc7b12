import { groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import type { Fleet } from '../query/fleet.ts';
import type { FleetImage } from '../query/fleet-image.ts';

/** How the images are judged. */
export interface Judging {
  readonly fleet: Fleet;
  readonly gate: string;
}

const REASONS_MAX = 3;
/** Images whose reasons are counted; the list of images has the reason of each. */
const EXPLAINED_MAX = 2_000;

/** Lists the most frequent reasons of unknown verdicts with their numbers of images. */
export function createUnknownReasons(
  images: readonly FleetImage[],
  { fleet, gate }: Judging,
): Markup | undefined {
  const sample = images.slice(0, EXPLAINED_MAX);
  const reasons = Map.groupBy(sample, (image) => fleet.judgeListed(image, gate).reason);
  const lines = [...reasons]
    .sort(([, left], [, right]) => right.length - left.length)
    .slice(0, REASONS_MAX)
    .map(([reason, some]) => {
      const isCut = images.length > sample.length;
      return markup`<li>${isCut ? 'at least ' : ''}${groupDigits(some.length)}: ${reason}</li>`;
    });
  return lines.length === 0 ? undefined : markup`<ul>${lines}</ul>`;
}
