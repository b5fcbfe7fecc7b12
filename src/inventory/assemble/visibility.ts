import type { FileView } from '../../foundation/core/cataloger.ts';
import type {
  InventoryFile,
  InventoryPackage,
  Relationship,
} from '../../foundation/core/inventory.ts';
import type { Location } from '../../foundation/core/package.ts';

/** Marks each location by whether a process would see exactly that file. */
export class VisibilityMarker {
  readonly #view: FileView;
  readonly #known = new Map<string, boolean>();

  constructor(view: FileView) {
    this.#view = view;
  }

  markPackage(pkg: InventoryPackage): InventoryPackage {
    return {
      ...pkg,
      locations: pkg.locations.map((location) => this.markLocation(location)),
      licenses: pkg.licenses.map((license) => ({
        ...license,
        locations: license.locations.map((location) => this.markLocation(location)),
      })),
    };
  }

  markRelationship(edge: Relationship): Relationship {
    return edge.kind === 'evident-by'
      ? { ...edge, location: this.markLocation(edge.location) }
      : edge;
  }

  markFile(file: InventoryFile): InventoryFile {
    const { path, layer } = file;
    const refs = [this.#view.find(path), this.#view.resolve(path)?.ref];
    const isVisible = refs.some((ref) => ref && this.#view.layers[ref.layer]?.diffId === layer);
    return { ...file, isVisible };
  }

  markLocation(location: Location): Location {
    return { ...location, isVisible: this.#isVisible(location) };
  }

  #isVisible({ path, accessPath, layer }: Location): boolean {
    const key = `${path}\0${accessPath}\0${layer ?? ''}`;
    let answer = this.#known.get(key);
    if (answer === undefined) {
      answer = [path, accessPath].every((name) => {
        const found = this.#view.resolve(name);
        return found?.path === path && this.#view.layers[found.ref.layer]?.diffId === layer;
      });
      this.#known.set(key, answer);
    }
    return answer;
  }
}

/** Keeps evidence of packages only at paths that exist in the view, in whichever layer. */
export function withPresentEvidence(view: FileView): (pkg: InventoryPackage) => InventoryPackage {
  return (pkg) => ({
    ...pkg,
    locations: pkg.locations.filter((location) => isPathPresent(location, view)),
  });
}

export function isPathPresent(
  { path, accessPath = path }: { readonly path: string; readonly accessPath?: string },
  view: FileView,
): boolean {
  return view.resolve(path) !== undefined && view.resolve(accessPath) !== undefined;
}
