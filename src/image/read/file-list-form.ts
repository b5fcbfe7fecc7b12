import { assert, present } from '../../foundation/core/assert.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { ExecutableFacts, InventoryFile } from '../../foundation/core/inventory.ts';
import type { Writable } from '../../foundation/core/writable.ts';

type Security = NonNullable<ExecutableFacts['security']>;

/**
 * Files of an inventory by columns: parsing each of them as an object of its own takes twice as
 * long. Values shared by many files are stored once.
 */
export interface FileListForm {
  readonly paths: readonly string[];
  readonly sizes: readonly number[];
  /** The index of the kind of each file. */
  readonly kindNumbers: readonly number[];
  readonly kinds: readonly Kind[];
  /** Only for the files that have them, in their order; digests are concatenated. */
  readonly sha256: string;
  readonly sha1: string;
  readonly linkTargets: readonly string[];
  /** With the index in `securities` for the hardening of each. */
  readonly executables: readonly object[];
  readonly securities: readonly Security[];
}

/** The values that files have in common, and which columns have more for each. */
interface Kind {
  /** A file with all its members in order; those stored in columns are empty. */
  readonly like: InventoryFile;
  readonly hasDigests: boolean;
  readonly hasLinkTarget: boolean;
  readonly hasFacts: boolean;
}

const SHA256_DIGITS = 64;
const SHA1_DIGITS = 40;
const NO_FACTS: ExecutableFacts = {
  format: 'elf',
  hasExports: false,
  hasEntrypoint: false,
  importedLibraries: [],
};

/** @param indexOf returns the index of a layer in the form */
export function writeFileList(
  files: readonly InventoryFile[],
  indexOf: (layer: Digest) => number,
): FileListForm {
  const kinds = new Distinct<object>();
  const securities = new Distinct<Security>();
  const digested = files.filter(hasDigests);
  return {
    paths: files.map(({ path }) => path),
    sizes: files.map(({ sizeBytes }) => sizeBytes),
    kindNumbers: files.map((file) => kinds.addValue(toKind(file, indexOf))),
    kinds: kinds.all as Kind[],
    sha256: digested.map(({ sha256 }) => sha256).join(''),
    sha1: digested.map(({ sha1 }) => sha1).join(''),
    linkTargets: files.flatMap(({ linkTarget }) => linkTarget ?? []),
    executables: files.flatMap(({ executable }) => {
      const security = executable?.security;
      return security === undefined
        ? (executable ?? [])
        : { ...executable, security: securities.addValue(security) };
    }),
    securities: securities.all,
  };
}

function hasDigests({ sha256, sha1 }: InventoryFile): boolean {
  return sha256?.length === SHA256_DIGITS && sha1?.length === SHA1_DIGITS;
}

function toKind(file: InventoryFile, indexOf: (layer: Digest) => number): object {
  const { layer, linkTarget, executable } = file;
  const like = {
    ...file,
    path: '',
    sizeBytes: 0,
    ...(layer === undefined ? {} : { layer: indexOf(layer) }),
    ...(linkTarget === undefined ? {} : { linkTarget: '' }),
    ...(executable === undefined ? {} : { executable: NO_FACTS }),
    ...(hasDigests(file) ? { sha256: '', sha1: '' } : {}),
  };
  return {
    like,
    hasDigests: hasDigests(file),
    hasLinkTarget: linkTarget !== undefined,
    hasFacts: executable !== undefined,
  };
}

/** Numbers the values passed to it; equal values get the same number. */
class Distinct<Value extends object> {
  readonly all: Value[] = [];
  readonly #numbers = new Map<string, number>();

  addValue(value: Value): number {
    const text = JSON.stringify(value);
    const number = this.#numbers.get(text) ?? this.all.push(value) - 1;
    this.#numbers.set(text, number);
    return number;
  }
}

/**
 * Decodes the result of {@link writeFileList}.
 *
 * @param layers the layers by index
 * @throws an error if anything is missing
 */
export function readFileList(form: FileListForm, layers: readonly Digest[]): InventoryFile[] {
  const { paths, sizes, kindNumbers: numbers, kinds, sha256, sha1, linkTargets } = form;
  const facts = restoreFacts(form);
  readLayers(kinds, layers);
  const files: InventoryFile[] = [];
  let [digested, linked, executed] = [0, 0, 0];
  // Few calls, and a copy instead of a list of members, because code that runs once is not
  // compiled.
  for (let row = 0; row < paths.length; row += 1) {
    const kind = kinds[numbers[row] ?? -1];
    assert(kind !== undefined, 'a kind of file');
    const file: Writable<InventoryFile> = { ...kind.like };
    file.path = paths[row] ?? '';
    file.sizeBytes = sizes[row] ?? 0;
    if (kind.hasDigests) {
      file.sha256 = sha256.slice(digested * SHA256_DIGITS, (digested + 1) * SHA256_DIGITS);
      file.sha1 = sha1.slice(digested * SHA1_DIGITS, (digested + 1) * SHA1_DIGITS);
      digested += 1;
    }
    if (kind.hasLinkTarget) {
      file.linkTarget = linkTargets[linked] ?? '';
      linked += 1;
    }
    if (kind.hasFacts) {
      file.executable = facts[executed] ?? NO_FACTS;
      executed += 1;
    }
    files.push(file);
  }
  const isWhole =
    numbers.length === paths.length &&
    sizes.length === paths.length &&
    sha256.length === digested * SHA256_DIGITS &&
    sha1.length === digested * SHA1_DIGITS &&
    linkTargets.length === linked &&
    facts.length === executed;
  assert(isWhole, 'columns that belong together');
  return files;
}

function readLayers(kinds: readonly Kind[], layers: readonly Digest[]): void {
  for (const { like } of kinds) {
    const one: { layer?: unknown } = like;
    if (one.layer !== undefined) {
      one.layer = present(layers[Number(one.layer)], 'a layer');
    }
  }
}

function restoreFacts({ executables, securities }: FileListForm): readonly ExecutableFacts[] {
  for (const facts of executables as readonly { security?: unknown }[]) {
    if (facts.security !== undefined) {
      facts.security = present(securities[Number(facts.security)], 'facts of security');
    }
  }
  return executables as readonly ExecutableFacts[];
}
