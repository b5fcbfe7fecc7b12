import type { ClassFile } from '../../../../inventory/ecosystem/java/class-file.ts';

/** Contents of an archive or of a file in a directory of classes. */
export interface JvmFact {
  /** Other archives in its manifest, in their written form. */
  readonly classPath?: readonly string[];
  readonly archives?: readonly ClassArchive[];
  /** Words of a launcher argument file, without quotes. */
  readonly words?: readonly string[];
}

/** Classes of one archive or of a file in a directory of classes. Plain data. */
export interface ClassArchive {
  /** Path inside the file, with a colon before each archive; empty for the file itself. */
  readonly path: string;
  /** Classes that its manifest starts, by attribute. */
  readonly starts: Readonly<Record<string, string>>;
  /** Classes that its resources name. */
  readonly named: readonly NamedClass[];
  /** All names in {@link classifyCrates}, one per line. */
  readonly names: string;
  /** See {@link ClassTableWriter}. */
  readonly classes: string;
  /** Parts of it could not be read, so its contents are incomplete. */
  readonly isPartial?: true;
}

/** A class that a resource of an archive names. */
export interface NamedClass {
  /** Path of the resource in the archive. */
  readonly member: string;
  /** Slashed. */
  readonly name: string;
  /** In its written form. */
  readonly token: string;
  /** Slashed name of the class whose users read the resource; absent if unknown. */
  readonly by?: string;
}

/** Five bits per character, and a sixth if more follow; all of them are safe in JSON. */
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-';
const BITS = 5;
const MORE = 1 << BITS;
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < SIGNS.length; value += 1) {
  VALUES[SIGNS.charCodeAt(value)] = value;
}

/**
 * Packs the classes of an archive: fifty thousand classes name each other a million times. A class
 * is a list of numbers of names: its name, its directory, and how it loads other classes (0 if it
 * does not). Its supertypes, classes and strings follow, each list with its length and as ascending
 * differences. Commas separate classes.
 */
export class ClassTableWriter {
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #classes: string[] = [];
  namesChars = 0;

  get count(): number {
    return this.#classes.length;
  }

  addClass(folder: string, file: ClassFile): void {
    const { name, supers, classes, texts, loadsBy = '' } = file;
    const text = [name, folder, loadsBy].map((one) => numberText(this.#number(one))).join('');
    const tokens = texts.map(({ token }) => token);
    this.#classes.push(
      text + [supers, classes, tokens].map((list) => this.#encodeList(list)).join(''),
    );
  }

  #number(name: string): number {
    // Each name is a separate line.
    const line = name.includes('\n') ? name.replaceAll('\n', ' ') : name;
    const known = this.#numbers.get(line);
    if (known !== undefined) {
      return known;
    }
    const made = this.#numbers.size;
    // A slice of a class file would keep the whole file in memory.
    this.#numbers.set(Buffer.from(line).toString(), made);
    this.namesChars += line.length + 1;
    return made;
  }

  #encodeList(names: readonly string[]): string {
    let text = numberText(names.length);
    let last = 0;
    const numbers = names.map((name) => this.#number(name));
    for (const number of numbers.sort((left, right) => left - right)) {
      text += numberText(number - last);
      last = number;
    }
    return text;
  }

  finishTable(): Pick<ClassArchive, 'names' | 'classes'> {
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

/** Unpacks one class that {@link ClassTableWriter} packed. */
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
  const readNumbers = (): number[] => {
    const numbers: number[] = [];
    let last = 0;
    for (let left = next(); left > 0 && at < text.length; left -= 1) {
      last += next();
      numbers.push(last);
    }
    return numbers;
  };
  const [name, folder, loadsBy] = [next(), next(), next()];
  return {
    name,
    folder,
    loadsBy,
    supers: readNumbers(),
    classes: readNumbers(),
    texts: readNumbers(),
  };
}
