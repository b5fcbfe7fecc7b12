import { statSync } from 'node:fs';
import { decompress } from '../../foundation/bytes/compression/decompress.ts';
import {
  COMPRESSION_HEAD_BYTES,
  detectCompression,
} from '../../foundation/bytes/compression/detect-compression.ts';
import { toEntryPath } from '../../foundation/bytes/tar/entry-path.ts';
import { indexTar } from '../../foundation/bytes/tar/tar-index.ts';
import { TarParser } from '../../foundation/bytes/tar/tar-parser.ts';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import type { StandardInput } from '../../foundation/core/target.ts';
import { detectPathKind, openLocalFile, splitReference } from './local-file.ts';

/** The image formats of an archive; a modern `docker save` writes both. */
export interface ArchiveKind {
  readonly isDocker: boolean;
  readonly isOci: boolean;
}

const NEITHER: ArchiveKind = { isDocker: false, isOci: false };

interface Remembered {
  readonly identity: string;
  readonly kind: Promise<ArchiveKind>;
}

/** The last result, because several sources check the same file one after the other. */
let last: Remembered | undefined;

/**
 * Detects the formats of a target's file by the names in it. Never throws: an unreadable file has
 * neither format.
 */
export async function detectArchiveKind(
  target: string,
  standardInput?: StandardInput,
): Promise<ArchiveKind> {
  if (standardInput !== undefined) {
    return detectKind(standardInput).catch(() => NEITHER);
  }
  const { path } = splitReference(target);
  if (detectPathKind(path) !== 'file') {
    return NEITHER;
  }
  const { dev, ino, size, mtimeMs } = statSync(path);
  const identity = `${dev}:${ino}:${size}:${mtimeMs}`;
  if (last?.identity !== identity) {
    last = { identity, kind: detectFileKind(path).catch(() => NEITHER) };
  }
  return last.kind;
}

async function detectFileKind(path: string): Promise<ArchiveKind> {
  using file = openLocalFile(path);
  return await detectKind(file);
}

async function detectKind(file: StandardInput): Promise<ArchiveKind> {
  const compression = detectCompression(file.read(0, COMPRESSION_HEAD_BYTES));
  if (compression === 'none') {
    const { entries } = indexTar(file, DEFAULT_LIMITS);
    return detectByNames((name) => entries.has(name));
  }
  const names = await listNames(file);
  return detectByNames((name) => names.has(name));
}

function detectByNames(has: (name: string) => boolean): ArchiveKind {
  return {
    isDocker: has(MANIFEST),
    isOci: has('/index.json') && has('/oci-layout'),
  };
}

const MANIFEST = '/manifest.json';
const TELLING = new Set([MANIFEST, '/index.json', '/oci-layout']);

/**
 * Returns the identifying names of a compressed archive. It is read until they are known, at worst
 * to its end.
 */
async function listNames(file: StandardInput): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const limits = { ...DEFAULT_LIMITS, entriesMax: DEFAULT_LIMITS.archiveEntriesMax };
  const parser = new TarParser(
    {
      onEntry: ({ name }) => {
        const path = toEntryPath(name);
        if (path !== undefined && TELLING.has(path)) {
          names.add(path);
        }
      },
      onContent: () => undefined,
      onEntryEnd: () => undefined,
      onProblem: () => undefined,
    },
    limits,
  );
  const isKnown = () => names.has(MANIFEST) || parser.isOver;
  await decompress(readUntilKnown(file, isKnown), {
    subject: 'the archive',
    limits,
    maxBytes: 'archiveBytesMax',
    onOutput: (chunk) => parser.push(chunk),
  }).catch((error: unknown) => {
    // Stopping the input results in a stream that ends early, as intended.
    if (!isKnown()) {
      throw error;
    }
  });
  return names;
}

async function* readUntilKnown(
  file: StandardInput,
  isKnown: () => boolean,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of file.stream(0, file.sizeBytes)) {
    yield chunk;
    if (isKnown()) {
      return;
    }
  }
}
