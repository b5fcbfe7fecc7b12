import { setImmediate } from 'node:timers/promises';
import { decompress } from '../bytes/compression/decompress.ts';
import { TarParser } from '../bytes/tar/tar-parser.ts';
import type { Budget } from '../core/budget.ts';
import type { Extractor, LayerFacts } from '../core/cataloger.ts';
import { UserError } from '../core/error.ts';
import type { FileEntry, OtherDigestAlgorithm } from '../core/file-table.ts';
import type { Limits } from '../core/limits.ts';
import type { MemoryGauge } from '../core/memory-gauge.ts';
import type { Progress } from '../core/progress.ts';
import type { BlobLayer, LayerInput, Spill, TreeFile, TreeLayer } from '../core/target.ts';
import type { DeferredContent } from './deferred-content.ts';
import { SLOT_BYTES } from './digest-memory.ts';
import { DigestThread } from './digest-thread.ts';
import { dispatchFor } from './dispatch.ts';
import type { FactCache, KnownLayer } from './fact-cache.ts';
import { FileIntake, type IntakeOptions } from './file-intake.ts';
import { Pace } from './pace.ts';
import { tarIntake } from './tar-intake.ts';
import { readVerified } from './verified-content.ts';

export interface ReadOptions {
  /** Lists that are the same array are compiled once. */
  readonly extractors: readonly Extractor<unknown>[];
  readonly limits: Limits;
  /** What the files of the target may take together. */
  readonly budget: Budget;
  readonly spill: Spill;
  readonly progress: Progress;
  /** Digests of files to take besides SHA-256 and SHA-1. */
  readonly otherDigests?: readonly OtherDigestAlgorithm[];
  /** Knows layers that were read before; absent where all are read. */
  readonly cache?: FactCache;
  /** Keeps what facts are made of later; absent where all are made at once. */
  readonly deferred?: DeferredContent;
  /** Present where the memory of the run is bounded. */
  readonly memory?: MemoryGauge;
  /** Digests of blobs of so many bytes are taken on a thread of their own. */
  readonly threadBlobBytesMin?: number;
}

/**
 * What one layer says: known from before, or read in one pass, which decompresses, verifies, makes
 * a row for each path and hands wanted files to the extractors. What concerns single files becomes
 * a problem of the result.
 *
 * @throws UserError `E_DIGEST_MISMATCH` where the layer does not fit its digests, `E_IMAGE_INVALID`
 * where it cannot be decompressed, `E_LIMIT` where it is larger than the limits allow, `E_SPILL`
 * where temporary files fail.
 */
export async function readLayer(input: LayerInput, options: ReadOptions): Promise<LayerFacts> {
  if (input.kind === 'tree') {
    return readTree(input, options);
  }
  const { cache, extractors, limits } = options;
  let known = await findWithinBudget(input, options);
  if (known === undefined) {
    known = await readBlob(input, options);
    if (known.facts.isCut !== true) {
      await cache?.keep(input, extractors, known);
    }
  }
  return withSizeProblem(known, input, limits);
}

/** Takes from the budget as the reading did; a layer that does not fit any more is read again. */
async function findWithinBudget(
  input: BlobLayer,
  { cache, extractors, budget }: ReadOptions,
): Promise<KnownLayer | undefined> {
  const known = await cache?.find(input, extractors);
  return known !== undefined && budget.takeAgain(known.facts.taken ?? {}) ? known : undefined;
}

/** The recorded size is the manifest's word, not the layer's: it is judged for each image anew. */
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
  const digester = isWorthThread(layer, options) ? DigestThread.take() : undefined;
  try {
    return await readBlobWith(digester, layer, options);
  } finally {
    if (digester !== undefined) {
      DigestThread.giveBack(digester);
    }
  }
}

async function readBlobWith(
  digester: DigestThread | undefined,
  layer: BlobLayer,
  options: ReadOptions,
): Promise<KnownLayer> {
  const { limits, memory } = options;
  const { diffId } = layer.description;
  const intake = new FileIntake({
    ...intakeOptions(options),
    diffId,
    ...(digester === undefined ? {} : { digester }),
  });
  const parser = new TarParser(tarIntake(intake, limits), limits);
  let unseenBytes = 0;
  const take = (chunk: Uint8Array): void => {
    if (digester === undefined) {
      parser.push(chunk);
    } else {
      pushWith(digester, parser, chunk);
    }
    unseenBytes += chunk.length;
    if (unseenBytes > LOOK_BYTES) {
      unseenBytes = 0;
      memory?.look();
    }
  };
  const storedBytes = await readVerified(layer, limits, take, digester);
  parser.end();
  return { facts: intake.finish(), storedBytes };
}

