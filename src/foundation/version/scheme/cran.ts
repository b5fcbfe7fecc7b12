import type { Scheme } from '../../core/scheme.ts';
import { compareDigitLists } from '../digits.ts';

/** Numbers between full stops or hyphens, which are equivalent; bounds may have only one. */
const VERSION = /^[0-9]+(?:[.-][0-9]+)*$/;

export const cran: Scheme<readonly string[]> = {
  id: 'cran',
  aliases: ['r-package', 'r'],
  title: 'R packages',
  spec: 'Writing R Extensions, 1.1.1, "Version"; package_version of R',
  oracle: 'Rscript -e "compareVersion(LEFT, RIGHT)"',
  parse(text) {
    const trimmed = text.trim();
    return VERSION.test(trimmed) ? trimmed.split(/[.-]/) : undefined;
  },
  compare: compareDigitLists,
};
