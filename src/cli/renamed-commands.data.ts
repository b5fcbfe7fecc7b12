/* Origin: our own. */

/**
 * Names of commands in old texts, with their spelling of today: the only trace of the old names.
 */
export const RENAMED_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['admin', 'plimsoll serve admin …'],
  ['base', 'plimsoll harden base …'],
  ['convert', 'plimsoll sbom SBOM -o FORMAT'],
  ['notify', 'plimsoll serve notify …'],
  ['patch', 'plimsoll fix TARGET'],
  ['policy', 'plimsoll check policy …'],
  ['reach', 'plimsoll why verify IMAGE'],
  ['verify', 'plimsoll attest verify IMAGE [FILE...]'],
  ['vex', 'plimsoll justify vex …'],
  ['why-changed', 'plimsoll why BEFORE AFTER'],
  ['why-needed', 'plimsoll why IMAGE FILE...'],
  ['why-not', 'plimsoll why TARGET ID [PACKAGE]'],
  ['worker', 'plimsoll serve worker'],
]);
