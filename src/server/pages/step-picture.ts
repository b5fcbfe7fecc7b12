import { groupDigits } from '../../foundation/core/screen-text.ts';
import { type Markup, markup } from '../../foundation/present/markup.ts';
import { roundNumber } from '../../foundation/present/round-number.ts';

const WIDTH = 800;
const HEIGHT = 160;
/** Space above and below the line. */
const EDGE = 4;

/** A value that holds from a time on. */
export interface Step {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

export interface StepPicture {
  readonly title: string;
  readonly steps: readonly Step[];
  /** The times at its left and right edge. */
  readonly from: number;
  readonly to: number;
  /** Dashed for values that are only expected. */
  readonly isExpected: boolean;
  /** Times without values, which are hatched. */
  readonly unrecorded?: readonly { readonly from: number; readonly to: number }[];
}

/**
 * Draws values over time as a line of steps, from the first known one. A table with the same
 * numbers belongs below it.
 */
export function createStepPicture(picture: StepPicture): Markup {
  const { title, steps, from, to, isExpected, unrecorded = [] } = picture;
  const highest = roundAxis(Math.max(1, ...steps.map(({ value }) => value)));
  const toX = (at: number): number =>
    ((Math.min(Math.max(at, from), to) - from) / Math.max(1, to - from)) * WIDTH;
  const toY = (value: number): number => HEIGHT - EDGE - (value / highest) * (HEIGHT - 2 * EDGE);
  const points: string[] = [];
  let value: number | undefined;
  for (const step of steps) {
    const [x, y] = [toPlace(toX(step.at)), toPlace(toY(step.value))];
    if (step.at > from && value === undefined) {
      points.push(`M${x} ${y}`);
    } else if (step.at > from) {
      points.push(points.length === 0 ? `M0 ${toPlace(toY(value ?? 0))}` : '', `H${x}V${y}`);
    }
    value = step.value;
  }
  const path = `${points.length === 0 ? `M0 ${toPlace(toY(value ?? 0))}` : points.join('')}H${WIDTH}`;
  const line = isExpected ? 'expected' : 'known';
  const values = listAxisValues(highest);
  const grid = values.map((one) => `M0 ${toPlace(toY(one))}H${WIDTH}`).join('');
  const labels = values.map((one) => markup`<span>${groupDigits(one)}</span>`);
  const hatched = unrecorded.map((one) => createHatched(toX(one.from), toX(one.to)));
  const hatch =
    hatched.length === 0
      ? undefined
      : markup`<pattern id="hatch-time" width="9" height="9" patternUnits="userSpaceOnUse"><path class="hatch" d="M-2 2 2-2M0 9 9 0M7 11l4-4"/></pattern>${hatched}`;
  return markup`<figure class="steps"><div class="plot"><div class="values" aria-hidden="true">${labels}</div><svg viewBox="-${EDGE} 0 ${WIDTH + 2 * EDGE} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}"><path class="axis" d="${grid}"/><path class="${line}" d="${path}"/>${hatch}</svg><p class="ends" aria-hidden="true"><span>${formatDay(from)}</span><span>${formatDay(to)}</span></p></div><figcaption>${title}</figcaption></figure>`;
}

/** Hides the line in a time without values, which is at least as wide as the line. */
function createHatched(from: number, to: number): Markup {
  const place = markup`x="${toPlace(from)}" width="${toPlace(Math.max(2, to - from))}" height="${HEIGHT}"`;
  return markup`<rect class="none" ${place}/><rect fill="url(#hatch-time)" ${place}/>`;
}

/** Rounds up to an even number with at most two digits that are not zero. */
function roundAxis(highest: number): number {
  const unit = 2 * 10 ** Math.max(0, Math.floor(Math.log10(highest)) - 1);
  return Math.ceil(highest / unit) * unit;
}

/** Labels at equal distances, the highest first. */
function listAxisValues(highest: number): readonly number[] {
  return [highest, highest / 2, 0];
}

function toPlace(value: number): string {
  return String(roundNumber(value));
}

function formatDay(time: number): string {
  return new Date(time).toISOString().slice(0, '2026-01-31'.length);
}
