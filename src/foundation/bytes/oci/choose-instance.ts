import { compareInTurn } from '../../core/compare-in-turn.ts';
import type { Digest } from '../../core/digest.ts';
import { UserError } from '../../core/error.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import type { BlobStore } from './blob-store.ts';
import { createInvalidError, type Descriptor, indexOf, parseDocument } from './document.ts';
import {
  findPlatformRank,
  formatPlatform,
  getHostPlatform,
  isPlatformMatch,
  listWantedPlatforms,
  normalizePlatform,
  type Platform,
  parsePlatform,
} from './platform.ts';
import {
  isAttestation,
  isImageManifest,
  isIndexDocument,
  readConfigPlatform,
  readVerified,
} from './read-manifest.ts';

export interface ChooseOptions {
  readonly store: BlobStore;
  readonly limits: Limits;
  /** As the user wrote it. */
  readonly platform?: string;
  /** If true, one of several platforms is only chosen if the user requested it. */
  readonly isPlatformRequired?: boolean;
  /** The machine's own architecture, such as `x64`, preferred if the user requested none. */
  readonly hostArchitecture: string;
}

/** A manifest that was read, and which of several it was chosen from. */
export interface Instance {
  readonly descriptor: Descriptor;
  readonly content: Uint8Array;
  readonly document: unknown;
  /** Ambiguities of the choice. */
  readonly problems: readonly Problem[];
}

/** The image of an entry, or the platforms that exist instead. */
export type Outcome =
  | { readonly instance: Instance; readonly platform: Platform }
  | { readonly instance?: undefined; readonly platforms: readonly Platform[] };

const NOTHING: Outcome = { platforms: [] };

/** podman pushes the same image in two compressions, and pulls the one with this annotation. */
const ZSTD_ANNOTATION = 'io.github.containers.compression.zstd';

/**
 * Follows the entries of indexes to one image, as containers/image does: the first entry for the
 * platform, and an entry without a platform only if no other matches. Reads only the documents on
 * that path, each verified by digest, with limits on depth and count.
 */
export class InstanceChooser {
  readonly requested: Platform | undefined;
  readonly wanted: readonly Platform[];
  readonly #options: ChooseOptions;
  #entries = 0;

  /** Throws `E_PLATFORM` if the platform is not among them. */
  constructor(options: ChooseOptions) {
    this.#options = options;
    this.requested = options.platform === undefined ? undefined : parsePlatform(options.platform);
    if (options.platform !== undefined && this.requested === undefined) {
      throw new UserError('E_PLATFORM', `invalid platform "${options.platform}"`, {
        hint: 'write the platform as os/architecture or os/architecture/variant, such as linux/arm64',
      });
    }
    this.wanted = listWantedPlatforms(this.requested, options.hostArchitecture);
  }

  /** Returns whether a platform has every requested property or can run in its place. */
  isMatch(platform: Platform): boolean {
    const requested = this.requested ?? getHostPlatform(this.#options.hostArchitecture);
    return isPlatformMatch(platform, requested) || findPlatformRank(platform, this.wanted) >= 0;
  }

  /** Returns the entries of an index without attestations. */
  listEntries(subject: string, document: unknown): Descriptor[] {
    const { limits } = this.#options;
    const { manifests } = indexOf(subject, document, limits);
    this.#entries += manifests.length;
    if (this.#entries > limits.indexEntriesMax) {
      throw new UserError(
        'E_LIMIT',
        `the image has too many manifests: the limit indexEntriesMax is ${limits.indexEntriesMax}`,
      );
    }
    return manifests.filter((descriptor) => !isAttestation(descriptor));
  }

  /** Chooses the image of an index. `depth` counts the indexes on the path, including this one. */
  async choose(subject: string, document: unknown, depth: number): Promise<Outcome> {
    const entries = this.listEntries(subject, document);
    this.requirePlatform(entries.flatMap(({ platform }) => platform ?? []));
    const best = this.#findBest(entries);
    if (best !== undefined) {
      return this.#openNamed(best, entries, depth);
    }
    const unnamed = await this.#chooseUnnamed(subject, entries, depth);
    if (unnamed.instance !== undefined) {
      return unnamed;
    }
    const named = entries.flatMap(({ platform }) => platform ?? []);
    return { platforms: [...named.filter(isNamed), ...unnamed.platforms] };
  }

  /** Opens the image of one entry, which may be an index; nothing if it is an artifact. */
  async openInstance(descriptor: Descriptor, depth: number): Promise<Outcome> {
    const { store, limits } = this.#options;
    const content = await readVerified(store, descriptor, limits);
    const subject = `the manifest ${descriptor.digest}`;
    const document = parseDocument(subject, content, limits);
    if (isIndexDocument(document, descriptor.mediaType)) {
      if (depth >= limits.indexDepthMax) {
        throw new UserError(
          'E_LIMIT',
          `image indexes are nested too deeply: the limit indexDepthMax is ${limits.indexDepthMax}`,
        );
      }
      return this.choose(subject, document, depth + 1);
    }
    if (!isImageManifest(document)) {
      return NOTHING;
    }
    const { platform } = descriptor;
    return {
      instance: { descriptor, content, document, problems: [] },
      platform: isNamed(platform)
        ? platform
        : await readConfigPlatform(store, { descriptor, document }, limits),
    };
  }

  /** @throws UserError `E_PLATFORM` if the user must choose one of several platforms */
  requirePlatform(platforms: readonly Platform[]): void {
    if (this.#options.isPlatformRequired !== true || this.requested !== undefined) {
      return;
    }
    const named = platforms.filter(isNamed).map(normalizePlatform);
    const texts = [...new Set(named.map(formatPlatform))];
    const [first] = texts;
    if (texts.length > 1) {
      throw new UserError(
        'E_PLATFORM',
        `the image has several platforms, and none was selected: ${texts.join(', ')}`,
        { hint: `name one, for example: --platform ${first}` },
      );
    }
  }

  /** Returns the first entry of the best platform, or the only one that matches the request. */
  #findBest(entries: readonly Descriptor[]): Descriptor | undefined {
    const ranked = entries.flatMap((descriptor) => {
      const rank = isNamed(descriptor.platform)
        ? findPlatformRank(descriptor.platform, this.wanted)
        : -1;
      return rank < 0 ? [] : [{ descriptor, rank, order: isZstd(descriptor) ? 0 : 1 }];
    });
    const [best] = ranked.sort(BY_PREFERENCE);
    if (best !== undefined) {
      return best.descriptor;
    }
    if (!entries.every(({ platform }) => isNamed(platform))) {
      return undefined;
    }
    const matching = entries.filter(({ platform }) => isNamed(platform) && this.isMatch(platform));
    if (listDigests(matching).length === 1) {
      return matching[0];
    }
    const isOnly = this.requested === undefined && listDigests(entries).length === 1;
    return isOnly ? entries[0] : undefined;
  }

