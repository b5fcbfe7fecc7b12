import { present } from '../core/assert.ts';
import { bufferOf } from '../core/bytes.ts';
import type { Digest } from '../core/digest.ts';
import type { Inventory, InventoryPackage } from '../core/inventory.ts';

/** An inventory without the image that it is of. */
export type KeptInventory = Omit<Inventory, 'target'>;

/** Lists of an ecosystem's own data that are as long as this are read when they are asked for. */
const LATE_ITEMS_MIN = 16;
const NAMED_ONCE = ['files', 'relationships'] as const;

/** Where a text begins among those at the end, and how long it is. */
type Span = readonly [start: number, length: number];

interface Form {
  readonly inventory: object;
  /** Digests of layers, which files and edges name by their place. */
  readonly layers: readonly Digest[];
  /** Members of the metadata of packages of which only the span is there. */
  readonly late: readonly (readonly [packageIndex: number, member: string])[];
  /** Packages of which only the span of the paths of owned files is there. */
  readonly owning: readonly number[];
}

/**
 * An inventory as text in ASCII, which is read back several times as fast as text in UTF-8: the
 * length of a JSON text, it, and texts that are looked at only where somebody asks for them.
 */
export function writeInventoryForm(kept: KeptInventory): string | undefined {
  const layers: Digest[] = [];
  const texts = new LateTexts();
  const late: [number, string][] = [];
  const owning: number[] = [];
  const packages = kept.packages.map((pkg, index) => {
    const owned = textOfPaths(pkg);
    if (owned !== undefined) {
      owning.push(index);
    }
    return {
      ...pkg,
      ...(owned === undefined ? {} : { ownedFiles: texts.add(owned) }),
      ...(pkg.metadata === undefined
        ? {}
        : { metadata: { ...pkg.metadata, value: lateValue(pkg.metadata.value, index) } }),
    };
  });
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
  const named = NAMED_ONCE.map((list) => [list, kept[list].map((one) => withPlace(one, layers))]);
  const inventory = { ...kept, packages, ...Object.fromEntries(named) };
  const form: Form = { inventory, layers, late, owning };
  const json = JSON.stringify(form);
  return json.isWellFormed() ? joined(asciiOf(json), texts.all) : undefined;
}

/** Takes back what {@link writeInventoryForm} gave. Throws where it is anything else. */
export function readInventoryForm(bytes: Uint8Array): KeptInventory {
  const text = bufferOf(bytes);
  const head = text.subarray(0, LENGTH_DIGITS).toString('latin1');
  const end = LENGTH_DIGITS + Number(head);
  const form = JSON.parse(text.toString('latin1', LENGTH_DIGITS, end)) as Form;
  const texts = text.toString('latin1', end);
  const { distro, ...rest } = form.inventory as KeptInventory;
  const packages: readonly InventoryPackage[] = rest.packages;
  for (const index of form.owning) {
    const pkg = present(packages[index], 'a package that owns files') as Writable;
    const [start, length] = pkg.ownedFiles as unknown as Span;
    const paths = texts.slice(start, start + length).split('\n');
    pkg.ownedFiles = paths.map((path) => ({ path }));
  }
  for (const [index, member] of form.late) {
    const { metadata } = present(packages[index], 'a package with metadata');
    readLate(present(metadata, 'metadata').value, member, texts);
  }
  const layers = new Map(form.layers.map((digest, place) => [String(place), digest]));
  for (const list of NAMED_ONCE) {
    for (const one of rest[list] as readonly { layer?: string }[]) {
      if (one.layer !== undefined) {
        one.layer = present(layers.get(one.layer), 'a layer');
      }
    }
  }
  return { distro, ...rest };
}

type Writable = { -readonly [Name in keyof InventoryPackage]: InventoryPackage[Name] };

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

/** `undefined` where there are none, or where the form of a path needs more than a line. */
function textOfPaths({ ownedFiles }: InventoryPackage): string | undefined {
  const text = ownedFiles.map(({ path }) => path).join('\n');
  const isPlain = ownedFiles.every(
    (file) => PLAIN.test(file.path) && Object.keys(file).length === 1,
  );
  return ownedFiles.length > 0 && isPlain ? text : undefined;
}

const PLAIN = /^[\x20-\x7E]*$/;

/** With its layer, where it has one, by the place of its digest. */
function withPlace(one: object, layers: Digest[]): object {
  const digest = 'layer' in one ? (one.layer as Digest | undefined) : undefined;
  if (digest === undefined) {
    return one;
  }
  const known = layers.indexOf(digest);
  const place = known < 0 ? layers.push(digest) - 1 : known;
  return { ...one, layer: String(place) };
}

function asciiOf(json: string): string {
  return json.replaceAll(
    /[\u0080-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
