import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { VersionNeeds } from '../../foundation/bytes/elf/versions.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { type Digest, isDigest } from '../../foundation/core/digest.ts';
import { UserError } from '../../foundation/core/error.ts';
import { canonicalizeJson } from '../../foundation/syntax/json/canonical-json.ts';
import {
  type Guard,
  guardChoice,
  guardList,
  guardOptional,
  guardRecord,
  isBoolean,
  isCount,
  isNumber,
  isRecord,
  isText,
  ownMember,
} from '../../foundation/syntax/json/guard.ts';
import { parseJson } from '../../foundation/syntax/json/parse-json.ts';
import {
  BASE_SCHEMA,
  type BaseBody,
  type BaseContents,
  type BaseDistro,
  type BaseHead,
  type BaseImage,
  type BasePackage,
  SHORT_DIGEST_CHARS,
} from './base-image.ts';
import { INTERPRETER_KINDS, type Interpreter } from './interpreters.ts';
import type { ProvidedLibrary, Provisions } from './provisions.ts';
import { splitShortDigests } from './short-digest.ts';

// The text of `harden base export` has two lines, the head and the body. A file of the store has a line of
// keys between them, and a compressed body, so that searches read no bodies.

/** More was not written by this program. */
export const BASE_BYTES_MAX = 64 * 1_024 * 1_024;

/** Higher levels take ten times as long for one percent. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };

/** 36 bits: 2,000 keys contain that of another file once in 34 million times. */
export const SEARCH_KEY_CHARS = 6;

const isDigestText: Guard<Digest> = (value): value is Digest => isDigest(value);
const isSchema: Guard<typeof BASE_SCHEMA> = (value): value is typeof BASE_SCHEMA =>
  value === BASE_SCHEMA;

const isDistro = guardRecord<BaseDistro>({
  id: isText,
  idLike: guardList(isText),
  versionId: guardOptional(isText),
  versionCodename: guardOptional(isText),
  prettyName: guardOptional(isText),
  supportEnd: guardOptional(isText),
});

const isHead = guardRecord<BaseHead>({
  schema: isSchema,
  id: isText,
  names: guardList(isText),
  rank: isNumber,
  isRemembered: guardOptional((value): value is true => value === true),
  manifestDigest: guardOptional(isDigestText),
  imageId: guardOptional(isDigestText),
  created: guardOptional(isText),
  os: guardOptional(isText),
  architecture: guardOptional(isText),
  variant: guardOptional(isText),
  distro: guardOptional(isDistro),
  layers: guardList(isDigestText),
  chainId: guardOptional(isDigestText),
  emptyLayerChainId: guardOptional(isDigestText),
  history: guardList(isText),
  packageCount: isCount,
  fileCount: isCount,
  sizeBytes: isCount,
  sketch: guardList(isText),
});

const isJoined: Guard<string> = (value): value is string =>
  typeof value === 'string' && value.length % SHORT_DIGEST_CHARS === 0 && /^[\w-]*$/.test(value);

const isExecutableText: Guard<string> = (value): value is string =>
  typeof value === 'string' && EXECUTABLE_TEXT.test(value);

const EXECUTABLE_TEXT = /^[\w-]{16} \/./s;

const isContents = guardRecord<BaseContents>({
  package: guardOptional(isCount),
  digests: isJoined,
  buildIds: isJoined,
  executables: guardList(isExecutableText),
});

/** Checks the members that matching and recognition rely on. */
function isBasePackage(value: unknown): value is BasePackage {
  return (
    isRecord(value) &&
    ['key', 'name', 'version', 'type', 'language', 'purl', 'foundBy', 'rule'].every((name) =>
      isText(ownMember(value, name)),
    ) &&
    isNumber(ownMember(value, 'confidence')) &&
    guardList(guardRecord<{ name: string; version?: string }>(UPSTREAM))(
      ownMember(value, 'upstreams'),
    ) &&
    guardList(guardRecord<{ cpe: string }>({ cpe: isText }))(ownMember(value, 'cpes'))
  );
}

const UPSTREAM = { name: isText, version: guardOptional(isText) };

const isTexts = guardList(isText);

const isProvisions = guardRecord<Provisions>({
  libraries: guardList(
    guardRecord<ProvidedLibrary>({
      name: isText,
      path: isText,
      machine: isText,
      versions: isTexts,
    }),
  ),
  needs: guardList(guardRecord<VersionNeeds>({ library: isText, versions: isTexts })),
  loaders: isTexts,
  interpreters: guardList(
    guardRecord<Interpreter>({ kind: guardChoice(INTERPRETER_KINDS), abi: isText, path: isText }),
  ),
  commands: isTexts,
  users: isTexts,
  groups: isTexts,
  certificates: guardOptional(isText),
  hasTimeZones: isBoolean,
  locales: isTexts,
  writableFolders: isTexts,
  folderLinks: isTexts,
  paths: isText,
});

