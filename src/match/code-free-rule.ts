import { hasDocumentationOnly } from '../core/installed-files.ts';
import type { IgnoreRule } from './matcher.ts';

const CODE_FREE: IgnoreRule = {
  id: 'documentation-or-translations',
  reason: 'the package contains documentation or translations, not the code of its source package',
  kind: 'indirect',
};

/**
 * Packages that distributions split off a source for its documentation or translations, detected by
 * the last word of their name (`-doc` and `-l10n` in Debian, `-docs` and `-langpack-de` in Fedora,
 * `-lang` in openSUSE and Alpine), or because they only installed such files. Statements about the
 * source concern its code. Statements about the package itself still apply.
 */
export const CODE_FREE_RULES: readonly IgnoreRule[] = [
  {
    ...CODE_FREE,
    packageName: /(?:^|-)(?:docs?|i18n|l10n|lang|langpacks?(?:-[A-Za-z_@]{2,16})?|locales?)$/,
  },
  { ...CODE_FREE, isPackageMatch: hasDocumentationOnly },
];
