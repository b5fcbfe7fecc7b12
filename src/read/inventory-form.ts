import { present } from '../core/assert.ts';
import { bufferOf } from '../core/bytes.ts';
import type { Digest } from '../core/digest.ts';
import type { Inventory, InventoryFile, InventoryPackage } from '../core/inventory.ts';
import type { Location, OwnedFile } from '../core/package.ts';
import type { Writable } from '../core/writable.ts';

/** An inventory without the image that it is of. */
export type KeptInventory = Omit<Inventory, 'target'>;

/** Lists of an ecosystem's own data that are as long as this are read when they are asked for. */
const LATE_ITEMS_MIN = 16;

/** Where a text begins among those at the end, and how long it is. */
type Span = readonly [start: number, length: number];
/** An index into a list of the form, or what is in no such list. */
type Placed<Item> = number | Item;
type Edge = Inventory['relationships'][number];
/** A file that a package contains, by the indexes of both. */
type ContainedFile = readonly [packageIndex: number, fileIndex: number];

interface Form {
  readonly inventory: object;
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
  const files = kept.files.map((file) => places.withLayer(file));
  const relationships = kept.relationships.map((edge) => places.ofEdge(edge));
  const inventory = { ...kept, packages, files, relationships };
  const form = { inventory, layers: places.layers, locations: places.locations, late };
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

  ofEdge(edge: Edge): object {
    switch (edge.kind) {
      case 'contains-file':
        return this.#containedFile(edge) ?? this.withLayer(edge);
      case 'evident-by':
        return { ...edge, location: this.#ofLocation(edge.location) };
      default:
        return edge;
    }
  }

  withLayer(one: object): object {
    const digest = 'layer' in one ? (one.layer as Digest | undefined) : undefined;
    if (digest === undefined) {
      return one;
    }
    const known = this.layers.indexOf(digest);
    return { ...one, layer: known < 0 ? this.layers.push(digest) - 1 : known };
  }

  #containedFile(edge: Edge & { readonly kind: 'contains-file' }): ContainedFile | undefined {
    const packageIndex = this.#packages.get(edge.from);
    const fileIndex = this.#fileIndex.get(edge.path);
    if (packageIndex === undefined || fileIndex === undefined) {
      return undefined;
    }
    return this.#files[fileIndex]?.layer === edge.layer ? [packageIndex, fileIndex] : undefined;
  }

  #ofPaths(owned: readonly OwnedFile[]): readonly Placed<OwnedFile>[] {
    return owned.map((file) => this.#fileIndex.get(file.path) ?? file);
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
    const index = this.locations.push(this.withLayer(location)) - 1;
    this.#locationIndex.set(text, index);
    return index;
  }
}

/** Takes back what {@link writeInventoryForm} gave. Throws where it is anything else. */
export function readInventoryForm(bytes: Uint8Array): KeptInventory {
  const text = bufferOf(bytes);
  const head = text.subarray(0, LENGTH_DIGITS).toString('latin1');
  const end = LENGTH_DIGITS + Number(head);
  const form = JSON.parse(text.toString('latin1', LENGTH_DIGITS, end)) as Form;
  const texts = text.toString('latin1', end);
  const { distro, ...rest } = form.inventory as KeptInventory;
  const places = new PlaceReader(form, rest);
  for (const one of [...form.locations, ...rest.files]) {
    places.readLayer(one);
  }
  for (const pkg of rest.packages) {
    places.readPackage(pkg);
  }
  for (const [index, member] of form.late) {
    const { metadata } = present(rest.packages[index], 'a package with metadata');
    readLate(present(metadata, 'metadata').value, member, texts);
  }
  const relationships = (rest.relationships as readonly (Edge | ContainedFile)[]).map((edge) =>
    places.edgeOf(edge),
  );
  return { distro, ...rest, relationships };
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
    pkg.ownedFiles = pkg.ownedFiles.map((file) => this.#ownedFile(file));
    if (pkg.otherOwnedFiles !== undefined) {
      pkg.otherOwnedFiles = pkg.otherOwnedFiles.map((file) => this.#ownedFile(file));
    }
  }

  edgeOf(edge: Edge | ContainedFile): Edge {
    if ('kind' in edge) {
      return this.#namedEdge(edge);
    }
    const [packageIndex, fileIndex] = edge;
    const { key } = present(this.#inventory.packages[packageIndex], 'a package that contains');
    const { path, layer } = this.#fileAt(fileIndex);
    const bare = { kind: 'contains-file', from: key, path } as const;
    return layer === undefined ? bare : { ...bare, layer };
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

  #ownedFile(file: Placed<OwnedFile>): OwnedFile {
    return typeof file === 'number' ? { path: this.#fileAt(file).path } : file;
  }

  #fileAt(index: number): InventoryFile {
    return present(this.#inventory.files[index], 'a file');
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
