import { type Markup, markup } from '../../foundation/present/markup.ts';
import { roundNumber } from '../../foundation/present/round-number.ts';

const WIDTH = 1000;
const HEIGHT = 22;
/** Narrower bars are invisible. */
const WIDTH_MIN = 8;

/**
 * Draws one step of the ladder of versions: the share of images, striped by another color if the
 * version has findings. Its number is above it.
 */
export function createLadder(share: number, hasFindings: boolean): Markup {
  const width = share === 0 ? 0 : Math.max(WIDTH_MIN, share * WIDTH);
  const state = hasFindings ? 'hit' : 'calm';
  const percent = share > 0 && share < 0.01 ? '< 1' : String(Math.round(share * 100));
  return markup`<span class="version">${percent} %</span><div class="ladder"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><rect class="${state}" x="0" y="0" width="${roundNumber(width)}" height="${HEIGHT}"/></svg></div>`;
}
