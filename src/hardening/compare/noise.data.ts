/* Origin: our own. */

import type { FileChangeKind } from './difference.ts';

/** Files that every build rewrites, by kind. */
const NOISE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['compiled Python', /\.pyc$/],
  ['loader cache', /^\/etc\/ld\.so\.cache$|^\/var\/cache\/ldconfig\//],
  ['log', /^\/var\/log\//],
  ['package manager cache', /^\/var\/(?:cache|lib)\/(?:apt|apk|dnf|yum|zypp|pacman)\//],
  ['cache of fonts, icons or man pages', /^\/var\/cache\/(?:fontconfig|man)\/|icon-theme\.cache$/],
];

/** Most files are decided by one test for all of these. */
const ANY_NOISE = new RegExp(NOISE.map(([, { source }]) => source).join('|'));

/**
 * Returns the reason for which changed content is insignificant; `undefined` if it is significant.
 */
export function detectNoise(path: string, kinds: readonly FileChangeKind[]): string | undefined {
  return ANY_NOISE.test(path) && kinds.every((kind) => kind === 'content')
    ? NOISE.find(([, pattern]) => pattern.test(path))?.[0]
    : undefined;
}
