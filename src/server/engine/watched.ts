import { Placements } from '../placement/placements.ts';
import { Registries } from '../registry/registries.ts';
import type { Store } from '../store/store.ts';

/** Reports and registries outside of the store that it watches. */
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
