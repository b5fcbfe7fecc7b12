import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Properties } from './property.ts';

const PREFIX = 'bsi:component:';

/** Returns the file of a package if it has all properties that the BSI requires. */
export function readFileProperties(properties: Properties): Pick<InventoryPackage, 'file'> {
  const [name, executable, archive, structured] = [
    'filename',
    'executable',
    'archive',
    'structured',
  ].map((member) => properties.getText(PREFIX + member));
  if (
    name === undefined ||
    executable === undefined ||
    archive === undefined ||
    structured === undefined
  ) {
    return {};
  }
  return {
    file: {
      name,
      isExecutable: executable === 'executable',
      isArchive: archive === 'archive',
      isStructured: structured === 'structured',
    },
  };
}
