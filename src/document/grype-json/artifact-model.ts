import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Location, PackageMetadata } from '../../foundation/core/package.ts';
import { METADATA_SHAPES } from './metadata.data.ts';

/** Creates the model of a package beside a match. */
export function createArtifactModel(item: InventoryPackage): object {
  const shape = item.metadata === undefined ? undefined : getMetadataShape(item.metadata, item);
  return {
    id: item.key,
    name: item.name,
    version: item.version,
    type: item.type,
    locations: item.locations.map(createLocationModel),
    language: item.language,
    licenses: item.licenses.map(({ value }) => value),
    cpes: item.cpes.map(({ cpe }) => cpe),
    purl: item.purl,
    upstreams: item.upstreams.map(({ name, version }) => ({
      name,
      version: version === '' ? undefined : version,
    })),
    ...shape,
  };
}

function getMetadataShape(
  { kind, value }: PackageMetadata,
  item: InventoryPackage,
): object | undefined {
  const shape = METADATA_SHAPES.get(kind);
  const metadata = shape?.createMetadata(value, item);
  return shape === undefined || metadata === undefined
    ? undefined
    : { metadataType: shape.type, metadata };
}

function createLocationModel({ path, accessPath, layer, evidence }: Location): object {
  return {
    path,
    layerID: layer,
    accessPath,
    annotations: evidence === undefined ? undefined : { evidence },
  };
}
