import type { DocumentContent, DocumentReader, ReadDocumentOptions } from '../../core/document.ts';
import { UserError } from '../../core/error.ts';
import type {
  DispositionedFinding,
  Finding,
  Findings,
  IgnoredFinding,
  Unevaluated,
} from '../../core/finding.ts';
import type { Inventory, InventoryPackage, Relationship } from '../../core/inventory.ts';
import type { Limits } from '../../core/limits.ts';
import { publishImage } from '../../core/published-image.ts';
import type { TargetDescription } from '../../core/target.ts';
import { parseBoundedJson } from '../../syntax/json/bounded-json.ts';
import { DocumentProblems, readRecords } from '../../syntax/json/document-records.ts';
import { type Guard, isCount, isRecord, listOf, ownMember } from '../../syntax/json/guard.ts';
import { jsonHead } from '../../syntax/json/json-head.ts';
import {
  isCatalogerRun,
  isDirectory,
  isDistro,
  isFile,
  isFileTarget,
  isPackage,
  isProblem,
  isRelationship,
  isSbom,
  isScope,
  isSuppressedPackage,
  isWrittenImage,
} from '../sbom/inventory-shape.ts';
import {
  isAlert,
  isDatabase,
  isDispositionedFinding,
  isFinding,
  isIgnoredFinding,
  isUnevaluated,
} from './findings-shape.ts';
import { isReach, isSurface } from './reach-shape.ts';

const SCHEMA_ID = 'plimsoll-json';
const SCHEMA_VERSION_MAX = 1;
const SUBJECT = 'The document';

type JsonRecord = Readonly<Record<string, unknown>>;

/** Our own JSON, which loses nothing: read and written again it has the same bytes. */
export const plimsollJson: DocumentReader = {
  id: 'plimsoll-json',
  title: 'Plimsoll JSON 1',
  spec: 'docs/format-json.md',
  recognises: (head) => (jsonHead(head)?.texts.get('schema.id') === SCHEMA_ID ? 1 : 0),
  read,
};

function read(
  content: Uint8Array,
  { limits, description, onDuplicateMember }: ReadDocumentOptions,
): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits, onDuplicateMember });
  const { inventory, findings } = bodyOf(document);
  const problems = new DocumentProblems(plimsollJson.id, limits);
  const context: Context = { limits, problems };
  // The document's own problems come first, and all others are found while the lists are read.
  addOwnProblems(inventory, context);
  const packages = packagesOf(inventory, context);
  const parts = {
    target: targetOf(inventory, description, problems),
    distro: distroOf(inventory, problems),
    packages,
    files: recordsOf(inventory, 'files', { noun: 'file', guard: isFile, context }),
    relationships: relationshipsOf(inventory, packages, context),
    ...suppressedIn(inventory, context),
    catalogers: recordsOf(inventory, 'catalogers', {
      noun: 'cataloger',
      guard: isCatalogerRun,
      context,
    }),
    layerBytes: layerBytesOf(inventory, problems),
    scope: scopeOf(inventory, problems),
    ...reachIn(inventory, problems),
    ...surfaceIn(inventory, problems),
  };
  const judged = isRecord(findings)
    ? { findings: findingsOf(findings, keysOf(packages), context) }
    : {};
  const toolVersion = toolVersionOf(document);
  return {
    inventory: inOrder(parts, problems),
    keys: 'stable',
    ...judged,
    ...(toolVersion === undefined ? {} : { toolVersion }),
  };
}

function toolVersionOf(document: unknown): string | undefined {
  const tool = isRecord(document) ? ownMember(document, 'tool') : undefined;
  const version = isRecord(tool) ? ownMember(tool, 'version') : undefined;
  return typeof version === 'string' ? version : undefined;
}

interface Context {
  readonly limits: Limits;
  readonly problems: DocumentProblems;
}

