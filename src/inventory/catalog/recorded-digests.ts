import { assert } from '../../foundation/core/assert.ts';
import type { Package, RecordedDigest } from '../../foundation/core/package.ts';

/** Lengths in bytes. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md5', 16],
  ['sha1', 20],
  ['sha256', 32],
]);

/** Checksums of apk: the letter Q, a number for the algorithm, and base64. */
const APK_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['Q1', 'sha1'],
  ['Q2', 'sha256'],
]);

/**
 * Returns the file digests in a package manager's record: its metadata lists the same files as the
 * package owns, in the same order, each with one digest or a list of them.
 */
export function readRecordedDigests({ ownedFiles, metadata }: Package): RecordedDigest[] {
  const files: unknown = metadata?.value['files'];
  if (!Array.isArray(files) || files.length === 0) {
    return [];
  }
  assert(files.length === ownedFiles.length, 'each owned file has its entry');
  return ownedFiles.flatMap(({ path }, index) => {
    const digest: unknown = files[index]?.digest;
    return [digest]
      .flat()
      .map(readDigest)
      .filter((read) => read !== undefined)
      .map((read) => ({ path, ...read }));
  });
}

function readDigest(digest: unknown): Omit<RecordedDigest, 'path'> | undefined {
  const { algorithm, value } = (digest ?? {}) as Record<string, unknown>;
  if (typeof algorithm !== 'string' || typeof value !== 'string') {
    return undefined;
  }
  const apk = APK_ALGORITHMS.get(value.slice(0, 2));
  const read =
    apk === undefined
      ? { algorithm, digits: value.toLowerCase() }
      : { algorithm: apk, digits: Buffer.from(value.slice(2), 'base64').toString('hex') };
  const length = LENGTHS.get(read.algorithm);
  const isWhole = read.digits.length === (length ?? 0) * 2 && /^[0-9a-f]+$/.test(read.digits);
  return isWhole ? read : undefined;
}