  async #openNamed(
    best: Descriptor,
    entries: readonly Descriptor[],
    depth: number,
  ): Promise<Outcome> {
    const platform = best.platform && normalizePlatform(best.platform);
    const text = platform === undefined ? '' : formatPlatform(platform);
    const same = entries.filter(
      (entry) =>
        isNamed(entry.platform) && formatPlatform(normalizePlatform(entry.platform)) === text,
    );
    const outcome = await this.openInstance(best, depth);
    if (outcome.instance === undefined) {
      if (outcome.platforms.length > 0) {
        return outcome;
      }
      throw createInvalidError(
        `the entry ${best.digest} for ${text} in the image index is not an image`,
        'choose another entry; this one may be an attestation or a signature',
      );
    }
    return withProblem(outcome, describeRivals(best.digest, same, `for ${text}`));
  }

  /**
   * Entries without a platform only count if no other matches; runtimes choose differently among
   * them.
   */
  async #chooseUnnamed(
    subject: string,
    entries: readonly Descriptor[],
    depth: number,
  ): Promise<Outcome> {
    const unnamed = entries.filter(({ platform }) => !isNamed(platform));
    const isOnly = this.requested === undefined && listDigests(entries).length === 1;
    const platforms: Platform[] = [];
    for (const descriptor of unnamed) {
      const outcome = await this.openInstance(descriptor, depth);
      if (outcome.instance === undefined) {
        platforms.push(...outcome.platforms);
      } else if (isOnly || this.isMatch(outcome.platform)) {
        const about = `without a platform in ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`;
        return withProblem(outcome, describeRivals(descriptor.digest, unnamed, about));
      } else {
        platforms.push(outcome.platform);
      }
    }
    return { platforms };
  }
}

interface Ranked {
  readonly rank: number;
  readonly order: number;
}

const BY_PREFERENCE = compareInTurn<Ranked>([
  (left, right) => left.rank - right.rank,
  (left, right) => left.order - right.order,
]);

/** Returns whether an entry names its platform. */
function isNamed(platform: Platform | undefined): platform is Platform {
  return platform !== undefined && platform.architecture !== '';
}

function isZstd({ annotations }: Descriptor): boolean {
  return annotations.get(ZSTD_ANNOTATION) === 'true';
}

function listDigests(entries: readonly Descriptor[]): Digest[] {
  return [...new Set(entries.map(({ digest }) => digest))];
}

function withProblem(outcome: Outcome, problem: Problem | undefined): Outcome {
  if (outcome.instance === undefined || problem === undefined) {
    return outcome;
  }
  const { instance } = outcome;
  return { ...outcome, instance: { ...instance, problems: [...instance.problems, problem] } };
}

const RIVALS_MAX = 8;

/** Creates a problem that names every other entry that a runtime may choose. */
function describeRivals(
  chosen: Digest,
  entries: readonly Descriptor[],
  about: string,
): Problem | undefined {
  const rivals = listDigests(entries).filter((digest) => digest !== chosen);
  if (rivals.length === 0) {
    return undefined;
  }
  const named = rivals.slice(0, RIVALS_MAX).join(', ');
  const more = rivals.length > RIVALS_MAX ? ` and ${rivals.length - RIVALS_MAX} more` : '';
  return {
    code: 'P_AMBIGUOUS',
    message: `the image index has ${rivals.length + 1} manifests ${about}: ${chosen} was read, but not ${named}${more}`,
  };
}
