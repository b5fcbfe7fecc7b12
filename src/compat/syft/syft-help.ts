import { flagLine } from '../peer/peer-flag.ts';
import { SYFT_FLAGS } from './syft-flags.data.ts';

/** What `syft --help` prints: each flag of Syft, and what becomes of it. */
export function syftHelp(): string {
  return [
    'plimsoll syft takes the command lines of Syft and prints what Syft prints.',
    '',
    'Usage',
    '  plimsoll syft [scan] TARGET [flags]',
    '  plimsoll syft convert SBOM -o FORMAT [flags]',
    '  plimsoll syft cataloger list | config | completion SHELL | version',
    '',
    'A link named "syft" that leads to plimsoll does the same. Variables SYFT_… and .syft.yaml are read.',
    '',
    'Flags',
    ...SYFT_FLAGS.map(flagLine),
    '',
    'docs/syft.md has the formats, keys and variables, and what differs.',
    '',
  ].join('\n');
}
