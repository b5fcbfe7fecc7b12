import { assert, present } from '../core/assert.ts';
import { toBuffer } from '../core/bytes.ts';
import type { Digest } from '../core/digest.ts';
import type { Inventory, InventoryFile, InventoryPackage } from '../core/inventory.ts';
import type { Location, OwnedFile } from '../core/package.ts';
import type { Surface, SurfaceDimension } from '../core/surface.ts';
import type { Writable } from '../core/writable.ts';
import { type FileListForm, readFileList, writeFileList } from './file-list-form.ts';

/** An inventory without the image that it is of. */
export type KeptInventory = Omit<Inventory, 'target'>;

/** Lists of an ecosystem's own data that are as long as this are read when they are asked for. */
const LATE_ITEMS_MIN = 16;

/** Where a text begins among those at the end, and how long it is. */
type Span = readonly [start: number, length: number];
/** An index into a list of the form, or what is in no such list. */
type Placed<Item> = number | Item;
type Edge = Inventory['relationships'][number];
/**
 * Files that packages contain, of edges that follow each other: the index of a package, then that
 * of a file, and so on.
 */
type ContainedFiles = readonly number[];

interface Form {
  /** With indexes of layers, places and files, and without its files. */
  readonly inventory: object;
  readonly files: FileListForm;
  /** Digests of layers, which files, edges and places of evidence name by their index. */
  readonly layers: readonly Digest[];
  /** Places of evidence, which packages, their licences and edges name by their index. */
  readonly locations: readonly Location[];
  /** Members of the metadata of packages of which only the span is there. */
  readonly late: readonly (readonly [packageIndex: number, member: string])[];
}

/**
 * An inventory as text in ASCII, which is read back several times as fast as text in UTF-8: the
 * length of a JSON text, it, and texts that are looked at only where somebody asks for them. What
 * many name, such as paths of files and layers, stands there once.
 */
export function writeInventoryForm(kept: KeptInventory): string | undefined {
  const texts = new LateTexts();
  const late: [number, string][] = [];
  const places = new PlaceWriter(kept);
  const packages = kept.packages.map((pkg, index) => ({
    ...places.ofPackage(pkg),
    ...(pkg.metadata === undefined
      ? {}
      : { metadata: { ...pkg.metadata, value: lateValue(pkg.metadata.value, index) } }),
  }));
  function lateValue(value: Readonly<Record<string, unknown>>, index: number): object {
    const members = Object.entries(value).map(([name, member]): [string, unknown] => {
      if (!Array.isArray(member) || member.length < LATE_ITEMS_MIN) {
        return [name, member];
      }
      late.push([index, name]);
      return [name, texts.add(asciiOf(JSON.stringify(member)))];
    });
    return Object.fromEntries(members);
  }
  const { surface } = kept;
  const inventory = {
    ...kept,
    packages,
    files: [],
    relationships: places.ofEdges(kept.relationships),
    ...(surface && { surface: places.ofSurface(surface) }),
  };
  const files = writeFileList(kept.files, (layer) => places.indexOf(layer));
  const form = { inventory, files, layers: places.layers, locations: places.locations, late };
  const json = JSON.stringify(form);
  return json.isWellFormed() ? joined(asciiOf(json), texts.all) : undefined;
}

/** Names by their index what many parts of an inventory name. */
class PlaceWriter {
  readonly layers: Digest[] = [];
  readonly locations: object[] = [];
  readonly #locationIndex = new Map<string, number>();
  readonly #packages: ReadonlyMap<string, number>;
  readonly #files: readonly InventoryFile[];
  /** Where several layers have a path, the last of them. */
  readonly #fileIndex: ReadonlyMap<string, number>;

  constructor({ packages, files }: KeptInventory) {
    this.#packages = new Map(packages.map(({ key }, index) => [key, index]));
    this.#files = files;
    this.#fileIndex = new Map(files.map(({ path }, index) => [path, index]));
  }

