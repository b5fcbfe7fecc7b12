import type { Inventory } from '../../src/foundation/core/inventory.ts';
import type { Placement } from '../../src/server/placement/placement.ts';

/** Creates a placement of a deployment in production. */
export function createPlacement(
  reference: string,
  digest: string,
  more: Partial<Placement> = {},
): Placement {
  const workload = { environment: 'prod', namespace: 'shop', workload: 'deployment/web' };
  return { ...workload, reference, digest, exposure: 'unknown', instances: 1, ...more };
}

/** Returns a function that turns an inventory into that of an image with a digest. */
export function setDigest(digest: string) {
  return (inventory: Inventory): Inventory => ({
    ...inventory,
    target: {
      ...inventory.target,
      kind: 'image',
      imageId: digest,
      manifestDigest: digest,
      repoDigests: [],
      tags: [],
      labels: {},
      layers: [],
    } as unknown as Inventory['target'],
  });
}
