import { addToList } from '../../foundation/core/add-to-list.ts';
import { getBaseName } from '../../foundation/core/base-name.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import type { BaseHead, BaseImage, BasePackage } from './base-image.ts';
import { nameWithType } from './identify-base.ts';
import {
  listContentDigests,
  shortenBuildId,
  shortenDigest,
  splitShortDigests,
} from './short-digest.ts';

/** The evidence by which a package was recognized, the strongest first. */
export type RecognizedBy = 'digest' | 'build-id' | 'version';

/** A package of a base image whose files are in a target without a record. */
export interface RecognizedPackage {
  readonly item: BasePackage;
  readonly base: BaseHead;
  /** Files of the target that are evidence, sorted by path. */
  readonly files: readonly InventoryFile[];
  /** Number of distinct files of the package in the base image. */
  readonly of: number;
  readonly by: RecognizedBy;
  /** From 0 to 1. */
  readonly confidence: number;
}

/** A package of one base image as a candidate. */
interface Candidate {
  readonly base: BaseImage;
  readonly item: BasePackage;
  readonly of: number;
  readonly files: InventoryFile[];
  isByBuildId: boolean;
}

/** Confidence by the kind of evidence. `ambiguous`: another version has the same files. */
const CONFIDENCE = { digest: 0.95, 'build-id': 0.9, ambiguous: 0.6, version: 0.5 } as const;

/** Without a program or library, at least this share of the files of a package is needed. */
const FILES_SHARE_MIN = 0.5;
/** Packages with fewer files need all of them. */
const FEW_FILES = 3;

/**
 * Recognizes packages of base images by the content of files that no record explains.
 *
 * @param bases the most likely base image first; it decides between versions with the same files
 */
export function recognizePackages(
  files: readonly InventoryFile[],
  bases: readonly BaseImage[],
): readonly RecognizedPackage[] {
  const candidates = listCandidates(files, bases);
  const byName = Map.groupBy(candidates, ({ item }) => nameWithType(item));
  return [...byName.values()]
    .flatMap(chooseVersions)
    .map((one) => ({ ...one, files: one.files.toSorted(comparePaths) }));
}

function comparePaths(left: InventoryFile, right: InventoryFile): number {
  return compareText(left.path, right.path);
}

/** A file that several packages contain, such as a license text, is evidence of none of them. */
function listCandidates(
  files: readonly InventoryFile[],
  bases: readonly BaseImage[],
): readonly Candidate[] {
  const wanted = new Map<string, InventoryFile[]>();
  const wantedIds = new Map<string, InventoryFile[]>();
  for (const file of files) {
    addToList(wanted, shortenDigest(file.sha256 ?? '') ?? '', file);
    addToList(wantedIds, shortenBuildId(file.executable?.buildId ?? '') ?? '', file);
  }
  const names = new Map<InventoryFile, Set<string>>();
  const candidates = bases.flatMap((base) =>
    base.contents.flatMap(({ package: index, digests, buildIds, executables }): Candidate[] => {
      const item = index === undefined ? undefined : base.packages[index];
      const own = listContentDigests({ digests, executables });
      const exact = own.flatMap((digest) => wanted.get(digest) ?? []);
      const built = splitShortDigests(buildIds).flatMap((id) => wantedIds.get(id) ?? []);
      const found = [...new Set([...exact, ...built])];
      if (item === undefined || found.length === 0) {
        return [];
      }
      const name = nameWithType(item);
      for (const file of found) {
        names.set(file, (names.get(file) ?? new Set()).add(name));
      }
      return [{ base, item, of: own.length, files: found, isByBuildId: exact.length === 0 }];
    }),
  );
  return candidates
    .map((one) => ({ ...one, files: one.files.filter((file) => names.get(file)?.size === 1) }))
    .filter((one) => one.files.length > 0);
}

/** The version with the most files comes first; others need files that it does not have. */
function chooseVersions(candidates: readonly Candidate[]): readonly RecognizedPackage[] {
  const chosen: RecognizedPackage[] = [];
  let rest = candidates;
  while (rest.length > 0) {
    const most = Math.max(...rest.map(({ files }) => files.length));
    const [best, ...equal] = rest.filter(({ files }) => files.length === most);
    if (best === undefined || !isEnough(best)) {
      break;
    }
    const isAmbiguous = equal.some(({ item }) => item.version !== best.item.version);
    const by = best.isByBuildId ? 'build-id' : 'digest';
    chosen.push({
      item: best.item,
      base: best.base.head,
      files: best.files,
      of: best.of,
      by,
      confidence: CONFIDENCE[isAmbiguous ? 'ambiguous' : by],
    });
    const taken = new Set(best.files);
    rest = rest
      .map((one) => ({ ...one, files: one.files.filter((file) => !taken.has(file)) }))
      .filter(({ files, item }) => files.length > 0 && item.version !== best.item.version);
  }
  return chosen;
}

function isEnough({ files, of }: Candidate): boolean {
  if (files.some(({ executable }) => executable !== undefined)) {
    return true;
  }
  const distinct = new Set(files.map(({ sha256 }) => sha256)).size;
  return of <= FEW_FILES ? distinct === of : distinct >= of * FILES_SHARE_MIN;
}

/** A file with a version that is known by other means than a record. */
export interface VersionedFile {
  readonly file: InventoryFile;
  /** Version in its name, as in `libz.so.1.2.13`, or embedded in it. */
  readonly version: string;
}

/**
 * Recognizes packages whose programs or libraries were rebuilt or changed: the file is at the path
 * of a package, and its version is that of the package. Only sensible if other packages of the base
 * image were recognized by content.
 */
export function recognizeVersions(
  files: readonly VersionedFile[],
  base: BaseImage,
): readonly RecognizedPackage[] {
  const owners = new Map<string, BasePackage>();
  for (const { package: index, executables } of base.contents) {
    const item = index === undefined ? undefined : base.packages[index];
    for (const { path } of item === undefined ? [] : executables.map(splitExecutable)) {
      owners.set(path, item as BasePackage);
    }
  }
  return files.flatMap(({ file, version }): RecognizedPackage[] => {
    const item = owners.get(file.path);
    return item === undefined || !hasUpstreamVersion(item.version, version)
      ? []
      : [
          {
            item,
            base: base.head,
            files: [file],
            of: 1,
            by: 'version',
            confidence: CONFIDENCE.version,
          },
        ];
  });
}

/** Whether a package version, without epoch, starts with all numbers of an upstream version. */
function hasUpstreamVersion(packaged: string, upstream: string): boolean {
  const rest = packaged.replace(/^\d+:/, '');
  return rest.startsWith(upstream) && !/^\.?\d/.test(rest.slice(upstream.length));
}

const VERSION_IN_NAME = /(?:\.so\.|-)(\d+(?:\.\d+)+)(?:\.so)?$/;

/** Returns the version in the name of a library; two numbers at least. */
export function findVersionInName(path: string): string | undefined {
  return VERSION_IN_NAME.exec(getBaseName(path))?.[1];
}

export function splitExecutable(text: string): { readonly digest: string; readonly path: string } {
  const space = text.indexOf(' ');
  return { digest: text.slice(0, space), path: text.slice(space + 1) };
}