  ofPackage(pkg: InventoryPackage): object {
    const { otherOwnedFiles } = pkg;
    return {
      ...pkg,
      locations: this.#ofLocations(pkg.locations),
      licenses: pkg.licenses.map((license) => ({
        ...license,
        locations: this.#ofLocations(license.locations),
      })),
      ownedFiles: this.#ofPaths(pkg.ownedFiles),
      ...(otherOwnedFiles && { otherOwnedFiles: this.#ofPaths(otherOwnedFiles) }),
    };
  }

  ofEdges(edges: readonly Edge[]): readonly (object | ContainedFiles)[] {
    const written: (object | ContainedFiles)[] = [];
    let run: number[] | undefined;
    for (const edge of edges) {
      const [packageIndex, fileIndex] = this.#contained(edge);
      if (packageIndex === undefined || fileIndex === undefined) {
        run = undefined;
        written.push(this.#ofEdge(edge));
      } else if (run === undefined) {
        run = [packageIndex, fileIndex];
        written.push(run);
      } else {
        run.push(packageIndex, fileIndex);
      }
    }
    return written;
  }

  ofSurface(surface: Surface): object {
    const dimensions = surface.dimensions.map((dimension) => ({
      ...dimension,
      items: this.#ofTexts(dimension.items),
    }));
    return { ...surface, dimensions };
  }

  indexOf(layer: Digest): number {
    const known = this.layers.indexOf(layer);
    return known < 0 ? this.layers.push(layer) - 1 : known;
  }

  #ofEdge(edge: Edge): object {
    switch (edge.kind) {
      case 'contains-file':
        return this.#withLayer(edge);
      case 'evident-by':
        return { ...edge, location: this.#ofLocation(edge.location) };
      default:
        return edge;
    }
  }

  #withLayer(one: { readonly layer?: Digest }): object {
    return one.layer === undefined ? one : { ...one, layer: this.indexOf(one.layer) };
  }

  /** The indexes of both ends of an edge; nothing where they do not tell all of it. */
  #contained(edge: Edge): readonly [packageIndex?: number, fileIndex?: number] {
    if (edge.kind !== 'contains-file') {
      return [];
    }
    const packageIndex = this.#packages.get(edge.from);
    const fileIndex = this.#fileIndex.get(edge.path);
    const isTold =
      packageIndex !== undefined &&
      fileIndex !== undefined &&
      this.#files[fileIndex]?.layer === edge.layer;
    return isTold ? [packageIndex, fileIndex] : [];
  }

  #ofPaths(owned: readonly OwnedFile[]): readonly Placed<string>[] {
    return this.#ofTexts(owned.map(({ path }) => path));
  }

  /** Those that are paths of files by the index of the file. */
  #ofTexts(texts: readonly string[]): readonly Placed<string>[] {
    return texts.map((text) => this.#fileIndex.get(text) ?? text);
  }

  #ofLocations(locations: readonly Location[]): readonly number[] {
    return locations.map((location) => this.#ofLocation(location));
  }

  #ofLocation(location: Location): number {
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

/** Takes back what {@link writeInventoryForm} gave. Throws where it is anything else. */
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
  for (const [index, member] of form.late) {
    const { metadata } = present(rest.packages[index], 'a package with metadata');
    readLate(present(metadata, 'metadata').value, member, texts);
  }
  rest.relationships = places.edgesOf(rest.relationships);
  return { distro, ...rest };
}

/** Puts in its place, in what was just parsed, what the form names by its index. */
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
    pkg.ownedFiles = this.#ownedFiles(pkg.ownedFiles);
    if (pkg.otherOwnedFiles !== undefined) {
      pkg.otherOwnedFiles = this.#ownedFiles(pkg.otherOwnedFiles);
    }
  }

  readItems(dimension: Writable<Pick<SurfaceDimension, 'items'>>): void {
    dimension.items = this.#textsOf(dimension.items);
  }

  edgesOf(written: readonly (Edge | ContainedFiles)[]): readonly Edge[] {
    const edges: Edge[] = [];
    for (const one of written) {
      if ('kind' in one) {
        edges.push(this.#namedEdge(one));
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

  #ownedFiles(paths: readonly unknown[]): readonly OwnedFile[] {
    return this.#textsOf(paths as readonly Placed<string>[]).map((path) => ({ path }));
  }

  #textsOf(texts: readonly Placed<string>[]): readonly string[] {
    const { files } = this.#inventory;
    return texts.map((text) =>
      typeof text === 'number' ? present(files[text], 'a file').path : text,
    );
  }

  #namedEdge(edge: Edge): Edge {
    switch (edge.kind) {
      case 'contains-file':
        this.readLayer(edge);
        return edge;
      case 'evident-by':
        return { ...edge, location: this.#locationAt(edge.location) };
      default:
        return edge;
    }
  }

  #readLocations(one: Writable<{ readonly locations: readonly Location[] }>): void {
    one.locations = one.locations.map((location) => this.#locationAt(location));
  }

  #locationAt(index: Placed<Location>): Location {
    return present(this.#form.locations[Number(index)], 'a place of evidence');
  }
}

const LENGTH_DIGITS = 12;

function joined(json: string, texts: string): string {
  return String(json.length).padStart(LENGTH_DIGITS, '0') + json + texts;
}

/** Texts one after the other. */
class LateTexts {
  #all: string[] = [];
  #length = 0;

  get all(): string {
    return this.#all.join('');
  }

  add(text: string): Span {
    const span: Span = [this.#length, text.length];
    this.#all.push(text);
    this.#length += text.length;
    return span;
  }
}

/** Makes a member, in its place among the others, what is parsed when it is first asked for. */
function readLate(value: Record<string, unknown>, member: string, texts: string): void {
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

function asciiOf(json: string): string {
  return json.replaceAll(
    /[\u0080-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
