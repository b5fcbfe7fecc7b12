import type { IgnoreRule } from './matcher.ts';

/**
 * Packages that distributions split off a source for its documentation or translations, by the last
 * word of their name: `-doc` and `-l10n` of Debian, `-docs` and `-langpack-de` of Fedora, `-lang`
 * of openSUSE and Alpine. What is said of the source is about its code. A statement about the
 * package itself holds.
 */
export const CODE_FREE_RULE: IgnoreRule = {
  id: 'documentation-or-translations',
  reason: 'the package holds documentation or translations, not the code of its source',
  packageName: /(?:^|-)(?:docs?|i18n|l10n|lang|langpacks?(?:-[A-Za-z_@]{2,16})?|locales?)$/,
  kind: 'indirect',
  notInGrype: 'code-free-packages-blamed',
};
