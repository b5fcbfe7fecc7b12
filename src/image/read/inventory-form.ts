import { assert, present } from '../../foundation/core/assert.ts';
import { toBuffer } from '../../foundation/core/bytes.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type {
  Inventory,
  InventoryFile,
  InventoryPackage,
} from '../../foundation/core/inventory.ts';
import type { Location, OwnedFile } from '../../foundation/core/package.ts';
import type { Surface, SurfaceDimension } from '../../foundation/core/surface.ts';
import type { Writable } from '../../foundation/core/writable.ts';
import { type FileListForm, readFileList, writeFileList } from './file-list-form.ts';

/** An inventory without its image. */
export type KeptInventory = Omit<Inventory, 'target'>;

/** Lists in ecosystem-specific data with at least this many items are read lazily. */
const LAZY_ITEMS_MIN = 16;

/** Start of a text among those at the end, and its length. */
type Span = readonly [start: number, length: number];
/** An index into a list of the form, or a value that is in none of its lists. */
type Placed<Item> = number | Item;
type Edge = Inventory['relationships'][number];
/**
 * Files contained in packages, for consecutive edges: the index of a package, then that of a file,
 * and so on.
 */
type ContainedFiles = readonly number[];

interface Form {
  /** The inventory without its files, with indexes in place of layers, locations and files. */
  readonly inventory: object;
  readonly files: FileListForm;
  /** Digests of layers, which files, edges and locations refer to by index. */
  readonly layers: readonly Digest[];
  /** Locations of evidence, which packages, their licenses and edges refer to by index. */
  readonly locations: readonly Location[];
  /** Members of package metadata for which the inventory only stores the span. */
  readonly lazyMembers: readonly (readonly [packageIndex: number, member: string])[];
}

/**
 * Writes an inventory as ASCII text, which is read several times as fast as UTF-8: the length of a
 * JSON text, the JSON text, and texts that are only parsed on access. Shared values, such as paths
 * of files and layers, are stored once.
 */
export function writeInventoryForm(kept: KeptInventory): string | undefined {
  const texts = new LazyTexts();
  const lazyMembers: [number, string][] = [];
  const places = new PlaceWriter(kept);
  const packages = kept.packages.map((pkg, index) => ({
    ...places.writePackage(pkg),
    ...(pkg.metadata === undefined
      ? {}
      : { metadata: { ...pkg.metadata, value: deferMembers(pkg.metadata.value, index) } }),
  }));
  function deferMembers(value: Readonly<Record<string, unknown>>, index: number): object {
    const members = Object.entries(value).map(([name, member]): [string, unknown] => {
      if (!Array.isArray(member) || member.length < LAZY_ITEMS_MIN) {
        return [name, member];
      }
      lazyMembers.push([index, name]);
      return [name, texts.appendText(escapeNonAscii(JSON.stringify(member)))];
    });
    return Object.fromEntries(members);
  }
  const { surface } = kept;
  const inventory = {
    ...kept,
    packages,
    files: [],
    relationships: places.writeEdges(kept.relationships),
    ...(surface && { surface: places.writeSurface(surface) }),
  };
  const files = writeFileList(kept.files, (layer) => places.indexOf(layer));
  const form: Record<keyof Form, unknown> = {
    inventory,
    files,
    layers: places.layers,
    locations: places.locations,
    lazyMembers,
  };
  const json = JSON.stringify(form);
  return json.isWellFormed() ? joinForm(escapeNonAscii(json), texts.all) : undefined;
}

/** Replaces shared parts of an inventory by their index. */
class PlaceWriter {
  readonly layers: Digest[] = [];
  readonly locations: object[] = [];
  readonly #locationIndex = new Map<string, number>();
  readonly #packages: ReadonlyMap<string, number>;
  readonly #files: readonly InventoryFile[];
  /** If several layers have a path, the last of them. */
  readonly #fileIndex: ReadonlyMap<string, number>;

  constructor({ packages, files }: KeptInventory) {
    this.#packages = new Map(packages.map(({ key }, index) => [key, index]));
    this.#files = files;
    this.#fileIndex = new Map(files.map(({ path }, index) => [path, index]));
  }

