import { UserError } from '../../foundation/core/error.ts';
import type { ListingOptions, RepositoryListing } from '../../foundation/core/target.ts';
import { sources } from './registry.generated.ts';

/**
 * Opens the list of the repositories of a registry.
 *
 * @param registry host with port
 * @throws UserError `E_CONFIG` if the certificates cannot be read
 */
export async function openListing(
  registry: string,
  options: ListingOptions,
): Promise<RepositoryListing> {
  const source = sources.find((one) => one.openListing !== undefined);
  const listing = await source?.openListing?.(registry, options);
  if (listing === undefined) {
    throw new UserError('E_USAGE', `no source lists the repositories of "${registry}"`);
  }
  return listing;
}
