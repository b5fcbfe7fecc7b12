import { SYFT_FLAGS, type SyftFlag } from './syft-flags.data.ts';

const FLAG_COLUMNS = 38;

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

function flagLine(flag: SyftFlag): string {
  return `  ${spelling(flag).padEnd(FLAG_COLUMNS)}${fateText(flag)}`;
}

/** `-o, --output VALUE`. */
export function spelling({ flag, short, takes }: SyftFlag): string {
  const head = short === undefined ? '    ' : `-${short}, `;
  return `${head}--${flag}${takes === 'nothing' ? '' : ' VALUE'}`;
}

export function fateText({ flag, fate }: SyftFlag): string {
  switch (fate.kind) {
    case 'same':
      return fate.ours === flag ? 'the same here' : `--${fate.ours}`;
    case 'own':
      return fate.why;
    case 'ignored':
      return `no effect: ${fate.why}`;
    case 'unsupported':
      return `not there: ${fate.why}`;
  }
}
