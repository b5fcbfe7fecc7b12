import type { CpeRules } from '../cpe-rules.ts';

/** By its name, or as the dictionary has it. */
export const phpPecl: CpeRules = { type: 'php-pecl', dictionary: 'php_pecl' };
