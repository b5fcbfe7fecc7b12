import { compareInTurn } from '../../foundation/core/compare-in-turn.ts';
import { defined } from '../../foundation/core/defined.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import type { Inventory, InventoryPackage } from '../../foundation/core/inventory.ts';
import type { BaseState } from '../../foundation/core/origin.ts';
import type { ImageDescription } from '../../foundation/core/target.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getGivenText, getRecord } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import type { BaseHead, BaseImage, BasePackage } from './base-image.ts';
import { guessBaseLayers, readHistory, readImageConfig } from './image-history.ts';
import { findPrefix, hasFurtherLayer } from './layer-list.ts';
import { listContentDigests, shortenDigest } from './short-digest.ts';
import { SYSTEM_DATABASES } from './system-databases.data.ts';

/** A base image in evidence. */
export type BaseName = Pick<BaseHead, 'id' | 'names' | 'manifestDigest' | 'created'>;

/** The image starts with all layers of the base image. */
export interface ExactEvidence {
  readonly kind: 'exact';
  /** All base images with these layers, the highest rank first. */
  readonly bases: readonly BaseName[];
  /** Layers of the image that belong to the base image, and all its layers. */
  readonly layers: number;
  readonly of: number;
}

/** The builder of the image named a base image. */
export interface ClaimedEvidence {
  readonly kind: 'claimed';
  readonly source: 'label' | 'annotation';
  readonly name: string;
  readonly digest?: string;
  /** By the layers of the named base image; `unverified` if the store does not have it. */
  readonly check: 'confirmed' | 'contradicted' | 'unverified';
}

/** The history of the image starts with all instructions of the base image. */
export interface HistoryEvidence {
  readonly kind: 'history';
  readonly bases: readonly BaseName[];
  readonly entries: number;
}

/** Files of the base image are in the image. */
export interface ContentEvidence {
  readonly kind: 'content';
  readonly base: BaseName;
  /** Share of the base image's distinct files that are in the image, from 0 to 1. */
  readonly ofBase: number;
  /** Share of the image's distinct files that are in the base image. */
  readonly ofImage: number;
  /** Packages of the base image: all, in the same version, in another version. */
  readonly packages: { readonly of: number; readonly same: number; readonly changed: number };
}

/** The last `CMD` below the topmost layers often ends a base image. */
export interface GuessEvidence {
  readonly kind: 'guess';
  readonly layers: number;
}

export type BaseEvidence =
  | ExactEvidence
  | ClaimedEvidence
  | HistoryEvidence
  | ContentEvidence
  | GuessEvidence;

/** Packages of the image that base images of a release have in the same version. */
export interface ReleasePackages {
  readonly release: string;
  readonly known: number;
  readonly of: number;
}

export interface BaseConclusion {
  readonly state: BaseState;
  /** Absent if the state is `unknown`. */
  readonly base?: BaseName;
  readonly evidence: readonly BaseEvidence[];
  /** Absent if the base image is known, or the store has no base image of the release. */
  readonly packages?: ReleasePackages;
}

/** Access to the store: all heads, highest rank first, and complete base images. */
export interface KnownBases {
  readonly heads: readonly BaseHead[];
  /** Returns `undefined` if the base image cannot be read; then it is left out. */
  readonly read: (id: string) => BaseImage | undefined;
  /** Whether the inventory only lists files of packages and executables. */
  readonly isOwnedOnly?: boolean;
}

/** At least this share of the base image's files must be in an image that consists of it. */
const SAME_SHARE = 0.98;
/** At least this share must be in an image that contains another patch level of the base image. */
const CHANGED_SHARE = 0.85;
/** A base image is only read if its sketch estimates at least this share. */
const ESTIMATE_MIN = 0.6;
const CANDIDATES_MAX = 5;

/** Identifies the base image. The inventory must list all files with SHA-256 for `content`. */
export function identifyBase(inventory: Inventory, known: KnownBases): BaseConclusion {
  const { target } = inventory;
  const exact = target.kind === 'image' ? findExact(target, known.heads) : undefined;
  const contents = compareContents(inventory, known, exact);
  const evidence = [
    ...(exact === undefined ? [] : [exact]),
    ...(target.kind === 'image' ? listClaims(target, known.heads) : []),
    ...(target.kind === 'image' ? findHistory(target, known.heads) : []),
    ...contents,
    ...(target.kind === 'image' ? guessBase(target) : []),
  ];
  const [first] = exact?.bases ?? [];
  if (first !== undefined) {
    return { state: 'exact', base: first, evidence };
  }
  const best = contents[0];
  if (best !== undefined) {
    return { state: hasSameContent(best) ? 'same' : 'changed', base: best.base, evidence };
  }
  const packages = countReleasePackages(inventory, known);
  return { state: 'unknown', evidence, ...defined({ packages }) };
}

