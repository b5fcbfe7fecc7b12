/* Origin: our own. */

/** The commands on the first screen of the help, in its order. */
export const MAIN_COMMANDS = [
  'scan',
  'sbom',
  'why',
  'compare',
  'check',
  'fix',
  'justify',
  'harden',
  'attest',
  'db',
  'serve',
  'push',
] as const;

/** Commands below another one: the first word is their parent. */
const SUBCOMMANDS = [
  'why verify',
  'check policy',
  'justify vex',
  'harden base',
  'attest verify',
  'serve worker',
  'serve admin',
  'serve notify',
] as const;

/** The small commands that the help lists under "More". */
const MORE_COMMANDS = [
  'demo',
  'config',
  'cache',
  'cataloger',
  'completion',
  'self',
  'syft',
  'grype',
  'help',
  'version',
] as const;

/** Commands that options belong to; described in `src/cli/command-table.ts`. */
export const COMMAND_NAMES = [...MAIN_COMMANDS, ...SUBCOMMANDS, ...MORE_COMMANDS] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
