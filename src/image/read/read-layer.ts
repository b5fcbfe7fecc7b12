import { setImmediate } from 'node:timers/promises';
import { decompress } from '../../foundation/bytes/compression/decompress.ts';
import { MissingBlobError } from '../../foundation/bytes/oci/blob-store.ts';
import { isForeignLayer } from '../../foundation/bytes/oci/foreign-layer.ts';
import { TarParser } from '../../foundation/bytes/tar/tar-parser.ts';
import type { Budget } from '../../foundation/core/budget.ts';
import type { Extractor, LayerFacts } from '../../foundation/core/cataloger.ts';
import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { FileEntry, OtherDigestAlgorithm } from '../../foundation/core/file-table.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { MemoryGauge } from '../../foundation/core/memory-gauge.ts';
import type { Progress } from '../../foundation/core/progress.ts';
import type {
  BlobLayer,
  LayerInput,
  Spill,
  TreeFile,
  TreeLayer,
} from '../../foundation/core/target.ts';
import type { DeferredContent } from './deferred-content.ts';
import { SLOT_BYTES } from './digest-memory.ts';
import { DigestThread } from './digest-thread.ts';
import { getDispatch } from './dispatch.ts';
import type { FactCache, KnownLayer } from './fact-cache.ts';
import { FileIntake, type IntakeOptions } from './file-intake.ts';
import { createTarIntake } from './tar-intake.ts';
import { readVerified } from './verified-content.ts';
import { YieldBudget } from './yield-budget.ts';

export interface ReadOptions {
  /** Lists that are the same array are compiled once. */
  readonly extractors: readonly Extractor<unknown>[];
  readonly limits: Limits;
  /** Limits for all files of the target together. */
  readonly budget: Budget;
  readonly spill: Spill;
  readonly progress: Progress;
  /** Digests of files to compute in addition to SHA-256 and SHA-1. */
  readonly otherDigests?: readonly OtherDigestAlgorithm[];
  /** Holds the facts of layers that were read before; if absent, all layers are read. */
  readonly cache?: FactCache;
  /** Keeps the content for deferred facts; if absent, all facts are created at once. */
  readonly deferred?: DeferredContent;
  /** Present if the memory of the run is bounded. */
  readonly memory?: MemoryGauge;
  /** Digests of blobs of at least this many bytes are computed on a separate thread. */
  readonly threadBlobBytesMin?: number;
}

/**
 * Returns the facts of one layer, from the cache or by reading it in one pass, which decompresses,
 * verifies, creates a row for each path and passes requested files to the extractors. Problems with
 * single files are part of the result.
 *
 * @throws UserError `E_DIGEST_MISMATCH` if the layer does not match its digests, `E_IMAGE_INVALID`
 *   if it cannot be decompressed, `E_LIMIT` if it exceeds the limits, `E_SPILL` if temporary files
 *   fail.
 */
export async function readLayer(input: LayerInput, options: ReadOptions): Promise<LayerFacts> {
  if (input.kind === 'tree') {
    return readTree(input, options);
  }
  try {
    return withSizeProblem(await readStored(input, options), input, options.limits);
  } catch (error) {
    if (error instanceof MissingBlobError && isForeignLayer(input.description.mediaType)) {
      return createForeignFacts(input, options);
    }
    throw error;
  }
}

/** Reads a layer, or finds its facts in the cache. Both need its blob. */
async function readStored(input: BlobLayer, options: ReadOptions): Promise<KnownLayer> {
  const { cache, extractors } = options;
  const cached = await findWithinBudget(input, options);
  if (cached !== undefined) {
    return cached;
  }
  const known = await readBlob(input, options);
  if (known.facts.isCut !== true) {
    await cache?.keep(input, extractors, known);
  }
  return known;
}

/** The files of a foreign layer are unknown, which makes the result incomplete. */
function createForeignFacts(
  { description: { diffId } }: BlobLayer,
  options: ReadOptions,
): LayerFacts {
  const facts = new FileIntake({ ...toIntakeOptions(options), diffId }).finishLayer();
  const message =
    'the layer is not part of the image: its license allows no copies outside the registry of its vendor';
  return { ...facts, problems: [{ code: 'P_MISSING', message, layer: diffId }] };
}

/**
 * Uses the same amounts of the budget as the reading did; a layer that exceeds the remaining budget
 * is read again.
 */
