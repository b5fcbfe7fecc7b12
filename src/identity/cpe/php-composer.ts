import type { CpeRules } from '../cpe-rules.ts';

/** By its name, or as the dictionary has it. */
export const phpComposer: CpeRules = { type: 'php-composer', dictionary: 'php_composer' };
