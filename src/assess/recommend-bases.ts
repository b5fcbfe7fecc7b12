import { compareInTurn } from '../foundation/core/compare-in-turn.ts';
import { compareText } from '../foundation/core/compare-text.ts';
import { defined } from '../foundation/core/defined.ts';
import type { Distro } from '../foundation/core/distro.ts';
import { weakensAbsence } from '../foundation/core/finding.ts';
import { findDecisiveFiles } from '../foundation/core/installed-files.ts';
import type { Inventory, InventoryPackage } from '../foundation/core/inventory.ts';
import type { BaseHead, BaseImage } from '../hardening/base/base-image.ts';
import type { BaseStore } from '../hardening/base/base-store.ts';
import { nameWithType } from '../hardening/base/identify-base.ts';
import {
  type BaseRecommendation,
  RECOMMENDATION_KINDS,
  type RecommendationKind,
} from '../hardening/harden/base-recommendation.ts';
import type { BaseCheck } from '../hardening/harden/check/base-check.ts';
import { listHigherVersions } from '../vulnerability/match/fix.ts';
import { match, type OpenAssessment } from './assess.ts';
import { assignOrigins, completePackage } from './assign-origins.ts';
import { decide } from './decide.ts';
import type { Ports } from './ports.ts';
import { recognizeFiles } from './recognize-files.ts';
import type { PipelineRequest } from './request.ts';

export interface RecommendationInput {
  readonly assessment: OpenAssessment;
  readonly request: PipelineRequest;
  readonly ports: Ports;
  readonly store: BaseStore;
  /** Checks the application against a base image. */
  readonly check: (base: BaseImage) => BaseCheck;
}

const CANDIDATES_MAX = 16;

/** The image as it is now, with its base image. */
interface Present {
  readonly base: BaseImage;
  /** As a scan has it: with packages that only their files show. */
  readonly inventory: Inventory;
  /** The number of findings, if it is known. */
  readonly findings?: number;
}

/**
 * Recommends known base images on which the application runs. The present one is never among them,
 * nor an older build of it, nor an image that a scan remembered.
 */
export async function recommendBases(
  input: RecommendationInput,
): Promise<readonly BaseRecommendation[]> {
  const { assessment, store, ports } = input;
  const { heads } = store.list();
  const { base } = assessment.inventory;
  const present = heads.find(({ names, created }) => {
    return base?.name !== undefined && names.includes(base.name) && created === base.created;
  });
  if (present === undefined) {
    return [];
  }
  const read = store.createReader((message) => ports.notify(`warning: ${message}`));
  const own = read(present.id);
  if (own === undefined) {
    return [];
  }
  const now = await describePresent(own, input);
  return heads
    .filter((head) => isCandidate(head, present))
    .slice(0, CANDIDATES_MAX)
    .flatMap((head) => read(head.id) ?? [])
    .flatMap((candidate) => recommend(candidate, now, input))
    .sort(
      compareInTurn<BaseRecommendation>([
        (left, right) => countRemaining(left) - countRemaining(right),
        (left, right) => toRank(left.kind) - toRank(right.kind),
        (left, right) => left.packages.after - right.packages.after,
        (left, right) => compareText(left.name, right.name),
      ]),
    );
}

async function describePresent(base: BaseImage, input: RecommendationInput): Promise<Present> {
  const { assessment, store, ports } = input;
  const { inventory, findings } = assessment;
  const { folder } = store;
  const notify = (message: string): void => ports.notify(message);
  const readAllFiles = (): Promise<Inventory> => Promise.resolve(inventory);
  const found = await recognizeFiles(inventory, { folder }, { notify, readAllFiles });
  if (found === inventory) {
    const count = findings.database === undefined ? undefined : findings.findings.length;
    return { base, inventory, ...defined({ findings: count }) };
  }
  const complete = assignOrigins(found, { folder }, { notify, isOwnedOnly: false });
  return { base, inventory: complete, ...defined({ findings: countFindings(complete, input) }) };
}

/** An unknown number of findings comes last. */
function countRemaining({ findings }: BaseRecommendation): number {
  return findings?.after ?? Number.MAX_SAFE_INTEGER;
}

function toRank(kind: RecommendationKind): number {
  return RECOMMENDATION_KINDS.indexOf(kind);
}

function isCandidate(head: BaseHead, present: BaseHead): boolean {
  const isSame =
    head.id === present.id ||
    (head.layers.length > 0 && head.layers.join() === present.layers.join());
  const isOlder =
    head.names.some((name) => present.names.includes(name)) &&
    Date.parse(head.created ?? '') <= Date.parse(present.created ?? '');
  const isOtherMachine = head.architecture !== present.architecture;
  return !isSame && !isOlder && !isOtherMachine && head.isRemembered !== true;
}