function toName({ id, names, manifestDigest, created }: BaseHead): BaseName {
  return { id, names, ...defined({ manifestDigest, created }) };
}

function listLayers({ layers }: ImageDescription): readonly Digest[] {
  return layers.map(({ diffId }) => diffId);
}

/** The base image with the most layers wins; empty layers do not count. */
function findExact(image: ImageDescription, heads: readonly BaseHead[]): ExactEvidence | undefined {
  const layers = listLayers(image);
  const fitting = heads.flatMap((head) => {
    const covered = findPrefix(head.layers, layers);
    // An image that a scan remembered is not its own base image.
    const isItself = head.isRemembered === true && !hasFurtherLayer(covered ?? 0, layers);
    return covered === undefined || isItself ? [] : [{ head, covered }];
  });
  const length = Math.max(0, ...fitting.map(({ covered }) => covered));
  return length === 0
    ? undefined
    : {
        kind: 'exact',
        bases: fitting.filter(({ covered }) => covered === length).map(({ head }) => toName(head)),
        layers: length,
        of: layers.length,
      };
}

/** OCI image specification, "Pre-Defined Annotation Keys". */
const CLAIMED_NAME = 'org.opencontainers.image.base.name';
const CLAIMED_DIGEST = 'org.opencontainers.image.base.digest';

/** Lists the base images that the builder of an image named, those of annotations first. */
export function listClaims(
  image: ImageDescription,
  heads: readonly BaseHead[],
): readonly ClaimedEvidence[] {
  const manifest = parseJson(Buffer.from(image.manifest).toString('utf8'));
  const annotations = isRecord(manifest) ? (getRecord(manifest, 'annotations') ?? {}) : {};
  const claims = [
    { source: 'annotation', record: annotations },
    { source: 'label', record: image.labels },
  ] as const;
  const evidence = claims.flatMap(({ source, record }): ClaimedEvidence[] => {
    const name = getGivenText(record, CLAIMED_NAME);
    const digest = getGivenText(record, CLAIMED_DIGEST);
    return name === undefined && digest === undefined
      ? []
      : [
          {
            kind: 'claimed',
            source,
            name: name ?? '',
            ...defined({ digest }),
            check: checkClaim({ name, digest }, image, heads),
          },
        ];
  });
  return evidence.filter(
    ({ name, digest }, index) =>
      evidence.findIndex((one) => one.name === name && one.digest === digest) === index,
  );
}

interface Claim {
  readonly name: string | undefined;
  readonly digest: string | undefined;
}

function checkClaim(
  { name, digest }: Claim,
  image: ImageDescription,
  heads: readonly BaseHead[],
): ClaimedEvidence['check'] {
  const claimed = heads.filter(({ manifestDigest, names }) =>
    digest === undefined
      ? names.some((known) => simplifyName(known) === simplifyName(name ?? ''))
      : manifestDigest === digest,
  );
  if (claimed.length === 0) {
    return 'unverified';
  }
  const layers = listLayers(image);
  return claimed.some((head) => findPrefix(head.layers, layers) !== undefined)
    ? 'confirmed'
    : 'contradicted';
}

