/* Origin: our own. */

/** Commands that options belong to; described in `src/cli/command-table.ts`. */
export const COMMAND_NAMES = [
  'scan',
  'sbom',
  'why',
  'why-not',
  'why-changed',
  'why-needed',
  'reach',
  'vex',
  'compare',
  'check',
  'policy',
  'justify',
  'harden',
  'convert',
  'syft',
  'grype',
  'cataloger',
  'db',
  'base',
  'patch',
  'attest',
  'verify',
  'serve',
  'worker',
  'push',
  'admin',
  'cache',
  'demo',
  'config',
  'completion',
  'help',
  'version',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];
