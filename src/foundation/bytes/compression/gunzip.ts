import zlib from 'node:zlib';
import type { LimitName, Limits } from '../../core/limits.ts';
import type { ProblemNote } from '../../core/problem.ts';

export interface Gunzipped {
  /** Empty if the content cannot be expanded. */
  readonly bytes: Uint8Array;
  readonly problem?: ProblemNote;
}

/** Node's error if the output exceeds the maximum. */
const TOO_LONG = 'ERR_BUFFER_TOO_LARGE';

/** Expands a small gzip file up to the limit `maxBytes` in one piece. */
export function expandGzip(content: Uint8Array, limits: Limits, maxBytes: LimitName): Gunzipped {
  try {
    return { bytes: zlib.gunzipSync(content, { maxOutputLength: limits[maxBytes] }) };
  } catch (error) {
    const isTooLong = error instanceof Error && 'code' in error && error.code === TOO_LONG;
    const problem: ProblemNote = isTooLong
      ? { code: 'P_LIMIT', message: `the file expands to more than ${maxBytes} allows` }
      : { code: 'P_MALFORMED', message: 'the file is not gzip data, or is damaged' };
    return { bytes: new Uint8Array(0), problem };
  }
}
