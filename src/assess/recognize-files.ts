import { compareText } from '../foundation/core/compare-text.ts';
import type { Distro } from '../foundation/core/distro.ts';
import { isExecutableFile } from '../foundation/core/executable-file.ts';
import type { Inventory, InventoryFile, InventoryPackage } from '../foundation/core/inventory.ts';
import { RECOGNIZED_BY } from '../foundation/core/recognized.ts';
import type { BaseHead, BaseImage, BasePackage } from '../hardening/base/base-image.ts';
import { BaseStore } from '../hardening/base/base-store.ts';
import { rankBases, selectBases } from '../hardening/base/likely-bases.ts';
import {
  findVersionInName,
  type RecognizedPackage,
  recognizePackages,
  recognizeVersions,
  type VersionedFile,
} from '../hardening/base/recognize.ts';
import { SYSTEM_DATABASES } from '../hardening/base/system-databases.data.ts';
import { describeGaps } from './describe-gaps.ts';
import type { Ports } from './ports.ts';
import type { RecognitionRequest } from './request.ts';

interface RecognitionPorts extends Pick<Ports, 'notify'> {
  /** Reads the target again with all of its files. */
  readonly readAllFiles: () => Promise<Inventory>;
}

/** Fewer recognized packages are not enough evidence of the operating system of a target. */
const SYSTEM_PACKAGES_MIN = 3;

/**
 * Looks up files that no record explains in the known base images, and adds the packages that they
 * belong to. Everything that is missing is named in a problem, with its probable content.
 */
export async function recognizeFiles(
  inventory: Inventory,
  { folder }: RecognitionRequest,
  { notify, readAllFiles }: RecognitionPorts,
): Promise<Inventory> {
  const store = new BaseStore(folder);
  const { heads } = store.list();
  const suspects = listUnrecorded(inventory, inventory.files.filter(isExecutableFile));
  const read = store.createReader((message) => notify(`warning: ${message}`));
  const bases = selectBases(suspects, heads, store).flatMap(({ id }) => read(id) ?? []);
  if (bases.length === 0) {
    return recognizeRelease(inventory, heads, read);
  }
  const whole = await readAllFiles();
  const files = listUnrecorded(
    whole,
    whole.files.filter(({ type }) => type === 'regular'),
  );
  const ranked = rankBases(files, bases);
  const found = recognizePackages(files, ranked);
  const [best] = ranked;
  if (best === undefined || found.length === 0) {
    return recognizeRelease(inventory, heads, read);
  }
  const all = [...found, ...recognizeChanged(whole, { best, files, found })];
  return recognizeRelease(addPackages(inventory, all, best), heads, read);
}

/** Files that no package explains, except by its content. */
function listUnrecorded(
  { packages, relationships }: Inventory,
  files: readonly InventoryFile[],
): readonly InventoryFile[] {
  const inferred = new Set(
    packages.filter(({ yieldsToOwner }) => yieldsToOwner === true).map(({ key }) => key),
  );
  const recorded = new Set<string>();
  for (const edge of relationships) {
    if (edge.kind === 'contains-file' && !inferred.has(edge.from)) {
      recorded.add(edge.path);
    } else if (edge.kind === 'evident-by' && !inferred.has(edge.from)) {
      recorded.add(edge.location.path);
    }
  }
  for (const { otherOwnedFiles = [] } of packages) {
    otherOwnedFiles.forEach(({ path }) => recorded.add(path));
  }
  return files.filter(({ path }) => !recorded.has(path));
}

interface Changed {
  readonly best: BaseImage;
  readonly files: readonly InventoryFile[];
  readonly found: readonly RecognizedPackage[];
}

/** Recognizes rebuilt programs and libraries by their version, if the system was recognized. */
function recognizeChanged(
  { packages }: Inventory,
  { best, files, found }: Changed,
): readonly RecognizedPackage[] {
  if (found.filter(({ item }) => item.language === '').length < SYSTEM_PACKAGES_MIN) {
    return [];
  }
  const taken = new Set(found.flatMap((one) => one.files.map(({ path }) => path)));
  const known = new Set(found.map(({ item }) => item.key));
  const embedded = new Map(
    packages
      .filter(({ yieldsToOwner }) => yieldsToOwner === true)
      .flatMap(({ version, locations }) => locations.map(({ path }) => [path, version] as const)),
  );
  const versioned = files.flatMap((file): VersionedFile[] => {
    const version = embedded.get(file.path) ?? findVersionInName(file.path);
    return version === undefined || taken.has(file.path) || !isExecutableFile(file)
      ? []
      : [{ file, version }];
  });
  return recognizeVersions(versioned, best).filter(({ item }) => !known.has(item.key));
}