async function findWithinBudget(
  input: BlobLayer,
  { cache, extractors, budget }: ReadOptions,
): Promise<KnownLayer | undefined> {
  const known = await cache?.findLayer(input, extractors);
  return known !== undefined && budget.takeAgain(known.facts.taken ?? {}) ? known : undefined;
}

/**
 * The recorded size comes from the manifest, not from the layer, so it is checked for each image.
 */
function withSizeProblem(
  { facts, storedBytes }: KnownLayer,
  { description: { diffId: layer, blobBytes } }: BlobLayer,
  { problemsMax }: Limits,
): LayerFacts {
  if (storedBytes === blobBytes) {
    return facts;
  }
  const { problems, problemsNotListed = 0 } = facts;
  const message = `layer size mismatch: ${storedBytes} bytes stored, ${blobBytes} declared in the manifest`;
  return problems.length < problemsMax
    ? { ...facts, problems: [...problems, { code: 'P_MALFORMED', message, layer }] }
    : { ...facts, problemsNotListed: problemsNotListed + 1 };
}

async function readBlob(layer: BlobLayer, options: ReadOptions): Promise<KnownLayer> {
  const digester = isWorthThread(layer, options) ? DigestThread.takeThread() : undefined;
  try {
    return await readDigestedBlob(digester, layer, options);
  } finally {
    if (digester !== undefined) {
      DigestThread.returnThread(digester);
    }
  }
}

async function readDigestedBlob(
  digester: DigestThread | undefined,
  layer: BlobLayer,
  options: ReadOptions,
): Promise<KnownLayer> {
  const { limits, memory } = options;
  const { diffId } = layer.description;
  const intake = new FileIntake({
    ...toIntakeOptions(options),
    diffId,
    ...defined({ digester }),
  });
  const parser = new TarParser(createTarIntake(intake, limits), limits);
  let unseenBytes = 0;
  const forwardChunk = (chunk: Uint8Array): void => {
    if (digester === undefined) {
      parser.push(chunk);
    } else {
      pushParts(digester, parser, chunk);
    }
    unseenBytes += chunk.length;
    if (unseenBytes > LOOK_BYTES) {
      unseenBytes = 0;
      memory?.look();
    }
  };
  const storedBytes = await readVerified(layer, limits, forwardChunk, digester);
  parser.end();
  return { facts: intake.finishLayer(), storedBytes };
}

/** The files in a piece are registered while it is open. */
function pushParts(digester: DigestThread, parser: TarParser, chunk: Uint8Array): void {
  for (let start = 0; start < chunk.length; start += SLOT_BYTES) {
    const part = chunk.subarray(start, start + SLOT_BYTES);
    digester.open(part);
    parser.push(part);
    digester.endContent();
  }
}

/**
 * Digests take nearly half of the time to read a large layer. Starting a thread takes 40 ms of CPU
 * time and 10 MB, which does not pay off for a small layer.
 */
const THREAD_BLOB_BYTES_MIN = 64 * 1024 * 1024;

function isWorthThread({ description }: BlobLayer, options: ReadOptions): boolean {
  const { diffId, blobDigest = diffId, blobBytes } = description;
  const { memory, threadBlobBytesMin = THREAD_BLOB_BYTES_MIN } = options;
  return (
    blobBytes >= threadBlobBytesMin &&
    memory === undefined &&
    diffId.startsWith('sha256:') &&
    blobDigest.startsWith('sha256:')
  );
}

/** Memory use is checked each time after this much content. */
const LOOK_BYTES = 2 * 1024 * 1024;

function toIntakeOptions(options: ReadOptions): Omit<IntakeOptions, 'diffId'> {
  const { extractors, limits, budget, spill, otherDigests, deferred, memory } = options;
  return {
    dispatch: getDispatch(extractors),
    limits,
    budget,
    spill,
    isMemoryBound: memory !== undefined,
    ...defined({ deferred, otherDigests }),
  };
}

/** Thrown when enough of a layer was read, and caught by the function that requested no more. */
class EnoughRead extends Error {}

/**
 * Returns the facts that extractors yield, by path, for some files of a layer that was read before.
 * Reads no further than the last of these rows, and checks each file against the digest it had
 * then.
 *
 * @throws UserError `E_DIGEST_MISMATCH` if a file has changed, and the errors of {@link readLayer}.
 */
