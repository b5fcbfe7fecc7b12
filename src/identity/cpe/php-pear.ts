import type { CpeRules } from '../cpe-rules.ts';

/** By its name, or as the dictionary has it. */
export const phpPear: CpeRules = { type: 'php-pear', dictionary: 'php_pear' };
