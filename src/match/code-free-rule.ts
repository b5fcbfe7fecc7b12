import type { InventoryPackage } from '../core/inventory.ts';
import type { IgnoreRule } from './matcher.ts';

const CODE_FREE: IgnoreRule = {
  id: 'documentation-or-translations',
  reason: 'the package contains documentation or translations, not the code of its source package',
  kind: 'indirect',
};

/** Where the Filesystem Hierarchy Standard and its users put what people read. */
const READING =
  /^\/usr\/(?:local\/)?share\/(?:doc|help|i18n|info|licenses|lintian|locale|man)(?:\/|$)/;
/** Folders above it, which records of dpkg list too. */
const ABOVE = /^\/(?:\.|usr(?:\/local)?(?:\/share)?)?$/;

/**
 * Packages that distributions split off a source for its documentation or translations: by the last
 * word of their name (`-doc` and `-l10n` of Debian, `-docs` and `-langpack-de` of Fedora, `-lang`
 * of openSUSE and Alpine), or since all that they installed is such. What is said of the source is
 * about its code. A statement about the package itself holds.
 */
export const CODE_FREE_RULES: readonly IgnoreRule[] = [
  {
    ...CODE_FREE,
    packageName: /(?:^|-)(?:docs?|i18n|l10n|lang|langpacks?(?:-[A-Za-z_@]{2,16})?|locales?)$/,
  },
  { ...CODE_FREE, isFor: hasReadingOnly },
];

function hasReadingOnly({ ownedFiles, otherOwnedFiles = [] }: InventoryPackage): boolean {
  const files = [...ownedFiles, ...otherOwnedFiles].filter(({ path }) => !ABOVE.test(path));
  return files.length > 0 && files.every(({ path }) => READING.test(path));
}
