import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import { PEER_MEMBERS } from '../sbom/matched-metadata.data.ts';
import type { Property } from '../sbom/sbom-property.ts';

/**
 * Properties with the names that Syft writes and Grype reads for data without a CycloneDX field.
 */
export function createPeerProperties(pkg: InventoryPackage, { catalogers }: Inventory): Property[] {
  const alias = catalogers.find(({ id }) => id === pkg.foundBy)?.alias ?? pkg.foundBy;
  const properties: Property[] = [
    { name: 'syft:package:foundBy', value: alias },
    { name: 'syft:package:language', value: pkg.language },
    { name: 'syft:package:type', value: pkg.type },
  ];
  if (pkg.metadata !== undefined) {
    properties.push({ name: 'syft:package:metadataType', value: pkg.metadata.kind });
  }
  for (const { cpe } of pkg.cpes.slice(1)) {
    properties.push({ name: 'syft:cpe23', value: cpe });
  }
  for (const [number, { path, layer }] of pkg.locations.entries()) {
    properties.push({ name: `syft:location:${number}:path`, value: path });
    if (layer !== undefined) {
      properties.push({ name: `syft:location:${number}:layerID`, value: layer });
    }
  }
  for (const member of PEER_MEMBERS) {
    addFlat(properties, `syft:metadata:${member}`, pkg.metadata?.value[member]);
  }
  return properties.filter(({ value }) => value !== '');
}

/** Members and elements become parts of the name. */
function addFlat(properties: Property[], name: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean') {
    properties.push({ name, value: String(value) });
  } else if (typeof value === 'number') {
    properties.push({ name, value: String(value) });
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) {
      addFlat(properties, `${name}:${member}`, inner);
    }
  }
}