const isBody = guardRecord<BaseBody>({
  packages: guardList(isBasePackage),
  contents: guardList(isContents),
  provisions: isProvisions,
});

/** Formats a base image as text, which is the same on every machine. */
export function formatBase({ head, ...body }: BaseImage): string {
  return `${canonicalizeJson(head)}\n${formatBody(body)}\n`;
}

function formatBody({ packages, contents, provisions }: BaseBody): string {
  return canonicalizeJson({ packages, contents, provisions });
}

/** Encodes a base image as a file of the store. */
export function encodeBase({ head, ...body }: BaseImage): Buffer {
  return Buffer.concat([
    Buffer.from(`${canonicalizeJson(head)}\n${listSearchKeys(body)}\n`),
    zstdCompressSync(formatBody(body), COMPRESSION),
  ]);
}

/** Returns the starts of the digests and build IDs of programs and libraries, sorted and joined. */
function listSearchKeys({ contents }: Pick<BaseBody, 'contents'>): string {
  const digests = contents.flatMap(({ executables, buildIds }) => [
    ...executables,
    ...splitShortDigests(buildIds),
  ]);
  const keys = new Set(digests.map((digest) => digest.slice(0, SEARCH_KEY_CHARS)));
  return [...keys].sort(compareText).join('');
}

/** Computes the SHA-256, in hexadecimal digits, of everything that does not depend on the user. */
export function computeBaseId({
  head,
  ...body
}: BaseBody & { readonly head: Omit<BaseHead, 'id'> }): string {
  return hashFacts(head, formatBody(body));
}

function hashFacts(head: Omit<BaseHead, 'id'>, body: string): string {
  const { names: _, rank: __, isRemembered: ___, ...facts } = defined({ ...head, id: undefined });
  // The canonical form of a record with both: the body is not parsed and formatted again.
  const text = `{"body":${body},"facts":${canonicalizeJson(facts)}}`;
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Reads the head of a base image.
 *
 * @throws UserError `E_BASE_INVALID` if it is malformed, `E_VERSION` if it has another schema
 */
export function parseBaseHead(line: string, path: string): BaseHead {
  const value = parseJson(line);
  const schema = isRecord(value) ? ownMember(value, 'schema') : undefined;
  if (typeof schema === 'string' && schema !== BASE_SCHEMA) {
    const message = `the base image file "${path}" has the schema "${schema}": this version of plimsoll reads "${BASE_SCHEMA}"`;
    throw new UserError('E_VERSION', message, { hint: ADD_HINT });
  }
  if (!isHead(value)) {
    throw createBaseError(path, 'it is malformed');
  }
  return value;
}

/**
 * Reads a base image, as text or as a file of the store, and checks its content against its ID.
 *
 * @throws UserError `E_BASE_INVALID` or `E_VERSION`
 */
export function parseBase(file: Buffer, path: string): BaseImage {
  const { head: first, rest } = splitFile(file);
  const head = parseBaseHead(first, path);
  const text = expandBody(rest) ?? '';
  const body = parseJson(text);
  if (!isBody(body) || body.contents.some((one) => isBeyond(one, body))) {
    throw createBaseError(path, 'it is malformed');
  }
  if (hashFacts(head, text) !== head.id) {
    throw createBaseError(path, 'its content does not match its ID');
  }
  const { packages, contents, provisions } = body;
  return { head, packages, contents, provisions };
}

interface FileParts {
  readonly head: string;
  readonly rest: Buffer;
}

function splitFile(file: Buffer): FileParts {
  const end = file.indexOf('\n');
  return end === -1
    ? { head: file.toString(), rest: file.subarray(file.length) }
    : { head: file.toString('utf8', 0, end), rest: file.subarray(end + 1) };
}

/** Returns the text of a body without its line end; `undefined` if it is damaged or too large. */
function expandBody(rest: Buffer): string | undefined {
  const { head: line, rest: packed } = splitFile(rest);
  if (packed.length === 0) {
    return line;
  }
  try {
    return zstdDecompressSync(packed, { maxOutputLength: BASE_BYTES_MAX }).toString();
  } catch {
    return undefined;
  }
}

/** Returns whether the package of a group of files does not exist. */
function isBeyond({ package: index }: BaseContents, { packages }: BaseBody): boolean {
  return index !== undefined && index >= packages.length;
}

function createBaseError(path: string, reason: string): UserError {
  return new UserError('E_BASE_INVALID', `could not read the base image in "${path}": ${reason}`, {
    hint: ADD_HINT,
  });
}

const ADD_HINT = 'add the base image again with "plimsoll harden base add", or remove the file';
