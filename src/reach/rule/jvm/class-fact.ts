import type { ClassFile } from '../../../ecosystem/java/class-file.ts';

/** What an archive says, or a file in a folder of classes. */
export interface JvmFact {
  /** Other archives that its manifest names, as written. */
  readonly classPath?: readonly string[];
  readonly archives?: readonly ClassArchive[];
  /** Those of a file of arguments for the launcher, without quotes. */
  readonly words?: readonly string[];
}

/** What one archive, or a file of a folder of classes, says of classes. Plain data. */
export interface ClassArchive {
  /** Inside the file, each archive after a colon; empty for the file itself. */
  readonly path: string;
  /** Classes that its manifest starts, by the attribute. */
  readonly starts: Readonly<Record<string, string>>;
  /** What its resources name. */
  readonly named: readonly NamedClass[];
  /** All names that {@link classes} have, one a line. */
  readonly names: string;
  /** See {@link ClassTableWriter}. */
  readonly classes: string;
  /** Not all of it could be read, so that nobody knows what else is in it. */
  readonly isPartial?: true;
}

/** A class that a resource of an archive names. */
export interface NamedClass {
  /** Path of the resource in the archive. */
  readonly member: string;
  /** Slashed. */
  readonly name: string;
  /** As it stands there. */
  readonly token: string;
  /** Slashed name of the class whose users look there; absent where nobody knows who does. */
  readonly by?: string;
}

/** Five bits a sign, and a sixth that says that more follow; all of them safe in JSON. */
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-';
const BITS = 5;
const MORE = 1 << BITS;
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < SIGNS.length; value += 1) {
  VALUES[SIGNS.charCodeAt(value)] = value;
}

/**
 * Packs the classes of an archive: fifty thousand of them name each other a million times. A class
 * is a list of numbers of names: its own, its folder, by what it loads (0: nothing); then, each
 * with their count, its supers, classes and texts, these by the differences in ascending order.
 * Classes are parted by commas.
 */
export class ClassTableWriter {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #classes: string[] = [];
  namesChars = 0;

  get count(): number {
    return this.#classes.length;
  }

  add(folder: string, file: ClassFile): void {
    const { name, supers, classes, texts, loadsBy = '' } = file;
    const text = [name, folder, loadsBy].map((one) => numberText(this.#number(one))).join('');
    const tokens = texts.map(({ token }) => token);
    this.#classes.push(text + [supers, classes, tokens].map((list) => this.#list(list)).join(''));
  }

  #number(name: string): number {
    // A name is a line of its own.
    const line = name.includes('\n') ? name.replaceAll('\n', ' ') : name;
    const known = this.#numbers.get(line);
    if (known !== undefined) {
      return known;
    }
    const made = this.#numbers.size;
    // Parts of a class file would keep all of it in memory.
    this.#numbers.set(Buffer.from(line).toString(), made);
    this.namesChars += line.length + 1;
    return made;
  }

  #list(names: readonly string[]): string {
    let text = numberText(names.length);
    let last = 0;
    const numbers = names.map((name) => this.#number(name));
    for (const number of numbers.sort((left, right) => left - right)) {
      text += numberText(number - last);
      last = number;
    }
    return text;
  }

  finish(): Pick<ClassArchive, 'names' | 'classes'> {
    return { names: [...this.#numbers.keys()].join('\n'), classes: this.#classes.join(',') };
  }
}

function numberText(number: number): string {
  let text = '';
  let rest = number;
  while (rest >= MORE) {
    text += SIGNS[(rest & (MORE - 1)) | MORE] ?? '';
    rest >>>= BITS;
  }
  return text + (SIGNS[rest] ?? '');
}

/** Numbers of the names of one class. */
export interface PackedClass {
  readonly name: number;
  readonly folder: number;
  readonly loadsBy: number;
  readonly supers: readonly number[];
  readonly classes: readonly number[];
  readonly texts: readonly number[];
}

/** Takes back what {@link ClassTableWriter} packed of one class. */
export function unpackClass(text: string): PackedClass {
  let at = 0;
  const next = (): number => {
    let number = 0;
    for (let shift = 0; at < text.length; shift += BITS) {
      const value = VALUES[text.charCodeAt(at)] ?? 0;
      at += 1;
      number |= (value & (MORE - 1)) << shift;
      if (value < MORE) {
        break;
      }
    }
    return number;
  };
  const list = (): number[] => {
    const numbers: number[] = [];
    let last = 0;
    for (let left = next(); left > 0 && at < text.length; left -= 1) {
      last += next();
      numbers.push(last);
    }
    return numbers;
  };
  const [name, folder, loadsBy] = [next(), next(), next()];
  return { name, folder, loadsBy, supers: list(), classes: list(), texts: list() };
}
