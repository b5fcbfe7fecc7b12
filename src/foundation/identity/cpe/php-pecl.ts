import type { CpeRules } from '../cpe-rules.ts';

/** Uses the name, or the entry in the dictionary. */
export const phpPecl: CpeRules = { type: 'php-pecl', dictionary: 'php_pecl' };
