import { assert } from '../../../../foundation/core/assert.ts';
import { toQualifiedName } from '../../../../inventory/ecosystem/java/class-names.ts';
import { toMemberPath } from '../../member-path.ts';
import { type ClassArchive, type NamedClass, type PackedClass, unpackClass } from './class-fact.ts';

/** An archive, or a file in a directory of classes, that an application may load. */
export interface ClassUnit {
  /** Real path of the file. */
  readonly file: string;
  /** Path of the nested archive; empty for the file itself. */
  readonly path: string;
  /** How it gets onto the class path; `open`: only through a class loader. */
  readonly place: 'certain' | 'possible' | 'open';
  readonly starts: ClassArchive['starts'];
  readonly named: readonly PlacedName[];
  /** IDs of its classes. */
  readonly classes: readonly number[];
}

export interface PlacedName extends NamedClass {
  /** Path of the place that contains the name. */
  readonly witnessPath: string;
}

/** A file whose fact lists classes. */
export interface ClassSource {
  readonly file: string;
  readonly place: ClassUnit['place'];
  readonly archives: readonly ClassArchive[];
}

interface Table {
  readonly unit: ClassUnit;
  readonly names: readonly string[];
  readonly packed: readonly string[];
  /** Resolved IDs by the number of a name. */
  readonly resolved: (readonly number[] | undefined)[];
}

const NONE: readonly number[] = [];
const INNER_DEPTH_MAX = 2;

/** Returns whether a path is an archive, not a file in a directory of classes. */
export function isArchivePath(path: string): boolean {
  return /\.(?:jar|war|ear)$/.test(path);
}

/** All classes that an application may load, by number and by name. */
export class ClassIndex {
  readonly units: ClassUnit[] = [];
  /** Whether parts of it could not be read. */
  isPartial = false;
  /** Whether any class may load others by computed names. */
  hasLoading = false;
  readonly #tables: Table[] = [];
  readonly #tableNumbers: number[] = [];
  readonly #rowNumbers: number[] = [];
  /** Numbers of the name and the folder of each class, the most frequent look-ups. */
  readonly #nameNumbers: number[] = [];
  readonly #folderNumbers: number[] = [];
  readonly #onPath = new Map<string, number[]>();
  readonly #open = new Map<string, number[]>();

  constructor(sources: readonly ClassSource[]) {
    for (const { file, place, archives } of sources) {
      for (const archive of archives) {
        this.isPartial ||= archive.isPartial === true;
        this.#addArchive(archive, file, place);
      }
    }
  }

  get count(): number {
    return this.#tableNumbers.length;
  }

  #addArchive(archive: ClassArchive, file: string, place: ClassUnit['place']): void {
    const path = archive.path === '' ? file : toMemberPath(file, archive.path);
    const classes: number[] = [];
    const unit: ClassUnit = {
      file,
      path,
      place,
      starts: archive.starts,
      named: archive.named.map((one) => ({
        ...one,
        witnessPath: isArchivePath(path) ? toMemberPath(path, one.member) : path,
      })),
      classes,
    };
    this.units.push(unit);
    const names = archive.names.split('\n');
    const packed = archive.classes === '' ? [] : archive.classes.split(',');
    const number = this.#tables.push({ unit, names, packed, resolved: [] }) - 1;
    const byName = place === 'open' ? this.#open : this.#onPath;
    for (const [row, text] of packed.entries()) {
      const id = this.#tableNumbers.push(number) - 1;
      this.#rowNumbers.push(row);
      classes.push(id);
      const { name, folder, loadsBy } = unpackClass(text);
      this.#nameNumbers.push(name);
      this.#folderNumbers.push(folder);
      this.hasLoading ||= loadsBy !== 0;
      const known = byName.get(names[name] ?? '');
      if (known === undefined) {
        byName.set(names[name] ?? '', [id]);
      } else {
        known.push(id);
      }
    }
  }

  getUnit(id: number): ClassUnit {
    return this.#getTable(id).unit;
  }

  /** Returns the path of a class file, in its archive or alone. */
  getPath(id: number): string {
    const { unit } = this.#getTable(id);
    const folder = this.getText(id, this.#folderNumbers[id] ?? 0);
    return isArchivePath(unit.path)
      ? toMemberPath(unit.path, `${folder}${this.getName(id)}.class`)
      : unit.path;
  }

  getPacked(id: number): PackedClass {
    return unpackClass(this.#getTable(id).packed[this.#rowNumbers[id] ?? 0] ?? '');
  }

  /** Returns the string with a number in the table of a class. */
  getText(id: number, number: number): string {
    return this.#getTable(id).names[number] ?? '';
  }

  getName(id: number): string {
    return this.getText(id, this.#nameNumbers[id] ?? 0);
  }

  /**
   * Returns the classes of a name: those on the class path, or else those that a class loader may
   * find. If there are several, all are returned, because the chosen one depends on the search
   * order.
   */
  findClasses(name: string): readonly number[] {
    return this.#onPath.get(name) ?? this.#open.get(name) ?? NONE;
  }

  /** {@link find} for a name in its written form, in which a nested class may follow a dot. */
  findWritten(name: string): readonly number[] {
    let text = name;
    for (let depth = 0; depth <= INNER_DEPTH_MAX; depth += 1) {
      const found = this.findClasses(text);
      const slash = text.lastIndexOf('/');
      if (found.length > 0 || slash < 0) {
        return found;
      }
      text = `${text.slice(0, slash)}$${text.slice(slash + 1)}`;
    }
    return NONE;
  }

  /** {@link find} for the name with a number in the table of a class, in any form. */
  resolve(id: number, number: number): readonly number[] {
    const { resolved, names } = this.#getTable(id);
    const known = resolved[number];
    if (known !== undefined) {
      return known;
    }
    const text = names[number] ?? '';
    const found = text.includes('.')
      ? this.findWritten(toQualifiedName(text) ?? '')
      : this.findClasses(text);
    resolved[number] = found;
    return found;
  }

  #getTable(id: number): Table {
    const table = this.#tables[this.#tableNumbers[id] ?? -1];
    assert(table !== undefined, 'a class of this index');
    return table;
  }
}
