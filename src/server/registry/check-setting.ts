import type { RepositoryListing } from '../../foundation/core/target.ts';
import type { Store } from '../store/store.ts';
import type { RegistryWatch } from './registry-watch.ts';

/** The watch that is checked, with its registry and the store. */
export interface CheckSetting {
  readonly store: Store;
  readonly watch: RegistryWatch;
  readonly listing: RepositoryListing;
  /** Milliseconds since 1970. */
  readonly now: number;
}
