/**
 * Values by path, for looking up those below a directory without comparing all: in sorted order,
 * paths below one follow each other.
 */
export class PathIndex<Value> {
  readonly #paths: readonly string[];
  readonly #values: readonly Value[];

  /** @param entries sorted by path */
  constructor(entries: readonly (readonly [path: string, value: Value])[]) {
    this.#paths = entries.map(([path]) => path);
    this.#values = entries.map(([, value]) => value);
  }

  /** Returns the values below a directory in the order of their paths, at most `most`. */
  listDescendants(folder: string, most = Number.POSITIVE_INFINITY): readonly Value[] {
    const [start, end] = this.#findRange(folder);
    return this.#values.slice(start, Math.min(end, start + most));
  }

  countDescendants(folder: string): number {
    const [start, end] = this.#findRange(folder);
    return end - start;
  }

  #findRange(folder: string): readonly [start: number, end: number] {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    // "0" is the code unit after "/", so everything below the directory sorts before it.
    return [this.#findPlace(prefix), this.#findPlace(`${prefix.slice(0, -1)}0`)];
  }

  /** Returns the number of paths before a text. */
  #findPlace(text: string): number {
    let [low, high] = [0, this.#paths.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#paths[middle] ?? '') < text) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