  writePackage(pkg: InventoryPackage): object {
    const { otherOwnedFiles } = pkg;
    return {
      ...pkg,
      locations: this.#writeLocations(pkg.locations),
      licenses: pkg.licenses.map((license) => ({
        ...license,
        locations: this.#writeLocations(license.locations),
      })),
      ownedFiles: this.#writePaths(pkg.ownedFiles),
      ...(otherOwnedFiles && { otherOwnedFiles: this.#writePaths(otherOwnedFiles) }),
    };
  }

  writeEdges(edges: readonly Edge[]): readonly (object | ContainedFiles)[] {
    const written: (object | ContainedFiles)[] = [];
    let run: number[] | undefined;
    for (const edge of edges) {
      const [packageIndex, fileIndex] = this.#findContained(edge);
      if (packageIndex === undefined || fileIndex === undefined) {
        run = undefined;
        written.push(this.#writeEdge(edge));
      } else if (run === undefined) {
        run = [packageIndex, fileIndex];
        written.push(run);
      } else {
        run.push(packageIndex, fileIndex);
      }
    }
    return written;
  }

  writeSurface(surface: Surface): object {
    const dimensions = surface.dimensions.map((dimension) => ({
      ...dimension,
      items: this.#writeTexts(dimension.items),
    }));
    return { ...surface, dimensions };
  }

  indexOf(layer: Digest): number {
    const known = this.layers.indexOf(layer);
    return known < 0 ? this.layers.push(layer) - 1 : known;
  }

  #writeEdge(edge: Edge): object {
    switch (edge.kind) {
      case 'contains-file':
        return this.#withLayer(edge);
      case 'evident-by':
        return { ...edge, location: this.#writeLocation(edge.location) };
      default:
        return edge;
    }
  }

  #withLayer(one: { readonly layer?: Digest }): object {
    return one.layer === undefined ? one : { ...one, layer: this.indexOf(one.layer) };
  }

  /** Returns the indexes of both ends of an edge; nothing if they do not express all of it. */
  #findContained(edge: Edge): readonly [packageIndex?: number, fileIndex?: number] {
    if (edge.kind !== 'contains-file') {
      return [];
    }
    const packageIndex = this.#packages.get(edge.from);
    const fileIndex = this.#fileIndex.get(edge.path);
    const isImplied =
      packageIndex !== undefined &&
      fileIndex !== undefined &&
      this.#files[fileIndex]?.layer === edge.layer;
    return isImplied ? [packageIndex, fileIndex] : [];
  }

  #writePaths(owned: readonly OwnedFile[]): readonly Placed<string>[] {
    return this.#writeTexts(owned.map(({ path }) => path));
  }

  /** Replaces paths of files by the index of the file. */
  #writeTexts(texts: readonly string[]): readonly Placed<string>[] {
    return texts.map((text) => this.#fileIndex.get(text) ?? text);
  }

  #writeLocations(locations: readonly Location[]): readonly number[] {
    return locations.map((location) => this.#writeLocation(location));
  }

  #writeLocation(location: Location): number {
    const text = JSON.stringify(location);
    const known = this.#locationIndex.get(text);
    if (known !== undefined) {
      return known;
    }
    const index = this.locations.push(this.#withLayer(location)) - 1;
    this.#locationIndex.set(text, index);
    return index;
  }
}

/**
 * Decodes the result of {@link writeInventoryForm}.
 *
 * @throws an error for any other content
 */
export function readInventoryForm(bytes: Uint8Array): KeptInventory {
  const text = toBuffer(bytes);
  const head = text.subarray(0, LENGTH_DIGITS).toString('latin1');
  const end = LENGTH_DIGITS + Number(head);
  const form = JSON.parse(text.toString('latin1', LENGTH_DIGITS, end)) as Form;
  const texts = text.toString('latin1', end);
  const { distro, ...rest } = form.inventory as Writable<KeptInventory>;
  rest.files = readFileList(form.files, form.layers);
  const places = new PlaceReader(form, rest);
  form.locations.forEach((one) => places.readLayer(one));
  rest.packages.forEach((pkg) => places.readPackage(pkg));
  rest.surface?.dimensions.forEach((dimension) => places.readItems(dimension));
  for (const [index, member] of form.lazyMembers) {
    const { metadata } = present(rest.packages[index], 'a package with metadata');
    defineLazyMember(present(metadata, 'metadata').value, member, texts);
  }
  rest.relationships = places.readEdges(rest.relationships);
  return { distro, ...rest };
}

