import type { CpeRules } from '../cpe-rules.ts';

/** Uses the name, or the entry in the dictionary. */
export const phpComposer: CpeRules = { type: 'php-composer', dictionary: 'php_composer' };