function recommend(
  candidate: BaseImage,
  present: Present,
  input: RecommendationInput,
): readonly BaseRecommendation[] {
  const check = input.check(candidate);
  const { result } = check;
  if (result !== 'yes' && result !== 'yes-with') {
    return [];
  }
  const { names, id, manifestDigest, created, distro } = candidate.head;
  const { base: own, inventory, findings } = present;
  const replaced = replaceBase(
    inventory,
    candidate,
    new Set(check.copiedFrom.map(({ key }) => key)),
  );
  const [name = id.slice(0, 12)] = names;
  const [before, after] = [own.head.sizeBytes, candidate.head.sizeBytes];
  return [
    {
      kind: classify(candidate, own),
      name,
      ...defined({
        manifestDigest,
        created,
        release: distro?.prettyName ?? distro?.id,
        supportEnd: distro?.supportEnd,
      }),
      check: result,
      addedFiles: check.added.reduce((sum, { sources }) => sum + sources.length, 0),
      ...(findings === undefined
        ? {}
        : {
            findings: {
              before: findings,
              ...defined({ after: countFindings(replaced, input) }),
            },
          }),
      packages: { before: inventory.packages.length, after: replaced.packages.length },
      commands: {
        before: own.provisions.commands.length,
        after: candidate.provisions.commands.length,
      },
      bytes: { before, after },
    },
  ];
}

function classify(candidate: BaseImage, own: BaseImage): RecommendationKind {
  const [left, right] = [candidate.head, own.head];
  if (left.names.some((name) => right.names.includes(name))) {
    return 'newer-build';
  }
  if (left.distro?.id === right.distro?.id) {
    return isSameRelease(left.distro, right.distro) ? 'variant' : 'release';
  }
  return isGlibc(candidate) === isGlibc(own) ? 'system' : 'c-library';
}

type Release = Pick<Distro, 'id' | 'versionId' | 'versionCodename'>;

/** Updates of Debian change the version, but not the name of the release. */
function isSameRelease(left: Release | undefined, right: Release | undefined): boolean {
  const isNamed = left?.versionCodename !== undefined && right?.versionCodename !== undefined;
  return (
    left?.id === right?.id &&
    (isNamed
      ? left.versionCodename === right.versionCodename
      : left?.versionId === right?.versionId)
  );
}

function isGlibc({ provisions }: BaseImage): boolean {
  return provisions.libraries.some(({ name }) => name === 'libc.so.6');
}

/**
 * Replaces the packages of the base image. Of one that the image upgraded, the newer stays; one of
 * which files are copied, or were found elsewhere in the image, stays as well, because the copies
 * have its vulnerabilities. In the same release, a package without code is assumed to have none in
 * its other version either.
 */
function replaceBase(
  inventory: Inventory,
  { packages, head }: BaseImage,
  copied: ReadonlySet<string>,
): Inventory {
  const theirs = Map.groupBy(packages, nameWithType);
  const listVersions = (item: InventoryPackage): readonly string[] =>
    (theirs.get(nameWithType(item)) ?? []).map(({ version }) => version);
  const own = inventory.packages.filter((item) =>
    item.origin === 'changed'
      ? listHigherVersions(item.version, listVersions(item), item.type).length === 0
      : item.origin !== 'base',
  );
  const claimed = findOtherClaims(inventory);
  const stays = inventory.packages.filter(
    (item) =>
      (copied.has(item.key) || claimed.has(item.key)) && !listVersions(item).includes(item.version),
  );
  const kept = new Set(own.map(nameWithType));
  const ours = new Map(inventory.packages.map((item) => [nameWithType(item), item]));
  const isSame = isSameRelease(head.distro, inventory.distro);
  const addFiles = (item: InventoryPackage): InventoryPackage => ({
    ...item,
    ...defined({ installedFiles: findDecisiveFiles(item, inventory) }),
  });
  const added = packages
    .filter((item) => !kept.has(nameWithType(item)))
    .map((item): InventoryPackage => {
      const present = isSame ? ours.get(nameWithType(item)) : undefined;
      const installedFiles = present && findDecisiveFiles(present, inventory);
      return { ...completePackage(item), ...defined({ installedFiles }), origin: 'base' };
    });
  return {
    ...inventory,
    distro: head.distro ?? inventory.distro,
    packages: [...new Set([...own, ...stays])].map(addFiles).concat(added),
    relationships: [],
    files: [],
  };
}

/**
 * Finds packages to which files of the application belong that their records do not list, such as
 * copied programs.
 */
function findOtherClaims({
  target,
  base,
  packages,
  relationships,
}: Inventory): ReadonlySet<string> {
  const layers = target.kind === 'image' ? target.layers.slice(0, base?.layers ?? 0) : [];
  const replaced = new Set(layers.map(({ diffId }) => diffId));
  const listed = new Map(
    packages.map(({ key, ownedFiles, otherOwnedFiles = [] }) => [
      key,
      new Set([...ownedFiles, ...otherOwnedFiles].map(({ path }) => path)),
    ]),
  );
  return new Set(
    relationships.flatMap((edge) =>
      edge.kind === 'contains-file' &&
      listed.get(edge.from)?.has(edge.path) === false &&
      (edge.layer === undefined || !replaced.has(edge.layer))
        ? [edge.from]
        : [],
    ),
  );
}

/**
 * Returns `undefined` if the system or packages of the base image are covered less than those of the
 * image: few findings would prove nothing then.
 */
function countFindings(
  inventory: Inventory,
  { assessment, request, ports }: RecommendationInput,
): number | undefined {
  const { findings } = assessment;
  const found = match(inventory, assessment.advisories, { request, ports, alerts: [] });
  const known = new Set(findings.alerts.map(({ kind }) => kind));
  const isWeaker = found.alerts.some((alert) => weakensAbsence(alert) && !known.has(alert.kind));
  if (isWeaker || found.unevaluated.length > findings.unevaluated.length) {
    return undefined;
  }
  return decide(found, inventory, assessment.decisions).findings.length;
}
