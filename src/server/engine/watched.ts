import { Placements } from '../placement/placements.ts';
import { Registries } from '../registry/registries.ts';
import type { Store } from '../store/store.ts';

/** Everything that a store watches outside of it. */
export interface Watched {
  readonly placements: Placements;
  readonly registries: Registries;
}

export function createWatched(store: Store, getGeneration: () => string): Watched {
  return {
    placements: new Placements(store, getGeneration),
    registries: new Registries(store),
  };
}
