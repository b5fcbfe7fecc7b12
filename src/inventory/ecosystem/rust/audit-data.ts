import { inflateSync } from 'node:zlib';
import {
  type ExecutableImage,
  findImageSection,
} from '../../../foundation/bytes/executable/executable-image.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { ProblemNote } from '../../../foundation/core/problem.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../../foundation/syntax/json/parse-json.ts';

/** One crate that a program was built from. */
export interface AuditedCrate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or any other value as written. */
  readonly source: string;
  /** Crates that only the build requires are not in the program. */
  readonly isRuntime: boolean;
  /** Places of required crates in the list; all are valid. */
  readonly dependencies: readonly number[];
}

/** Malformed records are `undefined` in the list, so that places stay correct. */
export interface AuditData {
  readonly crates: readonly (AuditedCrate | undefined)[];
  readonly problems: readonly ProblemNote[];
}

/** Names of the section, now and in the first releases. cargo-auditable, PARSING.md. */
export const AUDIT_SECTIONS: readonly string[] = [
  '.dep-v0',
  '.rust-deps-v0',
  'rust-deps-v0',
  'rdep-v0',
];

/** Reads the data that cargo-auditable put into a program; `undefined` if there are none. */
export function readAuditData(image: ExecutableImage, limits: Limits): AuditData | undefined {
  const section = findImageSection(image, AUDIT_SECTIONS);
  if (section === undefined) {
    return undefined;
  }
  const { recordBytesMax } = limits;
  const packed = image.read(section.offset, Math.min(section.sizeBytes, recordBytesMax));
  const text = inflate(packed, recordBytesMax);
  const document = text === undefined ? undefined : parseJson(text);
  const list = isRecord(document) ? document['packages'] : undefined;
  return Array.isArray(list)
    ? readCrates(list, limits)
    : {
        crates: [],
        problems: [
          { code: 'P_MALFORMED', message: 'the crate list in the executable cannot be read' },
        ],
      };
}

function inflate(packed: Uint8Array, maxOutputLength: number): string | undefined {
  try {
    return inflateSync(packed, { maxOutputLength }).toString('utf8');
  } catch {
    // Damaged or too large: in either case the list is missing, and the caller reports it.
    return undefined;
  }
}

function readCrates(list: readonly unknown[], limits: Limits): AuditData {
  const problems: ProblemNote[] = [];
  const kept = list.slice(0, limits.recordsMax);
  if (kept.length < list.length) {
    problems.push({
      code: 'P_LIMIT',
      message: 'the executable lists more crates than recordsMax allows',
    });
  }
  const crates = kept.map((entry) => readCrate(entry, kept.length));
  const lost = crates.filter((crate) => crate === undefined).length;
  if (lost > 0) {
    const message = `${lost} of ${kept.length} crates in the executable have no name or version`;
    problems.push({ code: 'P_RECORD', message });
  }
  return { crates, problems };
}

function readCrate(entry: unknown, count: number): AuditedCrate | undefined {
  if (!isRecord(entry)) {
    return undefined;
  }
  const { name, version, source, kind, dependencies } = entry;
  if (typeof name !== 'string' || name === '' || typeof version !== 'string') {
    return undefined;
  }
  const places = Array.isArray(dependencies) ? dependencies : [];
  return {
    name,
    version,
    source: typeof source === 'string' ? source : '',
    isRuntime: kind === undefined || kind === null || kind === 'runtime',
    dependencies: places.filter((place) => Number.isInteger(place) && place >= 0 && place < count),
  };
}
