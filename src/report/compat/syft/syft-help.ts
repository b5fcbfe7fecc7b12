import { formatFlagLine } from '../peer/peer-flag.ts';
import { SYFT_FLAGS } from './syft-flags.data.ts';

/** Returns the text that `syft --help` prints: each flag of Syft, and its mapping. */
export function formatSyftHelp(): string {
  return [
    'plimsoll syft runs Syft command lines and prints Syft output.',
    '',
    'Usage',
    '  plimsoll syft [scan] TARGET [flags]',
    '  plimsoll syft convert SBOM -o FORMAT [flags]',
    '  plimsoll syft cataloger list | config | completion SHELL | version',
    '',
    'A link named "syft" that points to plimsoll behaves the same. Variables SYFT_… and .syft.yaml are read.',
    '',
    'Flags',
    ...SYFT_FLAGS.map(formatFlagLine),
    '',
    'See docs/syft.md for formats, keys, variables and differences.',
    '',
  ].join('\n');
}
