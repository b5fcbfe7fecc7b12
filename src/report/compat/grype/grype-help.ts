import { formatFlagLine } from '../peer/peer-flag.ts';
import { GRYPE_FLAGS } from './grype-flags.data.ts';

/** Returns the text that `grype --help` prints: each flag of Grype, and its mapping. */
export function formatGrypeHelp(): string {
  return [
    'plimsoll grype runs Grype command lines and prints Grype output.',
    '',
    'Usage',
    '  plimsoll grype TARGET [flags]',
    '  plimsoll grype db status|update|check|list|import|providers|search|diff|delete',
    '  plimsoll grype explain --id ID < result.json',
    '  plimsoll grype config | completion SHELL | version',
    '',
    'TARGET is an image, a directory, a file, an SBOM, a package URL or a CPE; if it is missing,',
    'standard input is read. A link named "grype" that points to plimsoll behaves the same. Variables',
    'GRYPE_… and .grype.yaml are read.',
    '',
    'Flags',
    ...GRYPE_FLAGS.map(formatFlagLine),
    '',
    'See docs/grype.md for formats, keys, variables and differences.',
    '',
  ].join('\n');
}
