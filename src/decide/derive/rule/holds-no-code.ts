import { getBaseName } from '../../../core/base-name.ts';
import type { InventoryFile } from '../../../core/inventory.ts';
import type { FindingDerivation } from '../derivation.ts';
import {
  listAdvisoryInputs,
  toConfigurationInput,
  toListInput,
  toPackageInput,
} from '../inputs.ts';
import { formatFileLine, isExecutable, listInstalledFiles } from '../installed-files.ts';

type FileClass = 'code' | 'data' | 'documentation' | 'header' | 'link';

/**
 * Applies if none of the package's files can be run or loaded. Statements about its source then
 * concern other packages of that source. This is proven if all files are documentation,
 * translations or headers; other data may be the subject of a statement, so a person must check.
 */
export const holdsNoCode: FindingDerivation = {
  about: 'finding',
  id: 'holds-no-code',
  version: 2,
  title: 'no file of the package can be executed or loaded',
  restsOn: 'files',
  derive({ finding, package: item }, { inventory }) {
    const files = listInstalledFiles(item, inventory);
    const classes = new Map<FileClass, number>();
    for (const file of files) {
      const kind = classifyFile(file);
      classes.set(kind, (classes.get(kind) ?? 0) + 1);
    }
    const reasons = finding.matches.flatMap((match) => match.reasons);
    if (files.length === 0 || classes.has('code') || reasons.length === 0) {
      return undefined;
    }
    const isOfSource = reasons.every(({ kind }) => kind === 'indirect');
    const histogram = [...classes].map(([kind, count]) => `${kind} ${count}`).join(', ');
    return {
      effect: isOfSource && !classes.has('data') ? 'set-aside' : 'suggestion',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      detail: 'code_not_present',
      reason: `the package installed no code (${histogram})`,
      inputs: [
        toPackageInput(item),
        toConfigurationInput('classes of files', histogram),
        toListInput('files of the package', files.map(formatFileLine)),
        ...listAdvisoryInputs(finding),
      ],
    };
  },
};

/** Filesystem Hierarchy Standard 3.0, 4.11: documentation. */
const READING = /^\/usr\/(?:local\/)?share\/(?:doc|help|i18n|info|licenses|lintian|locale|man)\//;
const HEADER = /\.(?:h|hh|hpp|hxx|inl|inc)$/;
/** Files that an interpreter or a linker loads whatever their mode. */
const LOADABLE =
  /\.(?:a|bash|class|cjs|cmd|dll|dylib|el|elc|exe|gem|jar|jl|js|ko|ko\.gz|ko\.xz|ko\.zst|la|lua|mjs|node|o|php|phar|pl|pm|ps1|pth|py|pyc|pyd|pyo|r|rb|rkt|scm|sh|so|so\.[\d.]+|tcl|ts|war|wasm|whl|zsh)$/i;
const PROGRAM_TYPES = /^(?:application\/(?:x-|java|zip|vnd\.microsoft)|text\/x-)/;

function classifyFile(file: InventoryFile): FileClass {
  const { path, type, mimeType } = file;
  if (type !== 'regular' && type !== 'hardlink') {
    return type === 'symlink' ? 'link' : 'data';
  }
  if (isExecutable(file)) {
    return 'code';
  }
  if (READING.test(path)) {
    return 'documentation';
  }
  if (LOADABLE.test(getBaseName(path))) {
    return 'code';
  }
  if (HEADER.test(path)) {
    return 'header';
  }
  return PROGRAM_TYPES.test(mimeType) ? 'code' : 'data';
}
