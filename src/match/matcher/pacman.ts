import type { Matcher } from '../matcher.ts';
import { searchSystem } from '../search/system-search.ts';

/**
 * Packages of pacman. The tracker of Arch Linux names every package that a fix concerns, including
 * split packages of one source, so each is looked up by its own name.
 */
export const pacman: Matcher = {
  id: 'pacman',
  title: 'Arch Linux packages',
  spec: 'https://security.archlinux.org',
  types: ['alpm'],
  isSystem: true,
  scheme: 'pacman',
  ignoreRules: [],
  partTypes: [],
  match: (subject, context) =>
    searchSystem({ ...subject, rangeOptions: context.strategy.versions.packageOptions }, context),
};
