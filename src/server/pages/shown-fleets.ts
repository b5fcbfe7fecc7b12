import { Fleet } from '../query/fleet.ts';

/** Maximum number of scopes whose images are kept in memory. */
const KEPT_MAX = 64;

/** The images that pages show: of the whole store, and of the scopes that were shown last. */
export class ShownFleets {
  readonly #present = new Fleet();
  /** The last past state that a page showed. */
  readonly #past = new Fleet();
  readonly #scoped = new Map<string, Fleet>();

  select(projects: readonly string[] | undefined, at: number | undefined): Fleet {
    if (projects === undefined) {
      return at === undefined ? this.#present : this.#past;
    }
    const key = JSON.stringify([projects, at === undefined]);
    const fleet = this.#scoped.get(key) ?? new Fleet({ isScoped: true });
    this.#scoped.delete(key);
    this.#scoped.set(key, fleet);
    const [oldest] = this.#scoped.keys();
    if (this.#scoped.size > KEPT_MAX && oldest !== undefined) {
      this.#scoped.delete(oldest);
    }
    return fleet;
  }
}
