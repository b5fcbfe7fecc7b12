import type { RepositoryListing } from '../../core/target.ts';
import type { Store } from '../store/store.ts';
import type { RegistryWatch } from './registry-watch.ts';

/** What a check of a watch needs. */
export interface CheckSetting {
  readonly store: Store;
  readonly watch: RegistryWatch;
  readonly listing: RepositoryListing;
  /** Milliseconds since 1970. */
  readonly now: number;
}
