import type { FindingDerivation } from '../derivation.ts';
import { listAdvisoryInputs, toConfigurationInput, toPackageInput } from '../inputs.ts';
import { hasVisibleFile } from '../visible-files.ts';

/**
 * Applies if every file that identifies the package, and every file that only this package
 * installed, is in a lower layer, and a higher one deleted or replaced it. A process in the
 * container cannot see it, but everyone who pulls the image still gets its bytes. It needs the
 * scope `all-layers`.
 */
export const deletedInLaterLayer: FindingDerivation = {
  about: 'finding',
  id: 'deleted-in-later-layer',
  version: 2,
  title: 'a later layer deleted the package and its files',
  restsOn: 'files',
  derive({ finding, package: item }, { inventory }) {
    const { target } = inventory;
    const { locations } = item;
    const isDeleted =
      locations.length > 0 && locations.every(({ isVisible }) => isVisible === false);
    // A record may be deleted without the files: then only the package's metadata is gone.
    if (!isDeleted || target.kind !== 'image' || hasVisibleFile(item, inventory)) {
      return undefined;
    }
    return {
      effect: 'set-aside',
      status: 'not_affected',
      justification: 'component_not_present',
      detail: 'code_not_present',
      reason: `a later layer deleted it; its bytes can still be pulled with ${locations[0]?.layer ?? 'a lower layer'}`,
      inputs: [
        toPackageInput(item),
        ...locations.map(({ path, layer = '' }) => toConfigurationInput(`in ${layer}`, path)),
        toConfigurationInput('layers', target.layers.map(({ diffId }) => diffId).join(' ')),
        ...listAdvisoryInputs(finding),
      ],
    };
  },
};
