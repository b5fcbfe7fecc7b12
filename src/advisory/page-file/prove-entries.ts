import { UserError } from '../../core/error.ts';
import { decodeBranch, decodeLeaf, hashPage, LEVEL_MAX, readLevel } from './page.ts';
import { type PageEntry, type PageFile, selectChildren } from './page-file.ts';
import { formatRoot, isRoot, parseRoot } from './page-file-form.ts';

/**
 * The pages from the root to the leaves that may have keys with a prefix. They prove which entries
 * have the prefix, and that no others have it, to everyone who knows the root.
 */
export interface EntryProof {
  /** `sha256:…` of the root page. */
  readonly root: string;
  /** In Base64, because keys can have any bytes. */
  readonly prefix: string;
  /** Uncompressed pages in Base64, each after the pages that lead to it. */
  readonly pages: readonly string[];
}

/** Bytes of a page in a proof: real pages are a thousandth of it. */
const PAGE_BYTES_MAX = 64 * 1024 * 1024;

/** Returns the proof of the entries whose keys begin with a prefix, or of their absence. */
export function proveEntries(file: PageFile, prefix: string): EntryProof {
  const pages: string[] = [];
  for (const ref of file.listPages(prefix)) {
    pages.push(file.readPage(ref).bytes.toString('base64'));
  }
  return { root: file.root, prefix: Buffer.from(prefix, 'latin1').toString('base64'), pages };
}

/**
 * Returns the entries that a proof proves, all that have its prefix.
 *
 * @throws UserError `E_PROOF_INVALID` if a page is missing, changed or unused
 */
export function verifyEntries({ root, prefix, pages }: EntryProof): readonly PageEntry[] {
  if (!isRoot(root)) {
    throw createProofError(`has the malformed root "${root}"`);
  }
  const walk = new ProofWalk(Buffer.from(prefix, 'base64').toString('latin1'), pages);
  try {
    walk.followPage(parseRoot(root));
  } catch (cause) {
    throw cause instanceof UserError ? cause : createProofError('has a malformed page', cause);
  }
  return walk.finishWalk();
}

class ProofWalk {
  readonly #prefix: string;
  readonly #pages = new Map<string, Buffer>();
  readonly #entries: PageEntry[] = [];
  #used = 0;

  constructor(prefix: string, pages: readonly string[]) {
    this.#prefix = prefix;
    for (const page of pages) {
      if (page.length > PAGE_BYTES_MAX) {
        throw createProofError('has a page that is too large');
      }
      const bytes = Buffer.from(page, 'base64');
      this.#pages.set(formatRoot(hashPage(bytes)), bytes);
    }
    if (this.#pages.size !== pages.length) {
      throw createProofError('has a page twice');
    }
  }

  /** `level`: the expected one; absent for the root. */
  followPage(hash: Buffer, level?: number): void {
    const bytes = this.#pages.get(formatRoot(hash));
    if (bytes === undefined) {
      throw createProofError('does not have every page between the root and its entries');
    }
    this.#used++;
    const found = readLevel(bytes);
    if (found !== (level ?? found) || found >= LEVEL_MAX) {
      throw createProofError('has a page in the wrong place');
    }
    if (found === 0) {
      this.#addEntries(bytes);
      return;
    }
    const { keys, hashes } = decodeBranch(bytes);
    for (const at of selectChildren(keys, this.#prefix)) {
      this.followPage(hashes[at] ?? Buffer.alloc(0), found - 1);
    }
  }

  finishWalk(): readonly PageEntry[] {
    if (this.#used !== this.#pages.size) {
      throw createProofError('has pages that do not lead to its entries');
    }
    return this.#entries;
  }

  #addEntries(bytes: Buffer): void {
    const { keys, values } = decodeLeaf(bytes);
    for (const [at, key] of keys.entries()) {
      const value = values[at];
      if (value !== undefined && key.startsWith(this.#prefix)) {
        this.#entries.push({ key, value });
      }
    }
  }
}

function createProofError(what: string, cause?: unknown): UserError {
  return new UserError('E_PROOF_INVALID', `the proof ${what}`, { cause });
}
