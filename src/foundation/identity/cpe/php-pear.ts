import type { CpeRules } from '../cpe-rules.ts';

/** Uses the name, or the entry in the dictionary. */
export const phpPear: CpeRules = { type: 'php-pear', dictionary: 'php_pear' };