function bodyOf(document: unknown): { readonly inventory: JsonRecord; readonly findings: unknown } {
  const schema = isRecord(document) ? ownMember(document, 'schema') : undefined;
  const inventory = isRecord(document) ? ownMember(document, 'inventory') : undefined;
  if (!isRecord(document) || !isRecord(schema) || !isRecord(inventory)) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no schema or no inventory.`);
  }
  const version = ownMember(schema, 'version');
  if (ownMember(schema, 'id') !== SCHEMA_ID || !isCount(version) || version < 1) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} does not say which schema it has.`);
  }
  if (version > SCHEMA_VERSION_MAX) {
    throw new UserError(
      'E_DOCUMENT_INVALID',
      `${SUBJECT} has version ${version} of the schema; this program reads up to ${SCHEMA_VERSION_MAX}.`,
      { hint: 'Read it with the version of plimsoll that wrote it, or a newer one.' },
    );
  }
  return { inventory, findings: ownMember(document, 'findings') };
}

/** Members in the order of the type, as every inventory has them. */
function inOrder(
  parts: Omit<Inventory, 'problems' | 'problemsNotListed'>,
  problems: DocumentProblems,
): Inventory {
  return {
    target: parts.target,
    distro: parts.distro,
    packages: parts.packages,
    files: parts.files,
    relationships: parts.relationships,
    problems: problems.listed,
    problemsNotListed: problems.notListed,
    catalogers: parts.catalogers,
    layerBytes: parts.layerBytes,
    scope: parts.scope,
    ...(parts.suppressed === undefined ? {} : { suppressed: parts.suppressed }),
    ...(parts.reach === undefined ? {} : { reach: parts.reach }),
    ...(parts.surface === undefined ? {} : { surface: parts.surface }),
  };
}

interface ListOptions<T> {
  readonly noun: string;
  readonly guard: Guard<T>;
  readonly context: Context;
}

function recordsOf<T>(parent: JsonRecord, name: string, options: ListOptions<T>): T[] {
  const { noun, guard, context } = options;
  return readRecords(ownMember(parent, name), {
    noun,
    ...context,
    read: (record) => (guard(record) ? record : undefined),
  });
}

function addOwnProblems(inventory: JsonRecord, context: Context): void {
  const { problems } = context;
  for (const own of recordsOf(inventory, 'problems', {
    noun: 'problem',
    guard: isProblem,
    context,
  })) {
    problems.add(own);
  }
  const notListed = ownMember(inventory, 'problemsNotListed');
  problems.addNotListed(isCount(notListed) ? notListed : 0);
}

/** Of packages with one key the first counts. */
function packagesOf(inventory: JsonRecord, context: Context): InventoryPackage[] {
  const keys = new Set<string>();
  const isNewPackage: Guard<InventoryPackage> = (value): value is InventoryPackage => {
    if (!isPackage(value) || keys.has(value.key)) {
      return false;
    }
    keys.add(value.key);
    return true;
  };
  return recordsOf(inventory, 'packages', { noun: 'package', guard: isNewPackage, context });
}

/** Only those that join packages which are there. */
function relationshipsOf(
  inventory: JsonRecord,
  packages: readonly InventoryPackage[],
  context: Context,
): Relationship[] {
  const keys = keysOf(packages);
  const isBetweenPackages: Guard<Relationship> = (value): value is Relationship =>
    isRelationship(value) && keys.has(value.from) && (!('to' in value) || keys.has(value.to));
  return recordsOf(inventory, 'relationships', {
    noun: 'relationship',
    guard: isBetweenPackages,
    context,
  });
}

function suppressedIn(inventory: JsonRecord, context: Context): Pick<Inventory, 'suppressed'> {
  const guard = isSuppressedPackage;
  return ownMember(inventory, 'suppressed') === undefined
    ? {}
    : {
        suppressed: recordsOf(inventory, 'suppressed', {
          noun: 'suppressed package',
          guard,
          context,
        }),
      };
}

function keysOf(packages: readonly InventoryPackage[]): ReadonlySet<string> {
  return new Set(packages.map(({ key }) => key));
}

