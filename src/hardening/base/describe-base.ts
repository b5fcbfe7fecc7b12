import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import { isExecutableFile } from '../../foundation/core/executable-file.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { PackageMetadata } from '../../foundation/core/package.ts';
import { publishImage } from '../../foundation/core/published-image.ts';
import { computeBaseId } from './base-file.ts';
import {
  BASE_SCHEMA,
  type BaseBody,
  type BaseContents,
  type BaseDistro,
  type BaseHead,
  type BaseImage,
  type BasePackage,
  SKETCH_SIZE,
} from './base-image.ts';
import { insertEmptyLayers, readCreated, readHistory, readImageConfig } from './image-history.ts';
import { computeChainId } from './layer-list.ts';
import { type AbiFacts, describeProvisions } from './provisions.ts';
import { splitExecutable } from './recognize.ts';
import {
  joinShortDigests,
  listContentDigests,
  shortenBuildId,
  shortenDigest,
  splitShortDigests,
} from './short-digest.ts';

export interface BaseNaming {
  readonly names: readonly string[];
  readonly rank?: number;
  /** Whether a scan adds it, as opposed to a user. */
  readonly isRemembered?: boolean;
}

/** An inventory that lists all files with SHA-256, and the interfaces of its programs. */
export interface BaseContent {
  readonly inventory: Inventory;
  readonly abi: AbiFacts;
}

/** Creates the facts about a base image. */
export function describeBase(
  { inventory, abi }: BaseContent,
  { names, rank = 0, isRemembered = false }: BaseNaming,
): BaseImage {
  const body = {
    ...describeBody(inventory),
    provisions: describeProvisions(inventory, abi),
  };
  const digests = splitShortDigests(joinShortDigests(body.contents.flatMap(listContentDigests)));
  const facts = {
    schema: BASE_SCHEMA,
    ...describeTarget(inventory),
    ...defined({ distro: inventory.distro && describeDistro(inventory.distro) }),
    packageCount: body.packages.length,
    fileCount: digests.length,
    sizeBytes: inventory.files.reduce(
      (sum, file) => sum + (file.type === 'regular' ? file.sizeBytes : 0),
      0,
    ),
    sketch: digests.slice(0, SKETCH_SIZE),
  } as const;
  const head = {
    ...facts,
    names: [...new Set(names)].sort(compareText),
    rank,
    ...(isRemembered ? { isRemembered } : {}),
  };
  return { head: { ...head, id: computeBaseId({ head, ...body }) }, ...body };
}

type TargetFacts = Omit<
  BaseHead,
  | 'schema'
  | 'id'
  | 'names'
  | 'rank'
  | 'distro'
  | 'packageCount'
  | 'fileCount'
  | 'sizeBytes'
  | 'sketch'
>;

function describeTarget({ target }: Inventory): TargetFacts {
  if (target.kind !== 'image') {
    return { layers: [], history: [] };
  }
  const image = publishImage(target);
  const { manifestDigest, imageId, os, architecture, variant } = image;
  const layers = image.layers.map(({ diffId }) => diffId);
  const config = readImageConfig(image);
  const history = readHistory(config);
  const withEmpty = insertEmptyLayers(layers, history);
  return {
    manifestDigest,
    imageId,
    os,
    architecture,
    ...defined({
      variant,
      created: readCreated(config),
      chainId: computeChainId(layers),
      emptyLayerChainId: withEmpty && computeChainId(withEmpty),
    }),
    layers,
    history: history.map(({ instruction }) => instruction),
  };
}

function describeDistro(distro: Distro): BaseDistro {
  const { id, idLike, versionId, versionCodename, prettyName, supportEnd } = distro;
  return { id, idLike, ...defined({ versionId, versionCodename, prettyName, supportEnd }) };
}

function describeBody({
  packages,
  files,
  relationships,
}: Inventory): Pick<BaseBody, 'packages' | 'contents'> {
  const owners = findOwners({ packages, relationships });
  const groups = Map.groupBy(
    files.filter(({ type }) => type === 'regular'),
    ({ path }) => owners.get(path),
  );
  const contents = [...groups]
    .map(([owner, owned]): BaseContents => {
      return {
        ...defined({ package: owner }),
        digests: joinShortDigests(
          owned
            .filter((file) => !isExecutableFile(file))
            .flatMap(({ sha256 = '' }) => shortenDigest(sha256) ?? []),
        ),
        buildIds: joinShortDigests(
          owned.flatMap(({ executable }) => shortenBuildId(executable?.buildId ?? '') ?? []),
        ),
        executables: owned
          .filter(isExecutableFile)
          .flatMap(({ path, sha256 = '' }) => {
            const digest = shortenDigest(sha256);
            return digest === undefined ? [] : [`${digest} ${path}`];
          })
          .sort((left, right) => compareText(readExecutablePath(left), readExecutablePath(right))),
      };
    })
    .sort((left, right) => (left.package ?? -1) - (right.package ?? -1));
  return { packages: packages.map(stripPackage), contents };
}

/**
 * Returns the index of the package that installed each file. If several list it, one that does not
 * list it through a link takes precedence: `ldd` of one package is a link to the loader of another.
 */
function findOwners({
  packages,
  relationships,
}: Pick<Inventory, 'packages' | 'relationships'>): ReadonlyMap<string, number> {
  const indexes = new Map(packages.map(({ key }, index) => [key, index]));
  const isListed = (index: number, path: string): boolean =>
    packages[index]?.ownedFiles.some((file) => file.path === path) === true;
  const owners = new Map<string, number>();
  for (const edge of relationships) {
    const index = edge.kind === 'contains-file' ? indexes.get(edge.from) : undefined;
    if (index === undefined || edge.kind !== 'contains-file') {
      continue;
    }
    const known = owners.get(edge.path);
    if (known === undefined || (!isListed(known, edge.path) && isListed(index, edge.path))) {
      owners.set(edge.path, index);
    }
  }
  return owners;
}

function readExecutablePath(executable: string): string {
  return splitExecutable(executable).path;
}

function stripPackage({
  locations: _locations,
  ownedFiles: _ownedFiles,
  otherOwnedFiles: _otherOwnedFiles,
  installedFiles: _installedFiles,
  licenses: _licenses,
  symbols: _symbols,
  introducedIn: _introducedIn,
  metadata,
  description: _description,
  ...rest
}: InventoryPackage): BasePackage {
  return { ...rest, ...defined({ metadata: metadata && shortenMetadata(metadata) }) };
}

/** Keeps short members, such as the epoch. Matching reads no others, and lists fill the store. */
function shortenMetadata({ kind, value }: PackageMetadata): PackageMetadata {
  const short = Object.entries(value).filter(
    ([name, member]) =>
      name !== 'description' &&
      !Array.isArray(member) &&
      JSON.stringify(member).length <= MEMBER_CHARS_MAX,
  );
  return { kind, value: Object.fromEntries(short) };
}

const MEMBER_CHARS_MAX = 1_024;
