import { readInventory } from '../../assess/read-inventory.ts';
import type { AttachedDocuments, CacheOptions } from '../../assess/scan-options.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type ErrorCode, UserError } from '../../foundation/core/error.ts';
import type { Inventory } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { NetworkOptions } from '../../foundation/core/target.ts';
import type { SignatureTrust } from '../../foundation/syntax/envelope/unwrap.ts';
import { writeInventoryDocument } from '../engine/inventory-document.ts';
import type { DocumentStore } from '../store/documents.ts';
import type { RegistryTagTable } from '../store/watch-tables.ts';
import { describeFailure } from './describe-failure.ts';
import { createUnread, type KeptVex, type ReadAttachment, readAttached } from './read-attached.ts';
import type { RegistryWatch } from './registry-watch.ts';

const ERROR_CHARS_MAX = 1_000;

/** How images are read. */
export interface ImageReading {
  readonly documents: DocumentStore;
  readonly limits: Limits;
  readonly network: NetworkOptions;
  readonly temporaryFolder: string;
  readonly cache?: CacheOptions;
  readonly trust?: SignatureTrust;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The inventory of one platform, which was stored, and the documents that are attached to it. */
export interface ReadPlatform {
  /** SHA-256 of the inventory. */
  readonly digest: string;
  readonly vex: readonly KeptVex[];
  readonly attached: readonly ReadAttachment[];
  /** Why the image must be read again for its documents; empty if it need not be. */
  readonly retryReason: string;
}

type Place = Pick<RegistryTagTable, 'digest' | 'repository' | 'tag'>;

/**
 * Reads the image of each platform, and stores the inventories of those that can be read. An image
 * is read again later for documents that the registry did not return.
 */
export async function readPlatforms(
  watch: RegistryWatch,
  place: Place,
  reading: ImageReading,
): Promise<{ readonly read: readonly ReadPlatform[]; readonly failures: string }> {
  const read: ReadPlatform[] = [];
  const failures: string[] = [];
  const { platforms } = watch;
  for (const platform of platforms.length === 0 ? [undefined] : platforms) {
    const name = platform === undefined ? '' : `${platform}: `;
    try {
      const one = await readPlatform({ watch, place, ...defined({ platform }) }, reading);
      read.push(one);
      if (one.retryReason !== '') {
        failures.push(
          `${name}the image was read, but not all documents attached to it: ${one.retryReason}`,
        );
      }
    } catch (error) {
      failures.push(`${name}${describeFailure(error)}`);
    }
  }
  return { read, failures: failures.join('; ').slice(0, ERROR_CHARS_MAX) };
}

interface PlatformPlace {
  readonly watch: RegistryWatch;
  readonly place: Place;
  readonly platform?: string;
}

async function readPlatform(image: PlatformPlace, reading: ImageReading): Promise<ReadPlatform> {
  let attached: AttachedDocuments = { documents: [], missing: [] };
  const inventory = await readEither(image, reading, (found) => {
    attached = found;
  });
  const { documents, limits, trust = {}, now } = reading;
  const setting = { inventory, documents, limits, trust, now };
  const { read, vex } = await readAttached(attached.documents, setting);
  const missing = attached.missing.map(({ reason }, index) =>
    createUnread(`unread ${index + 1}`, reason),
  );
  const digest = await documents.put(writeInventoryDocument({ inventory, configuration: {} }));
  const retryReason = attached.missing.find((one) => one.isTemporary)?.reason ?? '';
  return { digest, vex, attached: [...read, ...missing], retryReason };
}

/** Errors that the image itself causes: its attached SBOM is better than nothing. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set(['E_IMAGE_INVALID', 'E_LIMIT', 'E_MEMORY']);

/**
 * Reads the image, or else the SBOM that is attached to it. Then the inventory has a problem, which
 * makes it incomplete.
 */
async function readEither(
  image: PlatformPlace,
  reading: ImageReading,
  onAttached: (attached: AttachedDocuments) => void,
): Promise<Inventory> {
  try {
    return await readOnce(image, reading, { areAttestationsRequested: true, onAttached });
  } catch (error) {
    if (!(error instanceof UserError && UNREADABLE.has(error.code))) {
      throw error;
    }
    const inventory = await readSbom(image, reading, error);
    const message = `the image could not be read, and its attached SBOM stands for it: ${describeFailure(error)}`;
    const problem = { code: 'P_UNREADABLE', message } as const;
    return { ...inventory, problems: [problem, ...inventory.problems] };
  }
}

/** Reads the attached SBOM. @throws UserError the error of the image if there is none */
async function readSbom(
  image: PlatformPlace,
  reading: ImageReading,
  cause: UserError,
): Promise<Inventory> {
  try {
    return await readOnce(image, reading, { isAttachedSbom: true });
  } catch (error) {
    throw error instanceof UserError ? cause : error;
  }
}

async function readOnce(
  { watch: { registry }, place: { repository, tag, digest }, platform }: PlatformPlace,
  { network, limits, temporaryFolder, cache }: ImageReading,
  more: Pick<
    Parameters<typeof readInventory>[1],
    'areAttestationsRequested' | 'isAttachedSbom' | 'onAttached'
  >,
): Promise<Inventory> {
  return await readInventory(`${registry}/${repository}@${digest}`, {
    from: 'registry',
    name: `${registry}/${repository}:${tag}`,
    network,
    limits,
    temporaryFolder,
    isReachRequested: false,
    ...more,
    ...defined({ platform, cache }),
  });
}
