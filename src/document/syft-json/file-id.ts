import { hash } from 'node:crypto';

const ID_DIGITS = 16;

/**
 * IDs of files in a document: stable for the same path and layer. Each is computed once, although
 * both edges and files use it.
 */
export class FileIds {
  /** By layer, then by path. */
  readonly #known = new Map<string, Map<string, string>>();

  getId(path: string, layer: string | undefined): string {
    const ofLayer = this.#getLayerIds(layer ?? '');
    let id = ofLayer.get(path);
    if (id === undefined) {
      id = hash('sha256', `${path}\0${layer ?? ''}`, 'hex').slice(0, ID_DIGITS);
      ofLayer.set(path, id);
    }
    return id;
  }

  #getLayerIds(layer: string): Map<string, string> {
    const known = this.#known.get(layer) ?? new Map<string, string>();
    this.#known.set(layer, known);
    return known;
  }
}
