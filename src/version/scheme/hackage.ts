import type { Scheme } from '../../core/scheme.ts';
import { compareDigitLists } from '../digits.ts';

const VERSION = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*$/;

export const hackage: Scheme<readonly string[]> = {
  id: 'hackage',
  aliases: ['haskell'],
  title: 'Hackage, by the Haskell Package Versioning Policy',
  spec: 'Haskell Package Versioning Policy, "Version numbers"; Data.Version of base',
  oracle: 'ghc: compare of Distribution.Types.Version',
  parse(text) {
    const trimmed = text.trim();
    return VERSION.test(trimmed) ? trimmed.split('.') : undefined;
  },
  compare: compareDigitLists,
};
