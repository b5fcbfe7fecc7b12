import { getBaseName } from '../../../core/base-name.ts';
import { isExecutable } from '../../../core/installed-files.ts';
import { type Inventory, isComplete } from '../../../core/inventory.ts';
import type { FindingDerivation } from '../derivation.ts';
import { listAdvisoryInputs, toListInput, toPackageInput } from '../inputs.ts';
import { INTERPRETERS } from '../interpreter.data.ts';

/**
 * Applies if the package is code for an interpreter, and the image has neither its program nor its
 * library. A program may contain the interpreter under another name, so a person must confirm this.
 */
export const interpreterMissing: FindingDerivation = {
  about: 'finding',
  id: 'interpreter-missing',
  version: 2,
  title: 'the image has no interpreter for the language of the package',
  restsOn: 'files',
  derive({ finding, package: item }, { inventory }) {
    const interpreter = INTERPRETERS.get(item.language);
    const { files, packages } = inventory;
    if (interpreter === undefined || files.length === 0 || !hasEveryProgram(inventory)) {
      return undefined;
    }
    const programs = files.filter(isExecutable);
    const isThere =
      files.some(({ path }) => interpreter.test(getBaseName(path))) ||
      packages.some(({ type, name }) => type === 'binary' && interpreter.test(name)) ||
      programs.some(({ executable }) =>
        executable?.importedLibraries.some((library) => interpreter.test(library)),
      );
    return isThere
      ? undefined
      : {
          effect: 'suggestion',
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
          detail: 'requires_dependency',
          reason: `nothing in the image can run ${item.language} code`,
          inputs: [
            toPackageInput(item),
            toListInput(
              'executable files',
              programs.map(({ path, sha256 = '' }) => `${path} ${sha256}`),
            ),
            ...listAdvisoryInputs(finding),
          ],
        };
  },
};

/** ID of the cataloger that lists the programs and libraries which no package installed. */
const PROGRAM_LISTER = 'executable';

/** A partial file system, or a list of files of packages, may lack the interpreter. */
function hasEveryProgram(inventory: Inventory): boolean {
  const { target, catalogers } = inventory;
  const isListed = catalogers.some(({ id }) => id === PROGRAM_LISTER);
  return target.kind === 'image' && isListed && isComplete(inventory);
}
