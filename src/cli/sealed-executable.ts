/**
 * An executable ends with its signed manifest, the SHA-256 and the length (eight bytes) of the
 * manifest, and magic bytes. The manifest contains the digest of everything before it. Its own
 * digest is needed because a signature does not cover every byte of its envelope.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import type { ProgramFiles } from '../compliance/attest/program-manifest.ts';
import type { SignedProgram } from './signed-program.ts';

const MAGIC = Buffer.from('plimsoll-sealed\n');
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 8;
const TRAILER_BYTES = DIGEST_BYTES + LENGTH_BYTES + MAGIC.length;
/** A manifest of one file is much shorter. */
const MANIFEST_BYTES_MAX = 64 * 1024;
const PIECE_BYTES = 1024 * 1024;

/** Appends a manifest to an executable, whose digest the manifest contains. */
export function sealExecutable(path: string, sign: (files: ProgramFiles) => string): void {
  const manifest = Buffer.from(sign(digestStart(path, statSync(path).size)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64BE(BigInt(manifest.length));
  appendFileSync(path, Buffer.concat([manifest, digestManifest(manifest), length, MAGIC]));
}

/** Reads the manifest at the end of an executable; `undefined` if there is none. */
export function readSealedExecutable(path: string): SignedProgram | undefined {
  const { size } = statSync(path);
  const trailer = readRange(path, Math.max(0, size - TRAILER_BYTES), size);
  if (trailer.length < TRAILER_BYTES || !trailer.subarray(-MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  const length = Number(trailer.readBigUInt64BE(DIGEST_BYTES));
  const end = size - TRAILER_BYTES;
  // A wrong length leads to content that is not a manifest.
  const start = Math.max(0, end - Math.min(length, MANIFEST_BYTES_MAX));
  const manifest = readRange(path, start, end);
  const isWhole = digestManifest(manifest).equals(trailer.subarray(0, DIGEST_BYTES));
  return {
    manifest: isWhole ? manifest : Buffer.alloc(0),
    digestFiles: () => digestStart(path, start),
  };
}

function digestManifest(manifest: Uint8Array): Buffer {
  return createHash('sha256').update(manifest).digest();
}

function readRange(path: string, start: number, end: number): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start));
  } finally {
    closeSync(descriptor);
  }
}

function digestStart(path: string, end: number): ProgramFiles {
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += PIECE_BYTES) {
    hash.update(readRange(path, at, Math.min(end, at + PIECE_BYTES)));
  }
  return { files: new Map([['executable', hash.digest('hex')]]), packages: new Map() };
}
