import type { BaseImage, BasePackage } from '../../base/base-image.ts';
import { PathSet, type ProvidedLibrary } from '../../base/provisions.ts';
import { splitExecutable } from '../../base/recognize.ts';
import { listContentDigests, shortenDigest } from '../../base/short-digest.ts';

/** Look-ups in the facts about a base image. */
export class BaseContents {
  readonly image: BaseImage;
  readonly paths: PathSet;
  /** Machines of its programs and libraries, such as `62-64`; empty if it has none. */
  readonly machines: ReadonlySet<string>;
  readonly #digests: ReadonlySet<string>;
  readonly #libraries: ReadonlyMap<string, readonly ProvidedLibrary[]>;
  readonly #owners = new Map<string, BasePackage>();

  constructor(image: BaseImage) {
    this.image = image;
    const { libraries } = image.provisions;
    this.paths = new PathSet(image.provisions);
    this.machines = new Set(libraries.map(({ machine }) => machine));
    this.#digests = new Set(image.contents.flatMap(listContentDigests));
    this.#libraries = Map.groupBy(libraries, ({ name }) => name);
    for (const { package: index, executables } of image.contents) {
      const item = index === undefined ? undefined : image.packages[index];
      for (const text of item === undefined ? [] : executables) {
        this.#owners.set(splitExecutable(text).path, item as BasePackage);
      }
    }
  }

  /** Whether the base image has this path and, anywhere, this content. */
  hasFile(path: string, sha256: string): boolean {
    const digest = shortenDigest(sha256);
    return this.paths.hasPath(path) && (digest === undefined || this.#digests.has(digest));
  }

  hasContent(sha256: string): boolean {
    return this.#digests.has(shortenDigest(sha256) ?? '');
  }

  findLibrary(name: string, machine: string): ProvidedLibrary | undefined {
    return this.#libraries.get(name)?.find((one) => one.machine === machine);
  }

  findOwner({ path }: ProvidedLibrary): BasePackage | undefined {
    return this.#owners.get(path);
  }

  /** The highest version of the C library, such as `2.36`; `undefined` if it is not glibc. */
  findGlibcVersion(): string | undefined {
    const { versions = [] } = this.#libraries.get('libc.so.6')?.[0] ?? {};
    return findHighestGlibc(versions);
  }
}

/** Returns the highest of versions such as `GLIBC_2.34`; others do not count. */
export function findHighestGlibc(versions: Iterable<string>): string | undefined {
  const numbers = [...versions]
    .flatMap((version) => /^GLIBC_(\d+(?:\.\d+)+)$/.exec(version)?.[1] ?? [])
    .sort(compareNumbers);
  return numbers.at(-1);
}

function compareNumbers(left: string, right: string): number {
  const [rights, lefts] = [right, left].map((text) => text.split('.').map(Number));
  for (const [index, number] of (lefts ?? []).entries()) {
    const difference = number - (rights?.[index] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return (lefts?.length ?? 0) - (rights?.length ?? 0);
}
