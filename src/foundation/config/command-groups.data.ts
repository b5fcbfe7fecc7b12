/* Origin: our own. */

import { COMMAND_NAMES } from './command-names.data.ts';

/** Every command, for options that all of them have. */
export const EVERY = COMMAND_NAMES;
/** Commands that read a target, and the one that prints the options they would use. */
export const READING = [
  'scan',
  'why',
  'why verify',
  'justify vex',
  'compare',
  'check',
  'justify',
  'harden',
  'sbom',
  'harden base',
  'fix',
  'attest',
  'attest verify',
  'push',
  'config',
] as const;
/**
 * Commands that decide which findings need a person, and the one that prints the options they would
 * use.
 */
export const JUDGING = [
  'scan',
  'why',
  'justify vex',
  'compare',
  'check',
  'justify',
  'fix',
  'attest',
  'harden',
  'config',
] as const;
/** Commands that read one target only. */
export const NAMING = READING.filter((name) => name !== 'compare');
/** Commands that search the target for statements of its own. */
export const SEARCHING = JUDGING.filter((name) => name !== 'compare');
/** Commands that check findings against gates and a baseline. */
export const GATING = ['scan', 'justify vex', 'config'] as const;
/** Commands that depend on the selection of catalogers. */
export const SELECTING = [...READING, 'cataloger'] as const;
/** Commands that look up files without a record in the known base images. */
export const RECOGNIZING = [
  'scan',
  'why',
  'compare',
  'check',
  'justify',
  'sbom',
  'fix',
  'attest',
  'push',
  'config',
] as const;
