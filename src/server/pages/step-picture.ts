import { type Markup, markup } from '../../present/markup.ts';
import { roundNumber } from '../../present/round-number.ts';

const WIDTH = 800;
const HEIGHT = 160;
const EDGE = 24;

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
}

/** Draws values over time as a line of steps. A table with the same numbers belongs below it. */
export function createStepPicture(picture: StepPicture): Markup {
  const { title, steps, from, to, isExpected } = picture;
  const highest = Math.max(1, ...steps.map(({ value }) => value));
  const toX = (at: number): number =>
    EDGE +
    ((Math.min(Math.max(at, from), to) - from) / Math.max(1, to - from)) * (WIDTH - 2 * EDGE);
  const toY = (value: number): number => HEIGHT - EDGE - (value / highest) * (HEIGHT - 2 * EDGE);
  const points: string[] = [];
  let value = 0;
  for (const step of steps) {
    if (step.at > from) {
      const x = toX(step.at);
      points.push(points.length === 0 ? `M${EDGE} ${toPlace(toY(value))}` : '');
      points.push(`H${toPlace(x)}V${toPlace(toY(step.value))}`);
    }
    value = step.value;
  }
  const path = `${points.length === 0 ? `M${EDGE} ${toPlace(toY(value))}` : points.join('')}H${WIDTH - EDGE}`;
  const line = isExpected ? 'expected' : 'known';
  return markup`<figure class="steps"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}"><path class="axis" d="M${EDGE} ${HEIGHT - EDGE}H${WIDTH - EDGE}"/><path class="${line}" d="${path}"/><text x="${EDGE}" y="16">${highest}</text><text x="${EDGE}" y="${HEIGHT - 6}">${formatDay(from)}</text><text class="end" x="${WIDTH - EDGE}" y="${HEIGHT - 6}">${formatDay(to)}</text></svg><figcaption>${title}</figcaption></figure>`;
}

function toPlace(value: number): string {
  return String(roundNumber(value));
}

function formatDay(time: number): string {
  return new Date(time).toISOString().slice(0, '2026-01-31'.length);
}
