import {
  classifyFile,
  type FileClass,
  formatFileLine,
  listInstalledFiles,
} from '../../../core/installed-files.ts';
import { formatCount } from '../../../core/screen-text.ts';
import type { FindingDerivation } from '../derivation.ts';
import {
  listAdvisoryInputs,
  toConfigurationInput,
  toListInput,
  toPackageInput,
} from '../inputs.ts';

/**
 * Applies if none of the package's files can be run or loaded. Statements about its source then
 * concern other packages of that source. This is proven if all files are documentation,
 * translations or headers; other data may be the subject of a statement, so a person must check.
 */
export const holdsNoCode: FindingDerivation = {
  about: 'finding',
  id: 'holds-no-code',
  version: 3,
  title: 'no file of the package can be executed or loaded',
  restsOn: 'own-files',
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
      reason: `the package installed no code, only ${listClasses(classes)}`,
      inputs: [
        toPackageInput(item),
        toConfigurationInput('classes of files', histogram),
        toListInput('files of the package', files.map(formatFileLine)),
        ...listAdvisoryInputs(finding),
      ],
    };
  },
};

const CLASS_TITLES: Readonly<Record<FileClass, readonly [string, string]>> = {
  code: ['program', 'programs'],
  data: ['data file', 'data files'],
  documentation: ['file of documentation', 'files of documentation'],
  header: ['header', 'headers'],
  link: ['link', 'links'],
};

/** Lists the numbers of files: `12 files of documentation, 1 link`. */
function listClasses(classes: ReadonlyMap<FileClass, number>): string {
  return [...classes].map(([kind, count]) => formatCount(count, ...CLASS_TITLES[kind])).join(', ');
}
