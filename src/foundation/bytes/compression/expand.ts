import { zstdDecompressSync } from 'node:zlib';
import type { Budget } from '../../core/budget.ts';
import type { LimitName, Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';
import { isXz, unpackXz } from '../xz/xz.ts';
import { detectCompression } from './detect-compression.ts';
import { expandGzip, type Gunzipped } from './gunzip.ts';

export interface ExpandOptions {
  readonly budget: Budget;
  /** Limit of the expanded bytes. */
  readonly maxBytes: LimitName;
  /**
   * Receives a piece, which is a window that is only valid until the call returns, unless it is
   * whole: then it is all of the content and may be kept. Returning false ends the reading.
   */
  readonly onOutput: (piece: Uint8Array, isWhole: boolean) => boolean;
}

/**
 * Expands a small archive in memory by its first bytes: gzip, zstd and xz. Content without a known
 * compression is passed on unchanged. A problem is reported after all content that could be
 * expanded.
 */
export function expand(content: Uint8Array, options: ExpandOptions): ProblemNote | undefined {
  if (isXz(content)) {
    return unpackXz(content, { ...options, onOutput: (piece) => options.onOutput(piece, false) });
  }
  // The library holds its output in one piece.
  const { limits } = options.budget;
  const isHeld = limits[options.maxBytes] <= limits.expandedFileBytesMax;
  const maxBytes = isHeld ? options.maxBytes : 'expandedFileBytesMax';
  switch (detectCompression(content)) {
    case 'gzip':
      return finishContent(expandGzip(content, limits, maxBytes), options);
    case 'zstd':
      return finishContent(unpackZstd(content, limits, maxBytes), options);
    case 'bzip2':
      return { code: 'P_UNSUPPORTED', message: 'unsupported compression: bzip2' };
    default:
      options.onOutput(content, true);
      return undefined;
  }
}

function finishContent(unpacked: Gunzipped, options: ExpandOptions): ProblemNote | undefined {
  if (unpacked.problem !== undefined) {
    return unpacked.problem;
  }
  if (!options.budget.takeExpanded(unpacked.bytes.length)) {
    return { code: 'P_LIMIT', message: 'the content was not unpacked' };
  }
  options.onOutput(unpacked.bytes, true);
  return undefined;
}

function unpackZstd(content: Uint8Array, limits: Limits, maxBytes: LimitName): Gunzipped {
  try {
    return { bytes: zstdDecompressSync(content, { maxOutputLength: limits[maxBytes] }) };
  } catch (error) {
    const isTooLong =
      error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const problem: ProblemNote = isTooLong
      ? { code: 'P_LIMIT', message: `the content expands to more than ${maxBytes} allows` }
      : { code: 'P_MALFORMED', message: 'content compressed with zstd is damaged' };
    return { bytes: new Uint8Array(0), problem };
  }
}
