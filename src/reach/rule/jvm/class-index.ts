import { assert } from '../../../core/assert.ts';
import { qualifiedName } from '../../../ecosystem/java/class-names.ts';
import { toMemberPath } from '../../member-path.ts';
import { type ClassArchive, type NamedClass, type PackedClass, unpackClass } from './class-fact.ts';

/** An archive, or a file of a folder of classes, as a part of what an application may load. */
export interface ClassUnit {
  /** Real path of the file. */
  readonly file: string;
  /** The archive in it that is meant, as a path; that of the file itself where it is no other. */
  readonly path: string;
  /** How it may get onto the class path; `open`: only a class loader may find it. */
  readonly place: 'certain' | 'possible' | 'open';
  readonly starts: ClassArchive['starts'];
  readonly named: readonly PlacedName[];
  /** Ids of its classes. */
  readonly classes: readonly number[];
}

export interface PlacedName extends NamedClass {
  /** Where the name stands, as a path. */
  readonly witnessPath: string;
}

/** A file whose fact tells of classes. */
export interface ClassSource {
  readonly file: string;
  readonly place: ClassUnit['place'];
  readonly archives: readonly ClassArchive[];
}

interface Table {
  readonly unit: ClassUnit;
  readonly names: readonly string[];
  readonly packed: readonly string[];
  /** Ids by the number of a name, as far as they were asked for. */
  readonly resolved: (readonly number[] | undefined)[];
}

const NONE: readonly number[] = [];
const INNER_DEPTH_MAX = 2;

/** Whether a path is that of an archive, and not of a file in a folder of classes. */
export function isArchivePath(path: string): boolean {
  return /\.(?:jar|war|ear)$/.test(path);
}

/** All classes that an application may load, by number and by name. */
export class ClassIndex {
  readonly units: ClassUnit[] = [];
  /** Whether something of what belongs to it could not be read. */
  isPartial = false;
  /** Whether any class at all may load others by names that nobody can tell. */
  hasLoading = false;
  readonly #tables: Table[] = [];
  readonly #tableOf: number[] = [];
  readonly #rowOf: number[] = [];
  /** Numbers of the name and the folder of each class, which are asked for most. */
  readonly #nameOf: number[] = [];
  readonly #folderOf: number[] = [];
  readonly #onPath = new Map<string, number[]>();
  readonly #open = new Map<string, number[]>();

  constructor(sources: readonly ClassSource[]) {
    for (const { file, place, archives } of sources) {
      for (const archive of archives) {
        this.isPartial ||= archive.isPartial === true;
        this.#add(archive, file, place);
      }
    }
  }

  get count(): number {
    return this.#tableOf.length;
  }

  #add(archive: ClassArchive, file: string, place: ClassUnit['place']): void {
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
      const id = this.#tableOf.push(number) - 1;
      this.#rowOf.push(row);
      classes.push(id);
      const { name, folder, loadsBy } = unpackClass(text);
      this.#nameOf.push(name);
      this.#folderOf.push(folder);
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

  /** Path of the file of a class, in its archive or alone. */
  getPath(id: number): string {
    const { unit } = this.#getTable(id);
    const folder = this.getText(id, this.#folderOf[id] ?? 0);
    return isArchivePath(unit.path)
      ? toMemberPath(unit.path, `${folder}${this.getName(id)}.class`)
      : unit.path;
  }

  getPacked(id: number): PackedClass {
    return unpackClass(this.#getTable(id).packed[this.#rowOf[id] ?? 0] ?? '');
  }

  /** What stands under a number in the table of a class. */
  getText(id: number, number: number): string {
    return this.#getTable(id).names[number] ?? '';
  }

  getName(id: number): string {
    return this.getText(id, this.#nameOf[id] ?? 0);
  }

  /**
   * Classes of a name: those of the class path, or, where it has none, those that a class loader
   * may find. Which of several is taken depends on their order, so that all are meant.
   */
  find(name: string): readonly number[] {
    return this.#onPath.get(name) ?? this.#open.get(name) ?? NONE;
  }

  /** {@link find} for a name as people write it: a class in a class may follow a dot. */
  findWritten(name: string): readonly number[] {
    let text = name;
    for (let depth = 0; depth <= INNER_DEPTH_MAX; depth += 1) {
      const found = this.find(text);
      const slash = text.lastIndexOf('/');
      if (found.length > 0 || slash < 0) {
        return found;
      }
      text = `${text.slice(0, slash)}$${text.slice(slash + 1)}`;
    }
    return NONE;
  }

  /** {@link find} for what stands under a number in the table of a class, in whatever form. */
  resolve(id: number, number: number): readonly number[] {
    const { resolved, names } = this.#getTable(id);
    const known = resolved[number];
    if (known !== undefined) {
      return known;
    }
    const text = names[number] ?? '';
    const found = text.includes('.')
      ? this.findWritten(qualifiedName(text) ?? '')
      : this.find(text);
    resolved[number] = found;
    return found;
  }

  #getTable(id: number): Table {
    const table = this.#tables[this.#tableOf[id] ?? -1];
    assert(table !== undefined, 'a class of this index');
    return table;
  }
}