/** Replaces indexes of the form by their values, in the parsed objects themselves. */
class PlaceReader {
  readonly #form: Form;
  readonly #inventory: Omit<KeptInventory, 'distro'>;

  constructor(form: Form, inventory: Omit<KeptInventory, 'distro'>) {
    this.#form = form;
    this.#inventory = inventory;
  }

  readLayer(one: { layer?: unknown }): void {
    if (one.layer !== undefined) {
      one.layer = present(this.#form.layers[Number(one.layer)], 'a layer');
    }
  }

  readPackage(pkg: Writable<InventoryPackage>): void {
    this.#readLocations(pkg);
    for (const license of pkg.licenses) {
      this.#readLocations(license);
    }
    pkg.ownedFiles = this.#readOwnedFiles(pkg.ownedFiles);
    if (pkg.otherOwnedFiles !== undefined) {
      pkg.otherOwnedFiles = this.#readOwnedFiles(pkg.otherOwnedFiles);
    }
  }

  readItems(dimension: Writable<Pick<SurfaceDimension, 'items'>>): void {
    dimension.items = this.#readTexts(dimension.items);
  }

  readEdges(written: readonly (Edge | ContainedFiles)[]): readonly Edge[] {
    const edges: Edge[] = [];
    for (const one of written) {
      if ('kind' in one) {
        edges.push(this.#readEdge(one));
      } else {
        this.#readContained(one, edges);
      }
    }
    return edges;
  }

  #readContained(run: ContainedFiles, edges: Edge[]): void {
    const { packages, files } = this.#inventory;
    for (let at = 0; at < run.length; at += 2) {
      const owner = packages[run[at] ?? -1];
      const file = files[run[at + 1] ?? -1];
      assert(owner !== undefined && file !== undefined, 'a package and a file');
      const { path, layer } = file;
      edges.push(
        layer === undefined
          ? { kind: 'contains-file', from: owner.key, path }
          : { kind: 'contains-file', from: owner.key, path, layer },
      );
    }
  }

  #readOwnedFiles(paths: readonly unknown[]): readonly OwnedFile[] {
    return this.#readTexts(paths as readonly Placed<string>[]).map((path) => ({ path }));
  }

  #readTexts(texts: readonly Placed<string>[]): readonly string[] {
    const { files } = this.#inventory;
    return texts.map((text) =>
      typeof text === 'number' ? present(files[text], 'a file').path : text,
    );
  }

  #readEdge(edge: Edge): Edge {
    switch (edge.kind) {
      case 'contains-file':
        this.readLayer(edge);
        return edge;
      case 'evident-by':
        return { ...edge, location: this.#readLocation(edge.location) };
      default:
        return edge;
    }
  }

  #readLocations(one: Writable<{ readonly locations: readonly Location[] }>): void {
    one.locations = one.locations.map((location) => this.#readLocation(location));
  }

  #readLocation(index: Placed<Location>): Location {
    return present(this.#form.locations[Number(index)], 'a place of evidence');
  }
}

const LENGTH_DIGITS = 12;

function joinForm(json: string, texts: string): string {
  return String(json.length).padStart(LENGTH_DIGITS, '0') + json + texts;
}

/** Concatenated texts. */
class LazyTexts {
  #all: string[] = [];
  #length = 0;

  get all(): string {
    return this.#all.join('');
  }

  appendText(text: string): Span {
    const span: Span = [this.#length, text.length];
    this.#all.push(text);
    this.#length += text.length;
    return span;
  }
}

/** Defines a member, in its position among the others, that is parsed on first access. */
function defineLazyMember(value: Record<string, unknown>, member: string, texts: string): void {
  const [start, length] = value[member] as Span;
  const shape = { enumerable: true, configurable: true };
  Object.defineProperty(value, member, {
    ...shape,
    get() {
      const list: unknown = JSON.parse(texts.slice(start, start + length));
      Object.defineProperty(value, member, { ...shape, writable: true, value: list });
      return list;
    },
  });
}

function escapeNonAscii(json: string): string {
  return json.replaceAll(
    /[\u0080-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