/**
 * Adds recognized packages with their files, and drops packages inferred from the same files. Those
 * of a file whose content differs stay: nothing shows that it has the fixes of the package.
 */
function addPackages(
  inventory: Inventory,
  found: readonly RecognizedPackage[],
  best: BaseImage,
): Inventory {
  const known = new Map(inventory.packages.map((item) => [item.key, item]));
  const added = [...Map.groupBy(found, ({ item }) => item.key).values()].flatMap(([one]) =>
    one === undefined || known.has(one.item.key) ? [] : [toRecognizedItem(one)],
  );
  const claims = found.flatMap(({ item, files }) => files.map((file) => ({ key: item.key, file })));
  const claimed = new Set(
    found.flatMap(({ by, files }) => (by === 'version' ? [] : files.map(({ path }) => path))),
  );
  const dropped = new Set(
    inventory.packages
      .filter((item) => item.yieldsToOwner && item.locations.every(({ path }) => claimed.has(path)))
      .map(({ key }) => key),
  );
  const listed = new Set(inventory.files.map(({ path }) => path));
  const files = [...new Map(claims.map(({ file }) => [file.path, file])).values()];
  return {
    ...inventory,
    packages: [...inventory.packages.filter(({ key }) => !dropped.has(key)), ...added].toSorted(
      (left, right) => compareText(left.name, right.name) || compareText(left.key, right.key),
    ),
    files: [...inventory.files, ...files.filter(({ path }) => !listed.has(path))].toSorted(
      (left, right) => compareText(left.path, right.path),
    ),
    relationships: [
      ...inventory.relationships.filter(
        (edge) => !dropped.has(edge.from) && !('to' in edge && dropped.has(edge.to)),
      ),
      ...claims.map(({ key, file }) => ({
        kind: 'contains-file' as const,
        from: key,
        path: file.path,
        ...(file.layer === undefined ? {} : { layer: file.layer }),
      })),
    ],
    problems: [...inventory.problems, ...describeGaps(inventory, found, best)],
  };
}

const LOCATIONS_MAX = 100;

function toRecognizedItem({
  item,
  base,
  files,
  of,
  by,
  confidence,
}: RecognizedPackage): InventoryPackage {
  const name = base.names[0] ?? base.id.slice(0, 12);
  const release = base.distro?.prettyName ?? base.distro?.id;
  const system = release === undefined ? '' : ` (${release})`;
  const distinct = new Set(files.map(({ sha256 }) => sha256)).size;
  const evidence = {
    digest: `${distinct} of its ${of} files by their digests`,
    'build-id': `a program or library by its build ID`,
    version: `the version of ${files[0]?.path ?? ''}, whose content differs`,
  }[by];
  return {
    ...item,
    foundBy: RECOGNIZED_BY,
    rule: `recognized without a record as the package of ${name}${system}: ${evidence}`,
    confidence,
    locations: files.slice(0, LOCATIONS_MAX).map(({ path, layer }) => ({
      path,
      accessPath: path,
      evidence: 'primary',
      ...(layer === undefined ? {} : { layer }),
    })),
    licenses: [],
    ownedFiles: files.map(({ path }) => ({ path })),
  };
}

/** At least this share of the packages of the operating system must be in a base image. */
const RELEASE_SHARE_MIN = 0.8;
const RELEASES_MAX = 32;

/** Recognizes the operating system by its packages if no os-release states it. */
function recognizeRelease(
  inventory: Inventory,
  heads: readonly BaseHead[],
  read: (id: string) => BaseImage | undefined,
): Inventory {
  const own = inventory.packages.filter(({ type }) => SYSTEM_DATABASES.has(type));
  if (inventory.distro !== undefined || own.length < SYSTEM_PACKAGES_MIN) {
    return inventory;
  }
  const identities = new Set(own.map(toIdentity));
  const candidates = heads
    .filter(({ distro }) => distro !== undefined)
    .slice(0, RELEASES_MAX)
    .flatMap((head) => {
      const packages = read(head.id)?.packages ?? [];
      const same = packages.filter((item) => identities.has(toIdentity(item))).length;
      return [{ head, same }];
    })
    .sort((left, right) => right.same - left.same);
  const [best] = candidates;
  if (best?.head.distro === undefined || best.same < own.length * RELEASE_SHARE_MIN) {
    return inventory;
  }
  const distro: Distro = best.head.distro;
  const name = distro.prettyName ?? distro.id;
  return {
    ...inventory,
    distro,
    problems: [
      ...inventory.problems,
      {
        code: 'P_MISSING',
        path: '/etc/os-release',
        message: `the file is missing; by ${best.same} of ${own.length} packages, the system is probably ${name}`,
      },
    ],
  };
}

function toIdentity({ type, name, version }: BasePackage | InventoryPackage): string {
  return `${type} ${name} ${version}`;
}