/** The files in a piece are told while it is open. */
function pushWith(digester: DigestThread, parser: TarParser, chunk: Uint8Array): void {
  for (let start = 0; start < chunk.length; start += SLOT_BYTES) {
    const part = chunk.subarray(start, start + SLOT_BYTES);
    digester.open(part);
    parser.push(part);
    digester.close();
  }
}

/**
 * Digests are nearly half of what the reading of a large layer takes. To start a thread takes 40 ms
 * of the processor and 10 MB, which a small layer does not give back.
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

/** After so much content it is looked at how much memory is taken. */
const LOOK_BYTES = 2 * 1024 * 1024;

function intakeOptions(options: ReadOptions): Omit<IntakeOptions, 'diffId'> {
  const { extractors, limits, budget, spill, otherDigests, deferred, memory } = options;
  return {
    dispatch: dispatchFor(extractors),
    limits,
    budget,
    spill,
    isMemoryBound: memory !== undefined,
    ...(deferred === undefined ? {} : { deferred }),
    ...(otherDigests === undefined ? {} : { otherDigests }),
  };
}

/** Thrown where enough of a layer has passed, and caught by whoever asked for no more. */
class EnoughRead extends Error {}

/**
 * What extractors that want files by their paths say of some files of a layer that was read before.
 * Reads no further than to the last of these rows, and holds each file against the digest that it
 * had then.
 *
 * @throws UserError `E_DIGEST_MISMATCH` where a file is another one by now, and what
 * {@link readLayer} throws.
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
  const again = await readUpTo(input, lastRow, options);
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
  const said = {
    ...known,
    facts,
    problems,
    ...(taken === undefined ? {} : { taken }),
  };
  if (isCut !== true) {
    await cache?.keepFacts(input, extractors, said);
  }
  return said;
}

async function readUpTo(
  layer: BlobLayer,
  lastRow: number,
  options: ReadOptions,
): Promise<LayerFacts> {
  const { limits } = options;
  const { diffId } = layer.description;
  const intake = new FileIntake({ ...intakeOptions(options), diffId, isWantedOnly: true });
  const parser = new TarParser(tarIntake(intake, limits), limits);
  try {
    await decompress(layer.open(), {
      subject: `layer ${diffId}`,
      limits,
      maxBytes: 'layerBytesMax',
      isInputOwned: true,
      // The files that count are held against their digests, and the end is seldom reached.
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
  const { facts, ...rest } = intake.finish();
  return { ...rest, facts, problems: rest.problems.filter(({ plugin }) => plugin !== undefined) };
}

async function readTree(layer: TreeLayer, options: ReadOptions): Promise<LayerFacts> {
  const { limits, progress } = options;
  const intake = new FileIntake({
    ...intakeOptions(options),
    diffId: undefined,
    isReadableAgain: true,
  });
  const pace = new Pace();
  for await (const file of layer.walk()) {
    if (intake.rows >= limits.entriesMax) {
      intake.note('P_LIMIT', 'the layer has more files than the limit entriesMax allows', '');
      break;
    }
    if (!intake.hasRoomFor(file.entry)) {
      break;
    }
    await takeTreeFile(intake, file, pace);
    if (intake.rows % PROGRESS_ROWS === 0) {
      progress.emit({ kind: 'stage-advanced', stage: 'index', done: intake.rows, unit: 'files' });
      options.memory?.look();
    }
  }
  return intake.finish();
}

const PROGRESS_ROWS = 1_000;

/** What a file that is denied, or is gone meanwhile, throws. */
const NOT_READ: ReadonlySet<string> = new Set(['E_TARGET_UNREADABLE', 'E_TARGET_UNKNOWN']);

async function takeTreeFile(intake: FileIntake, file: TreeFile, pace: Pace): Promise<void> {
  const entry: FileEntry = file.entry;
  if (pace.isDue(0)) {
    await setImmediate();
  }
  if (entry.type !== 'regular') {
    intake.add(entry);
    return;
  }
  intake.begin(entry);
  let isComplete = false;
  try {
    for (const piece of file.readContent()) {
      intake.piece(piece);
      if (!intake.wantsMore) {
        break;
      }
      if (pace.isDue(piece.length)) {
        await setImmediate();
      }
    }
    isComplete = true;
  } catch (error) {
    if (!(error instanceof UserError) || !NOT_READ.has(error.code)) {
      throw error;
    }
    intake.note('P_UNREADABLE', error.message, entry.path);
  } finally {
    intake.end(isComplete);
  }
}