function targetOf(
  inventory: JsonRecord,
  description: TargetDescription,
  problems: DocumentProblems,
): TargetDescription {
  const target = ownMember(inventory, 'target');
  if (isWrittenImage(target)) {
    return publishImage({
      ...target,
      manifest: Buffer.from(target.manifest, 'base64'),
      config: Buffer.from(target.config, 'base64'),
    });
  }
  if (isDirectory(target) || isFileTarget(target) || isSbom(target)) {
    return target;
  }
  problems.note('P_RECORD', 'The target could not be understood and was left out.');
  return description;
}

function distroOf(inventory: JsonRecord, problems: DocumentProblems): Inventory['distro'] {
  const distro = ownMember(inventory, 'distro') ?? undefined;
  if (distro === undefined || isDistro(distro)) {
    return distro;
  }
  problems.note('P_RECORD', 'The operating system could not be understood and was left out.');
  return undefined;
}

function layerBytesOf(inventory: JsonRecord, problems: DocumentProblems): readonly number[] {
  const layerBytes = ownMember(inventory, 'layerBytes');
  if (listOf(isCount)(layerBytes)) {
    return layerBytes;
  }
  problems.note('P_RECORD', 'The sizes of the layers could not be understood and were left out.');
  return [];
}

function reachIn(inventory: JsonRecord, problems: DocumentProblems): Pick<Inventory, 'reach'> {
  const reach = ownMember(inventory, 'reach');
  if (reach === undefined || isReach(reach)) {
    return reach === undefined ? {} : { reach };
  }
  problems.note('P_RECORD', 'What the entry point can load could not be understood.');
  return {};
}

function surfaceIn(inventory: JsonRecord, problems: DocumentProblems): Pick<Inventory, 'surface'> {
  const surface = ownMember(inventory, 'surface');
  if (surface === undefined || isSurface(surface)) {
    return surface === undefined ? {} : { surface };
  }
  problems.note('P_RECORD', 'What of it invites attack could not be understood.');
  return {};
}

function scopeOf(inventory: JsonRecord, problems: DocumentProblems): Inventory['scope'] {
  const scope = ownMember(inventory, 'scope');
  if (isScope(scope)) {
    return scope;
  }
  problems.note('P_RECORD', 'The scope could not be understood; it is taken to be squashed.');
  return 'squashed';
}

/** Findings of packages that are not there say nothing. */
function findingsOf(findings: JsonRecord, keys: ReadonlySet<string>, context: Context): Findings {
  const database = ownMember(findings, 'database') ?? undefined;
  const isKnown = database === undefined || isDatabase(database);
  if (!isKnown) {
    context.problems.note('P_RECORD', 'The advisory database could not be understood.');
  }
  return {
    database: isKnown ? database : undefined,
    findings: recordsOf(findings, 'findings', {
      noun: 'finding',
      guard: (value): value is Finding => isFinding(value) && keys.has(value.packageKey),
      context,
    }),
    ignored: recordsOf(findings, 'ignored', {
      noun: 'ignored finding',
      guard: (value): value is IgnoredFinding =>
        isIgnoredFinding(value) && keys.has(value.finding.packageKey),
      context,
    }),
    ...dispositionedOf(findings, keys, context),
    unevaluated: recordsOf(findings, 'unevaluated', {
      noun: 'unevaluated package',
      guard: (value): value is Unevaluated => isUnevaluated(value) && keys.has(value.packageKey),
      context,
    }),
    alerts: recordsOf(findings, 'alerts', { noun: 'alert', guard: isAlert, context }),
  };
}

/** Where nothing was decided, the document has no such list, and neither has what is read. */
function dispositionedOf(
  findings: JsonRecord,
  keys: ReadonlySet<string>,
  context: Context,
): Pick<Findings, 'dispositioned'> {
  if (ownMember(findings, 'dispositioned') === undefined) {
    return {};
  }
  const dispositioned = recordsOf(findings, 'dispositioned', {
    noun: 'dispositioned finding',
    guard: (value): value is DispositionedFinding =>
      isDispositionedFinding(value) && keys.has(value.finding.packageKey),
    context,
  });
  return { dispositioned };
}
