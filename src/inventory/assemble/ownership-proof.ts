import { addToList } from '../../foundation/core/add-to-list.ts';
import { appendAll } from '../../foundation/core/append-all.ts';
import type { Assembly, FileView } from '../../foundation/core/cataloger.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import type { Location, Package, RecordedDigest } from '../../foundation/core/package.ts';
import { isBuild, isLanguageBuild } from '../../foundation/core/same-product.ts';

/**
 * `digest`: the record's digest matches; `name`: the record has no digest, but the same name and
 * version; `changed`: the digest differs; `unproven`: only the path is listed; `none`: not listed.
 */
export type ProofResult = 'digest' | 'name' | 'changed' | 'unproven' | 'none';

/** The strongest first; a different digest is stronger than a path alone. */
const STRENGTH: readonly ProofResult[] = ['digest', 'changed', 'name', 'unproven', 'none'];

interface Proof {
  readonly result: ProofResult;
  readonly owner: InventoryPackage | undefined;
}

interface ProofInput {
  readonly view: FileView;
  readonly assemblies: readonly Assembly[];
  readonly keysByPackage: ReadonlyMap<Package, string>;
}

/** Digests by real path; empty if the record only lists the path. */
type OwnedDigests = ReadonlyMap<string, readonly RecordedDigest[]>;

/** Compares the digests of records with the files of the view. */
export class OwnershipProof {
  readonly #view: FileView;
  readonly #md5ByPath: ReadonlyMap<string, string>;
  readonly #recorded = new Map<string, OwnedDigests>();
  /** Owners of each path that they list. */
  readonly #ownersByPath = new Map<string, InventoryPackage[]>();

  /** @param owners the packages whose records are read; their lists are long */
  constructor(
    { view, assemblies, keysByPackage }: ProofInput,
    owners: readonly InventoryPackage[],
  ) {
    this.#view = view;
    this.#md5ByPath = new Map(assemblies.flatMap(({ md5ByPath }) => [...(md5ByPath ?? [])]));
    const byKey = new Map<string, RecordedDigest[]>();
    const keys = new Set(owners.map(({ key }) => key));
    for (const { packages = [], recordedDigests } of assemblies) {
      for (const pkg of recordedDigests === undefined ? [] : packages) {
        const key = keysByPackage.get(pkg);
        if (key !== undefined && keys.has(key)) {
          const known = byKey.get(key) ?? [];
          byKey.set(key, known);
          appendAll(known, recordedDigests?.(pkg) ?? []);
        }
      }
    }
    for (const owner of owners) {
      const owned = this.#listOwnedDigests(owner, byKey.get(owner.key) ?? []);
      this.#recorded.set(owner.key, owned);
      for (const path of owned.keys()) {
        addToList(this.#ownersByPath, path, owner);
      }
    }
  }

  /** Returns the strongest proof that the owners have for the file. */
  judge(pkg: InventoryPackage, { path }: Location, owners: ReadonlySet<InventoryPackage>): Proof {
    const proofs = (this.#ownersByPath.get(path) ?? [])
      .filter((owner) => owners.has(owner))
      .map((owner) => ({ owner, result: this.judgeOwner(pkg, path, owner) }));
    const strongest = STRENGTH.map((result) => proofs.find((proof) => proof.result === result));
    return strongest.find((proof) => proof !== undefined) ?? { owner: undefined, result: 'none' };
  }

  /** Returns the proof that one owner has for the file. */
  judgeOwner(pkg: InventoryPackage, path: string, owner: InventoryPackage): ProofResult {
    const listed = this.#recorded.get(owner.key)?.get(path);
    if (listed === undefined) {
      return 'none';
    }
    const actual = this.#getActualDigests(path);
    const known = listed.filter(({ algorithm }) => actual.has(algorithm));
    if (known.length > 0) {
      const isSame = known.every(({ algorithm, digits }) => actual.get(algorithm) === digits);
      return isSame ? 'digest' : 'changed';
    }
    const isOwn = pkg.language === '' ? isBuild(owner, pkg) : isLanguageBuild(owner, pkg);
    return isOwn ? 'name' : 'unproven';
  }

  #getActualDigests(path: string): ReadonlyMap<string, string> {
    const found = this.#view.resolve(path);
    const files = found && this.#view.layers[found.ref.layer]?.files;
    const row = found?.ref.row ?? 0;
    const md5 =
      files?.getOtherDigests(row)?.md5 ??
      this.#md5ByPath.get(path) ??
      this.#md5ByPath.get(found?.path ?? path);
    const digests = { sha256: files?.getSha256(row), sha1: files?.getSha1(row), md5 };
    return new Map(
      Object.entries(digests).flatMap(([name, digits]) => (digits ? [[name, digits]] : [])),
    );
  }

  /**
   * Paths may lead through links, such as `/bin` to `/usr/bin`. The digest of a path that is itself
   * a link is that of the link.
   */
  #listOwnedDigests(owner: InventoryPackage, recorded: readonly RecordedDigest[]): OwnedDigests {
    const owned = new Map<string, RecordedDigest[]>();
    for (const { path } of owner.ownedFiles) {
      for (const name of [path, this.#view.resolve(path)?.path ?? path]) {
        owned.set(name, owned.get(name) ?? []);
      }
    }
    for (const digest of recorded) {
      const place = this.#resolveDirectory(digest.path);
      if (!this.#isLink(place)) {
        owned.get(place)?.push(digest);
      }
    }
    return owned;
  }

  /** Returns the path with links in its directory resolved. */
  #resolveDirectory(path: string): string {
    const end = path.lastIndexOf('/');
    const folder = this.#view.findRealFolder(path.slice(0, end) || '/');
    return folder === undefined ? path : `${folder === '/' ? '' : folder}${path.slice(end)}`;
  }

  #isLink(path: string): boolean {
    const ref = this.#view.find(path);
    return ref !== undefined && this.#view.layers[ref.layer]?.files.getType(ref.row) === 'symlink';
  }
}
