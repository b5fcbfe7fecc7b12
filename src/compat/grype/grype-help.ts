import { flagLine } from '../peer/peer-flag.ts';
import { GRYPE_FLAGS } from './grype-flags.data.ts';

/** What `grype --help` prints: each flag of Grype, and what becomes of it. */
export function grypeHelp(): string {
  return [
    'plimsoll grype takes the command lines of Grype and prints what Grype prints.',
    '',
    'Usage',
    '  plimsoll grype TARGET [flags]',
    '  plimsoll grype db status|update|check|list|import|providers|search|diff|delete',
    '  plimsoll grype explain --id ID < result.json',
    '  plimsoll grype config | completion SHELL | version',
    '',
    'TARGET may be an image, a folder, a file, an SBOM, a package URL or a CPE; without one the',
    'standard input is read. A link named "grype" that leads to plimsoll does the same. Variables',
    'GRYPE_… and .grype.yaml are read.',
    '',
    'Flags',
    ...GRYPE_FLAGS.map(flagLine),
    '',
    'docs/grype.md has the formats, keys and variables, and what differs.',
    '',
  ].join('\n');
}
