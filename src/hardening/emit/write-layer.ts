import { createHash } from 'node:crypto';
import {
  ARCHIVE_END,
  createPadding,
  createTarHeader,
} from '../../foundation/bytes/tar/tar-writer.ts';
import type { Digest } from '../../foundation/core/digest.ts';
import { compress } from './compress.ts';
import type { LayerCompression } from './emit-source.ts';
import type { SlimFile } from './file-builder.ts';
import type { Stage } from './stage.ts';

/** A layer as it was written to the stage. */
export interface WrittenLayer {
  readonly diffId: Digest;
  /** Of the blob. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly tarBytes: number;
  readonly compression: LayerCompression;
}

/** Content is read in pieces of this size. */
const PIECE_BYTES = 1024 * 1024;
/** Compression depends on how the archive is divided, so all blocks but the last are equal. */
const BLOCK_BYTES = 64 * 1024;

/** Writes files to the stage as one layer, under the given name. */
export async function writeLayer(
  stage: Stage,
  name: string,
  files: readonly SlimFile[],
  compression: LayerCompression,
): Promise<WrittenLayer> {
  const content = createHash('sha256');
  const blob = createHash('sha256');
  let tarBytes = 0;
  const blocks = mapPieces(joinBlocks(listPieces(files)), (block) => {
    content.update(block);
    tarBytes += block.length;
  });
  const pieces = compress(blocks, compression);
  const hashed = (async function* () {
    for await (const piece of pieces) {
      blob.update(piece);
      yield piece;
    }
  })();
  const sizeBytes = await stage.writeFile(name, hashed);
  return {
    diffId: `sha256:${content.digest('hex')}`,
    digest: `sha256:${blob.digest('hex')}`,
    sizeBytes,
    tarBytes,
    compression,
  };
}

function* mapPieces(
  pieces: Iterable<Uint8Array>,
  look: (piece: Uint8Array) => void,
): Generator<Uint8Array> {
  for (const piece of pieces) {
    look(piece);
    yield piece;
  }
}

function* listPieces(files: readonly SlimFile[]): Generator<Uint8Array> {
  for (const { entry, content } of files) {
    yield createTarHeader(entry);
    if (content !== undefined) {
      for (let at = 0; at < content.sizeBytes; at += PIECE_BYTES) {
        yield content.read(at, PIECE_BYTES);
      }
      yield createPadding(content.sizeBytes);
    }
  }
  yield ARCHIVE_END;
}

function* joinBlocks(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = Math.min(piece.length - at, BLOCK_BYTES - filled);
      block.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === BLOCK_BYTES) {
        yield block;
        block = new Uint8Array(BLOCK_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) {
    yield block.subarray(0, filled);
  }
}
