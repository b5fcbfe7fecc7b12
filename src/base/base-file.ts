import { createHash } from 'node:crypto';
import type { VersionNeeds } from '../bytes/elf/versions.ts';
import { defined } from '../core/defined.ts';
import { type Digest, isDigest } from '../core/digest.ts';
import { UserError } from '../core/error.ts';
import { canonicalizeJson } from '../syntax/json/canonical-json.ts';
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
} from '../syntax/json/guard.ts';
import { parseJson } from '../syntax/json/parse-json.ts';
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

// A file has two lines, the head and the body. Searches only read the heads.

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

/** Formats a base image as the content of its file, which is the same on every machine. */
export function formatBase({ head, packages, contents, provisions }: BaseImage): string {
  return `${canonicalizeJson(head)}\n${canonicalizeJson({ packages, contents, provisions })}\n`;
}

/** Computes the SHA-256, in hexadecimal digits, of everything that does not depend on the user. */
export function computeBaseId({
  head,
  packages,
  contents,
  provisions,
}: Omit<BaseImage, 'head'> & {
  readonly head: Omit<BaseHead, 'id'>;
}): string {
  const { names: _, rank: __, isRemembered: ___, ...facts } = defined({ ...head, id: undefined });
  const text = canonicalizeJson({ facts, body: { packages, contents, provisions } });
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Reads the head of a base image.
 *
 * @throws UserError `E_BASE_INVALID` if it is malformed or has another schema
 */
export function parseBaseHead(line: string, path: string): BaseHead {
  const value = parseJson(line);
  const schema = isRecord(value) ? ownMember(value, 'schema') : undefined;
  if (typeof schema === 'string' && schema !== BASE_SCHEMA) {
    throw createBaseError(path, `its schema "${schema}" is not supported, only "${BASE_SCHEMA}"`);
  }
  if (!isHead(value)) {
    throw createBaseError(path, 'it is malformed');
  }
  return value;
}

/**
 * Reads a base image and checks its content against its ID.
 *
 * @throws UserError `E_BASE_INVALID`
 */
export function parseBase(text: string, path: string): BaseImage {
  const [first = '', second = ''] = text.split('\n', 2);
  const head = parseBaseHead(first, path);
  const body = parseJson(second);
  if (!isBody(body) || body.contents.some((one) => isBeyond(one, body))) {
    throw createBaseError(path, 'it is malformed');
  }
  const { packages, contents, provisions } = body;
  const image = { head, packages, contents, provisions };
  if (computeBaseId(image) !== head.id) {
    throw createBaseError(path, 'its content does not match its ID');
  }
  return image;
}

/** Returns whether the package of a group of files does not exist. */
function isBeyond({ package: index }: BaseContents, { packages }: BaseBody): boolean {
  return index !== undefined && index >= packages.length;
}

function createBaseError(path: string, reason: string): UserError {
  return new UserError('E_BASE_INVALID', `could not read the base image in "${path}": ${reason}`, {
    hint: 'add the base image again with "plimsoll base add", or remove the file',
  });
}