export async function readAgain(
  input: LayerInput,
  { known, lastRow }: { readonly known: LayerFacts; readonly lastRow: number },
  options: ReadOptions,
): Promise<LayerFacts> {
  if (input.kind === 'tree') {
    return readTree(input, options);
  }
  const { cache, extractors } = options;
  const before = await findWithinBudget(input, options);
  if (before !== undefined) {
    return before.facts;
  }
  const again = await readRows(input, lastRow, options);
  const isOther = again.facts.some(
    ({ row }) =>
      row >= known.files.length ||
      again.files.getPath(row) !== known.files.getPath(row) ||
      again.files.getSha256(row) !== known.files.getSha256(row),
  );
  if (isOther) {
    const message = `layer ${input.description.diffId} changed while it was read`;
    throw new UserError('E_DIGEST_MISMATCH', message);
  }
  const { taken, isCut, facts, problems } = again;
  const layerFacts = {
    ...known,
    facts,
    problems,
    ...defined({ taken }),
  };
  if (isCut !== true) {
    await cache?.keepFacts(input, extractors, layerFacts);
  }
  return layerFacts;
}

async function readRows(
  layer: BlobLayer,
  lastRow: number,
  options: ReadOptions,
): Promise<LayerFacts> {
  const { limits } = options;
  const { diffId } = layer.description;
  const intake = new FileIntake({ ...toIntakeOptions(options), diffId, isWantedOnly: true });
  const parser = new TarParser(createTarIntake(intake, limits), limits);
  try {
    await decompress(layer.open(), {
      subject: `layer ${diffId}`,
      limits,
      maxBytes: 'layerBytesMax',
      isInputOwned: true,
      // The requested files are checked against their digests, and the end is seldom reached.
      isContentVerified: true,
      onOutput: (chunk) => {
        parser.push(chunk);
        if (intake.rows > lastRow + 1) {
          throw new EnoughRead();
        }
      },
    });
  } catch (error) {
    if (!(error instanceof EnoughRead)) {
      throw error;
    }
  }
  parser.end();
  const { facts, ...rest } = intake.finishLayer();
  return { ...rest, facts, problems: rest.problems.filter(({ plugin }) => plugin !== undefined) };
}

async function readTree(layer: TreeLayer, options: ReadOptions): Promise<LayerFacts> {
  const { limits, progress } = options;
  const intake = new FileIntake({
    ...toIntakeOptions(options),
    diffId: undefined,
    isReadableAgain: true,
  });
  const yieldBudget = new YieldBudget();
  for await (const file of layer.walk()) {
    if (intake.rows >= limits.entriesMax) {
      intake.recordProblem(
        'P_LIMIT',
        'the layer has more files than the limit entriesMax allows',
        '',
      );
      break;
    }
    if (!intake.hasRoom(file.entry)) {
      break;
    }
    await takeTreeFile(intake, file, yieldBudget);
    if (intake.rows % PROGRESS_ROWS === 0) {
      progress.emit({ kind: 'stage-advanced', stage: 'index', done: intake.rows, unit: 'files' });
      options.memory?.look();
    }
  }
  return intake.finishLayer();
}

const PROGRESS_ROWS = 1_000;

/** Errors for a file that is not accessible or no longer exists. */
const NOT_READ: ReadonlySet<string> = new Set(['E_TARGET_UNREADABLE', 'E_TARGET_UNKNOWN']);

async function takeTreeFile(
  intake: FileIntake,
  file: TreeFile,
  yieldBudget: YieldBudget,
): Promise<void> {
  const entry: FileEntry = file.entry;
  if (yieldBudget.isDue(0)) {
    await setImmediate();
  }
  if (entry.type !== 'regular') {
    intake.addEntry(entry);
    return;
  }
  intake.beginFile(entry);
  let isComplete = false;
  try {
    for (const piece of file.readContent()) {
      intake.addPiece(piece);
      if (!intake.wantsMore) {
        break;
      }
      if (yieldBudget.isDue(piece.length)) {
        await setImmediate();
      }
    }
    isComplete = true;
  } catch (error) {
    if (!(error instanceof UserError) || !NOT_READ.has(error.code)) {
      throw error;
    }
    intake.recordProblem('P_UNREADABLE', error.message, entry.path);
  } finally {
    intake.endFile(isComplete);
  }
}
