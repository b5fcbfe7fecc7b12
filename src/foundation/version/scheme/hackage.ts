import type { Scheme } from '../../core/scheme.ts';
import { compareDigitLists } from '../digits.ts';

/** Tags after the numbers are obsolete; Cabal ignores them. */
const VERSION = /^(?<numbers>(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*)(?:-[0-9A-Za-z]+)*$/;

export const hackage: Scheme<readonly string[]> = {
  id: 'hackage',
  aliases: ['haskell'],
  title: 'Hackage, by the Haskell Package Versioning Policy',
  spec: 'Haskell Package Versioning Policy, "Version numbers"; Data.Version of base',
  oracle: 'ghc: compare of Distribution.Types.Version',
  parse: (text) => VERSION.exec(text.trim())?.groups?.['numbers']?.split('.'),
  compare: compareDigitLists,
};
