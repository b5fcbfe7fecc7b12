import {
  formatFileLine,
  isKernelHeader,
  listInstalledFiles,
} from '../../../core/installed-files.ts';
import type { FindingDerivation } from '../derivation.ts';
import { listAdvisoryInputs, toListInput, toPackageInput } from '../inputs.ts';

/** Names of the source packages of kernels in distributions. */
const KERNEL_SOURCE = /^(?:linux|kernel)(?:$|-(?!pam|firmware))/;
const BESIDE =
  /^\/usr\/(?:include|src|share\/(?:doc|licenses|man|lintian))\/|^(?:\/usr)?\/lib\/modules\/[^/]+\/(?:build|source)(?:\/|$)/;

/**
 * Applies if the package was built from the source of a kernel and contains its headers, but
 * neither a kernel nor a module. Statements about the source concern the kernel and its modules.
 */
export const kernelHeadersOnly: FindingDerivation = {
  about: 'finding',
  id: 'kernel-headers-only',
  version: 2,
  title: 'the package contains kernel headers, but no kernel or module',
  restsOn: 'own-files',
  derive({ finding, package: item }, { inventory }) {
    const reasons = finding.matches.flatMap((match) => match.reasons);
    const isOfKernel =
      reasons.length > 0 &&
      reasons.every(
        ({ kind, searchedName }) => kind === 'indirect' && KERNEL_SOURCE.test(searchedName),
      );
    const files = listInstalledFiles(item, inventory);
    const isHeaders =
      files.some(isKernelHeader) &&
      files.every(({ path }) => BESIDE.test(path) && !/\.ko(?:\.\w{1,4})?$/.test(path));
    return isOfKernel && isHeaders
      ? {
          effect: 'set-aside',
          status: 'not_affected',
          justification: 'vulnerable_code_not_present',
          detail: 'code_not_present',
          reason: 'the package contains headers, not the kernel that the advisory is about',
          inputs: [
            toPackageInput(item),
            toListInput('files of the package', files.map(formatFileLine)),
            ...listAdvisoryInputs(finding),
          ],
        }
      : undefined;
  },
};