/** The default registry and the default tag can be left out. Distribution reference grammar. */
function simplifyName(name: string): string {
  return name
    .replace(/@sha256:[0-9a-f]{64}$/, '')
    .replace(/^(?:index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '');
}

/** Requires an instruction with a digest, because other instructions are common to many images. */
function findHistory(
  image: ImageDescription,
  heads: readonly BaseHead[],
): readonly HistoryEvidence[] {
  const history = readHistory(readImageConfig(image)).map(({ instruction }) => instruction);
  const fitting = heads.filter(
    (head) =>
      head.history.length > 0 &&
      head.history.length <= history.length &&
      head.history.some((entry) => HAS_DIGEST.test(entry)) &&
      head.history.every((entry, index) => entry === history[index]),
  );
  const entries = Math.max(0, ...fitting.map((head) => head.history.length));
  return entries === 0
    ? []
    : [
        {
          kind: 'history',
          bases: fitting.filter((head) => head.history.length === entries).map(toName),
          entries,
        },
      ];
}

const HAS_DIGEST = /[0-9a-f]{32,64}/;

function guessBase(image: ImageDescription): readonly GuessEvidence[] {
  const layers = guessBaseLayers(readHistory(readImageConfig(image)));
  return layers === undefined || layers === 0 || layers >= image.layers.length
    ? []
    : [{ kind: 'guess', layers }];
}

/** Compares files with the base image found by layers, or else with those of similar sketches. */
function compareContents(
  inventory: Inventory,
  { heads, read, isOwnedOnly = false }: KnownBases,
  exact: ExactEvidence | undefined,
): readonly ContentEvidence[] {
  const digests = new Set(
    inventory.files.flatMap(({ type, sha256 = '' }) =>
      type === 'regular' ? (shortenDigest(sha256) ?? []) : [],
    ),
  );
  const wanted = exact === undefined ? chooseCandidates(digests, heads) : exact.bases.slice(0, 1);
  return wanted
    .flatMap(({ id }) => read(id) ?? [])
    .map((base) => compareContent(inventory, digests, isOwnedOnly ? dropLooseFiles(base) : base))
    .filter(({ ofBase }) => exact !== undefined || ofBase >= CHANGED_SHARE)
    .sort(
      compareInTurn<ContentEvidence>([
        (left, right) => Number(hasSameContent(right)) - Number(hasSameContent(left)),
        (left, right) => right.ofImage - left.ofImage,
        (left, right) => right.ofBase - left.ofBase,
      ]),
    );
}

function dropLooseFiles(base: BaseImage): BaseImage {
  return { ...base, contents: base.contents.filter(({ package: owner }) => owner !== undefined) };
}

function chooseCandidates(
  digests: ReadonlySet<string>,
  heads: readonly BaseHead[],
): readonly BaseHead[] {
  return heads
    .filter(({ isRemembered = false }) => !isRemembered)
    .map((head) => {
      const common = head.sketch.filter((digest) => digests.has(digest)).length;
      return { head, common: common * head.fileCount, share: common / head.sketch.length };
    })
    .filter(({ share }) => share >= ESTIMATE_MIN)
    .sort((left, right) => right.common - left.common)
    .slice(0, CANDIDATES_MAX)
    .map(({ head }) => head);
}

function compareContent(
  { packages }: Inventory,
  digests: ReadonlySet<string>,
  base: BaseImage,
): ContentEvidence {
  const own = new Set(base.contents.flatMap(listContentDigests));
  const common = [...own].filter((digest) => digests.has(digest)).length;
  const versions = Map.groupBy(packages, nameWithType);
  const found = base.packages.map((one) => {
    const same = versions.get(nameWithType(one)) ?? [];
    return same.some(({ version }) => version === one.version) ? 'same' : same.length > 0;
  });
  return {
    kind: 'content',
    base: toName(base.head),
    ofBase: own.size === 0 ? 0 : common / own.size,
    ofImage: digests.size === 0 ? 0 : common / digests.size,
    packages: {
      of: base.packages.length,
      same: found.filter((one) => one === 'same').length,
      changed: found.filter((one) => one === true).length,
    },
  };
}

export function nameWithType({ type, name }: Pick<BasePackage, 'type' | 'name'>): string {
  return `${type} ${name}`;
}

function hasSameContent({ ofBase, packages }: ContentEvidence): boolean {
  return ofBase >= SAME_SHARE && packages.same === packages.of;
}

const RELEASE_BASES_MAX = 8;

/** Counts the packages of a slim image whose base image cannot be identified. */
function countReleasePackages(
  { packages, distro }: Inventory,
  { heads, read }: KnownBases,
): ReleasePackages | undefined {
  const own = packages.filter(({ type }) => SYSTEM_DATABASES.has(type));
  const related = heads.filter(
    (head) =>
      distro === undefined ||
      (head.distro?.id === distro.id && head.distro.versionId === distro.versionId),
  );
  const counts = [...Map.groupBy(related, ({ distro: one }) => one?.prettyName ?? one?.id ?? '')]
    .filter(([release]) => release !== '')
    .map(([release, members]) => {
      const known = new Set(
        members
          .slice(0, RELEASE_BASES_MAX)
          .flatMap(({ id }) => read(id)?.packages.map(toIdentity) ?? []),
      );
      return { release, known: own.filter((one) => known.has(toIdentity(one))).length };
    })
    .sort((left, right) => right.known - left.known);
  const [best] = counts;
  return best === undefined || best.known === 0 ? undefined : { ...best, of: own.length };
}

function toIdentity({
  type,
  name,
  version,
}: Pick<InventoryPackage, 'type' | 'name' | 'version'>): string {
  return `${type} ${name} ${version}`;
}
