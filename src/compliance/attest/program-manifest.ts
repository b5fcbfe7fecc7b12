import { createHash, type KeyObject } from 'node:crypto';
import { compareText } from '../../foundation/core/compare-text.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import type { SignatureState } from '../../foundation/syntax/envelope/envelope-signature.ts';
import { unwrapAttestation } from '../../foundation/syntax/envelope/unwrap.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import { isRecord, isText } from '../../foundation/syntax/json/guard.ts';
import { getRecord } from '../../foundation/syntax/json/member.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import { formatSubjects } from './statement.ts';

/** The name of a signed manifest in the directory of a program. */
export const MANIFEST_NAME = 'MANIFEST.dsse.json';

const PREDICATE_TYPE = 'urn:plimsoll:program:v1';

/** The files of a program, and the packages that it loads. */
export interface ProgramFiles {
  /** SHA-256 by the path in the directory of the program. */
  readonly files: ReadonlyMap<string, string>;
  /** SHA-256 of all files of a package ({@link digestTree}), by its name and version. */
  readonly packages: ReadonlyMap<string, string>;
}

/** Returns one digest for files, which are given with the digest of each. */
export function digestTree(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const path of [...files.keys()].sort(compareText)) {
    hash.update(`${path}\0${files.get(path) ?? ''}\n`);
  }
  return hash.digest('hex');
}

/** Formats the statement about a program, to be signed. */
export function formatProgramStatement({ files, packages }: ProgramFiles, name: string): string {
  const predicate = {
    files: Object.fromEntries(files),
    packages: Object.fromEntries(packages),
  };
  const digest = createHash('sha256').update(canonicalizeJson(predicate)).digest('hex');
  return formatSubjects([{ name, digest: { sha256: digest } }], PREDICATE_TYPE, predicate);
}

export interface ReadManifest extends ProgramFiles {
  readonly signature: SignatureState;
}

/** Reads a signed manifest; `undefined` if the content is not one. */
export function readProgramManifest(
  content: Uint8Array,
  keys: readonly KeyObject[],
  limits: Limits,
): ReadManifest | undefined {
  const [document, second] = unwrapAttestation(content, limits, { keys });
  if (document === undefined || second !== undefined || document.predicateType !== PREDICATE_TYPE) {
    return undefined;
  }
  const predicate = parseJson(Buffer.from(document.content).toString('utf8'));
  const files = isRecord(predicate) ? readDigests(getRecord(predicate, 'files')) : undefined;
  const packages = isRecord(predicate) ? readDigests(getRecord(predicate, 'packages')) : undefined;
  return files === undefined || packages === undefined
    ? undefined
    : { files, packages, signature: document.signature };
}

/** A file without a digest would not be checked, so it makes the manifest invalid. */
function readDigests(value: unknown): ReadonlyMap<string, string> | undefined {
  const entries = isRecord(value) ? Object.entries(value) : [];
  const digests = entries.flatMap(([path, digest]): [string, string][] =>
    isText(digest) && /^[0-9a-f]{64}$/.test(digest) ? [[path, digest]] : [],
  );
  return isRecord(value) && digests.length === entries.length ? new Map(digests) : undefined;
}

export interface ProgramDifference {
  /** Path of a file, or name and version of a package. */
  readonly name: string;
  readonly kind: 'changed' | 'missing' | 'added';
}

/** Lists what differs between the signed program and the one that is present, sorted by name. */
export function compareProgram(
  signed: ProgramFiles,
  present: ProgramFiles,
): readonly ProgramDifference[] {
  return [
    ...compareDigests(signed.files, present.files),
    ...compareDigests(signed.packages, present.packages),
  ];
}

function compareDigests(
  signed: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string>,
): readonly ProgramDifference[] {
  const names = [...new Set([...signed.keys(), ...present.keys()])].sort(compareText);
  return names.flatMap((name): ProgramDifference[] => {
    const [before, after] = [signed.get(name), present.get(name)];
    if (before === after) {
      return [];
    }
    const kind = before === undefined ? 'added' : after === undefined ? 'missing' : 'changed';
    return [{ name, kind }];
  });
}
