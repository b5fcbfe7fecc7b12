import { findRecordedFiles, isOftenOmitted, listAliases } from '../../../core/installed-files.ts';
import { isComplete } from '../../../core/inventory.ts';
import type { OwnedFile } from '../../../core/package.ts';
import type { FindingDerivation } from '../derivation.ts';
import {
  listAdvisoryInputs,
  toConfigurationInput,
  toListInput,
  toPackageInput,
} from '../inputs.ts';

/**
 * Applies if the package is recorded, but none of its installed files are visible to a process.
 * Documentation does not count, because images often leave it out.
 */
export const filesAbsent: FindingDerivation = {
  about: 'finding',
  id: 'files-absent',
  version: 2,
  title: 'the package is recorded, but none of its files exists',
  restsOn: 'own-files',
  derive({ finding, package: item }, { inventory }) {
    const { files, target, scope, relationships } = inventory;
    const isListed = files.length > 0 || item.installedFiles !== undefined;
    const recorded = dropFolders([...item.ownedFiles, ...(item.otherOwnedFiles ?? [])]).filter(
      (path) => !isIrrelevant(path),
    );
    const isThere = relationships.some(
      (edge) => edge.kind === 'contains-file' && edge.from === item.key && !isIrrelevant(edge.path),
    );
    const found = new Set(findRecordedFiles(item, inventory).map(({ path }) => path));
    const isFound = recorded.some((path) => listAliases(path).some((alias) => found.has(alias)));
    if (recorded.length === 0 || !isListed || isThere || isFound || scope !== 'squashed') {
      return undefined;
    }
    const isCertain = isComplete(inventory) && target.kind === 'image';
    return {
      effect: isCertain ? 'set-aside' : 'suggestion',
      status: isCertain ? 'not_affected' : 'under_investigation',
      ...(isCertain ? { justification: 'component_not_present', detail: 'code_not_present' } : {}),
      reason: `none of the ${recorded.length} files that it installed exists`,
      inputs: [
        toPackageInput(item),
        toListInput('files of the record', recorded),
        ...(target.kind === 'image'
          ? [toConfigurationInput('layers', target.layers.map(({ diffId }) => diffId).join(' '))]
          : []),
        ...listAdvisoryInputs(finding),
      ],
    };
  },
};

/** Records also list directories; paths that contain other recorded paths are not files. */
function dropFolders(owned: readonly OwnedFile[]): readonly string[] {
  const folders = new Set(owned.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  return owned.flatMap(({ path }) => (folders.has(path) ? [] : [path]));
}

const PACKAGE_LISTS = /^\/var\/lib\/(?:dpkg|rpm)\//;

/** Returns whether the presence of a file proves nothing about the package's code. */
function isIrrelevant(path: string): boolean {
  return isOftenOmitted(path) || PACKAGE_LISTS.test(path);
}
