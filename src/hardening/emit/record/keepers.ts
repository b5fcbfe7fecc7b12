import type { FileView } from '../../../foundation/core/cataloger.ts';
import type { InventoryPackage } from '../../../foundation/core/inventory.ts';
import { getFileType, type KeptPaths } from '../kept-paths.ts';
import { apkRecords } from './apk-records.ts';
import { composerRecords } from './composer-records.ts';
import { condaRecords } from './conda-records.ts';
import type { RecordContext, RecordKeeper, WrittenRecord } from './contract.ts';
import { dpkgRecords } from './dpkg-records.ts';
import { pacmanRecords } from './pacman-records.ts';
import { portageRecords } from './portage-records.ts';
import { pythonRecords } from './python-records.ts';
import { rpmRecords } from './rpm-records.ts';

/** Every kind of record that lists files, and is therefore reduced. */
const KEEPERS: readonly RecordKeeper[] = [
  apkRecords,
  composerRecords,
  condaRecords,
  dpkgRecords,
  pacmanRecords,
  portageRecords,
  pythonRecords,
  rpmRecords,
];

/** Keepers of databases with all packages, which are written anew as a whole. */
const DATABASES = listCatalogers([apkRecords, dpkgRecords, rpmRecords]);

/** Catalogers of the operating system. */
const OF_SYSTEM = listCatalogers([
  apkRecords,
  dpkgRecords,
  pacmanRecords,
  portageRecords,
  rpmRecords,
]);

function listCatalogers(keepers: readonly RecordKeeper[]): ReadonlySet<string> {
  return new Set(keepers.flatMap(({ catalogers }) => catalogers));
}

/** Returns whether the operating system's package manager installed a package. */
export function isSystemPackage({ foundBy }: Pick<InventoryPackage, 'foundBy'>): boolean {
  return OF_SYSTEM.has(foundBy);
}

/** The records of packages that stay. */
export class RecordPlan {
  readonly #groups: readonly (readonly [RecordKeeper, readonly InventoryPackage[]])[];
  /** Files whose content must be read. */
  readonly sources: readonly string[];

  /**
   * Chooses the records that are reduced, and keeps all other evidence of packages as it is.
   *
   * @param packages the packages that stay
   */
  constructor(packages: readonly InventoryPackage[], kept: KeptPaths, view: FileView) {
    this.#groups = KEEPERS.map((keeper) => [
      keeper,
      packages.filter(({ foundBy }) => keeper.catalogers.includes(foundBy)),
    ]);
    const sources = new Set(
      this.#groups.flatMap(([keeper, own]) => (own.length === 0 ? [] : keeper.listSources(own))),
    );
    this.sources = [...sources].filter((path) => isRegularFile(view, path));
    for (const item of packages) {
      for (const { path, accessPath } of item.locations) {
        if (DATABASES.has(item.foundBy) || sources.has(path)) {
          kept.addLinks(accessPath);
        } else {
          kept.addRecord(path, accessPath);
        }
      }
    }
  }

  writeRecords(context: RecordContext): readonly WrittenRecord[] {
    const readable = new Set(this.sources);
    return this.#groups.flatMap(([keeper, own]) => {
      const packages = own.filter((item) =>
        keeper.listSources([item]).every((path) => readable.has(path)),
      );
      return packages.length === 0 ? [] : keeper.writeRecords(packages, context);
    });
  }
}

function isRegularFile(view: FileView, path: string): boolean {
  const ref = view.find(path);
  const content = ref && view.resolveHardLink(ref);
  return content !== undefined && getFileType(view, content) === 'regular';
}
