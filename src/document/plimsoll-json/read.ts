import { defined } from '../../foundation/core/defined.ts';
import type {
  DocumentContent,
  DocumentFacts,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import type {
  DispositionedFinding,
  Finding,
  Findings,
  IgnoredFinding,
  Unevaluated,
} from '../../foundation/core/finding.ts';
import type { Inventory, InventoryPackage, Relationship } from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { publishImage } from '../../foundation/core/published-image.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { DocumentProblems, readRecords } from '../../foundation/syntax/json/document-records.ts';
import {
  type Guard,
  guardList,
  isCount,
  isRecord,
  ownMember,
} from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import { getGivenText } from '../../foundation/syntax/json/member.ts';
import { getContextName } from '../sbom/generation-context.ts';
import {
  isCatalogerRun,
  isDirectory,
  isDistro,
  isFile,
  isFileSummary,
  isFileTarget,
  isInventoryBase,
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
const SCHEMA_VERSION = 1;
const SUBJECT = 'the document';

type JsonRecord = Readonly<Record<string, unknown>>;

/** Our own JSON, which is lossless: reading and writing it produces the same bytes. */
export const plimsollJson: DocumentReader = {
  id: 'plimsoll-json',
  title: 'Plimsoll JSON 1',
  spec: 'docs/format-json.md',
  recognize: (head) => (readJsonHead(head)?.texts.get('schema.id') === SCHEMA_ID ? 1 : 0),
  read,
};

function read(
  content: Uint8Array,
  { limits, description, onDuplicateMember }: ReadDocumentOptions,
): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits, onDuplicateMember });
  const { inventory, findings } = getBody(document);
  const problems = new DocumentProblems(plimsollJson.id, limits);
  const context: Context = { limits, problems };
  // The document's own problems come first; others are found while lists are read.
  addOwnProblems(inventory, context);
  const packages = readPackages(inventory, context);
  const parts = {
    target: readTarget(inventory, description, problems),
    distro: readDistro(inventory, problems),
    packages,
    files: readCheckedRecords(inventory, 'files', { noun: 'file', guard: isFile, context }),
    ...readFileSummary(inventory, problems),
    ...readExcluded(inventory, problems),
    relationships: readRelationships(inventory, packages, context),
    ...readSuppressed(inventory, context),
    catalogers: readCheckedRecords(inventory, 'catalogers', {
      noun: 'cataloger',
      guard: isCatalogerRun,
      context,
    }),
    layerBytes: readLayerBytes(inventory, problems),
    scope: readScope(inventory, problems),
    ...readReach(inventory, problems),
    ...readSurface(inventory, problems),
    ...readBase(inventory, problems),
  };
  const judged = isRecord(findings)
    ? { findings: readFindings(findings, collectKeys(packages), context) }
    : {};
  const tool = readTool(document);
  return {
    inventory: orderMembers(parts, problems),
    keys: 'stable',
    ...judged,
    about: readDocumentFacts(document, parts.target),
    ...defined({ toolVersion: getGivenText(tool, 'version') }),
  };
}

function readTool(document: unknown): JsonRecord {
  const tool = isRecord(document) ? ownMember(document, 'tool') : undefined;
  return isRecord(tool) ? tool : {};
}

/** The kind of the target implies the context, and the format itself that missing is unknown. */
function readDocumentFacts(document: unknown, target: TargetDescription): DocumentFacts {
  return {
    authors: [],
    tools: [getGivenText(readTool(document), 'name') ?? []].flat(),
    declaresUnknowns: true,
    ...defined({
      createdAt: isRecord(document) ? getGivenText(document, 'timestamp') : undefined,
      context: getContextName(target),
    }),
  };
}

interface Context {
  readonly limits: Limits;
  readonly problems: DocumentProblems;
}

function getBody(document: unknown): {
  readonly inventory: JsonRecord;
  readonly findings: unknown;
} {
  const schema = isRecord(document) ? ownMember(document, 'schema') : undefined;
  const inventory = isRecord(document) ? ownMember(document, 'inventory') : undefined;
  if (!isRecord(document) || !isRecord(schema) || !isRecord(inventory)) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no schema or no inventory`);
  }
  const version = ownMember(schema, 'version');
  if (ownMember(schema, 'id') !== SCHEMA_ID || !isCount(version)) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} does not declare its schema version`);
  }
  if (version !== SCHEMA_VERSION) {
    const message = `${SUBJECT} has schema version ${version}: this version of plimsoll reads ${SCHEMA_VERSION}`;
    throw new UserError('E_VERSION', message, {
      hint: 'scan the target again, or use the version of plimsoll that wrote the result',
    });
  }
  return { inventory, findings: ownMember(document, 'findings') };
}

/** Members in the order of the type, as in every inventory. */
function orderMembers(
  parts: Omit<Inventory, 'problems' | 'problemsNotListed'>,
  problems: DocumentProblems,
): Inventory {
  return {
    target: parts.target,
    distro: parts.distro,
    packages: parts.packages,
    files: parts.files,
    ...defined({ fileSummary: parts.fileSummary }),
    relationships: parts.relationships,
    problems: problems.listed,
    problemsNotListed: problems.notListed,
    ...defined({ excluded: parts.excluded }),
    catalogers: parts.catalogers,
    layerBytes: parts.layerBytes,
    scope: parts.scope,
    ...defined({ suppressed: parts.suppressed, reach: parts.reach, surface: parts.surface }),
    ...defined({ base: parts.base }),
  };
}

interface ListOptions<T> {
  readonly noun: string;
  readonly guard: Guard<T>;
  readonly context: Context;
}

function readCheckedRecords<T>(parent: JsonRecord, name: string, options: ListOptions<T>): T[] {
  const { noun, guard, context } = options;
  return readRecords(ownMember(parent, name), {
    noun,
    ...context,
    read: (record) => (guard(record) ? record : undefined),
  });
}

function addOwnProblems(inventory: JsonRecord, context: Context): void {
  const { problems } = context;
  for (const own of readCheckedRecords(inventory, 'problems', {
    noun: 'problem',
    guard: isProblem,
    context,
  })) {
    problems.addProblem(own);
  }
  const notListed = ownMember(inventory, 'problemsNotListed');
  problems.addNotListed(isCount(notListed) ? notListed : 0);
}

/** If several packages have the same key, the first one counts. */
function readPackages(inventory: JsonRecord, context: Context): InventoryPackage[] {
  const keys = new Set<string>();
  const isNewPackage: Guard<InventoryPackage> = (value): value is InventoryPackage => {
    if (!isPackage(value) || keys.has(value.key)) {
      return false;
    }
    keys.add(value.key);
    return true;
  };
  return readCheckedRecords(inventory, 'packages', {
    noun: 'package',
    guard: isNewPackage,
    context,
  });
}

/** Reads the relationships of an inventory, except those with a package that is missing. */
function readRelationships(
  inventory: JsonRecord,
  packages: readonly InventoryPackage[],
  context: Context,
): Relationship[] {
  const keys = collectKeys(packages);
  const isBetweenPackages: Guard<Relationship> = (value): value is Relationship =>
    isRelationship(value) && keys.has(value.from) && (!('to' in value) || keys.has(value.to));
  return readCheckedRecords(inventory, 'relationships', {
    noun: 'relationship',
    guard: isBetweenPackages,
    context,
  });
}

function readSuppressed(inventory: JsonRecord, context: Context): Pick<Inventory, 'suppressed'> {
  const guard = isSuppressedPackage;
  return ownMember(inventory, 'suppressed') === undefined
    ? {}
    : {
        suppressed: readCheckedRecords(inventory, 'suppressed', {
          noun: 'suppressed package',
          guard,
          context,
        }),
      };
}

function collectKeys(packages: readonly InventoryPackage[]): ReadonlySet<string> {
  return new Set(packages.map(({ key }) => key));
}

function readTarget(
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
  problems.note('P_RECORD', 'the target was left out: it is malformed');
  return description;
}

function readDistro(inventory: JsonRecord, problems: DocumentProblems): Inventory['distro'] {
  const distro = ownMember(inventory, 'distro') ?? undefined;
  if (distro === undefined || isDistro(distro)) {
    return distro;
  }
  problems.note('P_RECORD', 'the operating system was left out: it is malformed');
  return undefined;
}

function readLayerBytes(inventory: JsonRecord, problems: DocumentProblems): readonly number[] {
  const layerBytes = ownMember(inventory, 'layerBytes');
  if (guardList(isCount)(layerBytes)) {
    return layerBytes;
  }
  problems.note('P_RECORD', 'the layer sizes were left out: they are malformed');
  return [];
}

function readReach(inventory: JsonRecord, problems: DocumentProblems): Pick<Inventory, 'reach'> {
  const reach = ownMember(inventory, 'reach');
  if (reach === undefined || isReach(reach)) {
    return reach === undefined ? {} : { reach };
  }
  problems.note('P_RECORD', 'the reachability analysis is malformed');
  return {};
}

function readFileSummary(
  inventory: JsonRecord,
  problems: DocumentProblems,
): Pick<Inventory, 'fileSummary'> {
  const fileSummary = ownMember(inventory, 'fileSummary');
  if (fileSummary === undefined || isFileSummary(fileSummary)) {
    return fileSummary === undefined ? {} : { fileSummary };
  }
  problems.note('P_RECORD', 'the summary of the files is malformed');
  return {};
}

const isTexts = guardList((one): one is string => typeof one === 'string');

function readExcluded(
  inventory: JsonRecord,
  problems: DocumentProblems,
): Pick<Inventory, 'excluded'> {
  const excluded = ownMember(inventory, 'excluded');
  if (excluded === undefined || isTexts(excluded)) {
    return excluded === undefined ? {} : { excluded };
  }
  problems.note('P_RECORD', 'the list of excluded paths is malformed');
  return {};
}

function readSurface(
  inventory: JsonRecord,
  problems: DocumentProblems,
): Pick<Inventory, 'surface'> {
  const surface = ownMember(inventory, 'surface');
  if (surface === undefined || isSurface(surface)) {
    return surface === undefined ? {} : { surface };
  }
  problems.note('P_RECORD', 'the attack surface is malformed');
  return {};
}

function readBase(inventory: JsonRecord, problems: DocumentProblems): Pick<Inventory, 'base'> {
  const base = ownMember(inventory, 'base');
  if (base === undefined || isInventoryBase(base)) {
    return base === undefined ? {} : { base };
  }
  problems.note('P_RECORD', 'the base image is malformed');
  return {};
}

function readScope(inventory: JsonRecord, problems: DocumentProblems): Inventory['scope'] {
  const scope = ownMember(inventory, 'scope');
  if (isScope(scope)) {
    return scope;
  }
  problems.note('P_RECORD', 'the scope is malformed; squashed is assumed');
  return 'squashed';
}

/** Findings of missing packages are ignored. */
function readFindings(findings: JsonRecord, keys: ReadonlySet<string>, context: Context): Findings {
  const database = ownMember(findings, 'database') ?? undefined;
  const isKnown = database === undefined || isDatabase(database);
  if (!isKnown) {
    context.problems.note('P_RECORD', 'the advisory database is malformed');
  }
  return {
    database: isKnown ? database : undefined,
    findings: readCheckedRecords(findings, 'findings', {
      noun: 'finding',
      guard: (value): value is Finding => isFinding(value) && keys.has(value.packageKey),
      context,
    }),
    ignored: readCheckedRecords(findings, 'ignored', {
      noun: 'ignored finding',
      guard: (value): value is IgnoredFinding =>
        isIgnoredFinding(value) && keys.has(value.finding.packageKey),
      context,
    }),
    ...readDispositioned(findings, keys, context),
    unevaluated: readCheckedRecords(findings, 'unevaluated', {
      noun: 'unevaluated package',
      guard: (value): value is Unevaluated => isUnevaluated(value) && keys.has(value.packageKey),
      context,
    }),
    alerts: readCheckedRecords(findings, 'alerts', { noun: 'alert', guard: isAlert, context }),
  };
}

/** Without decisions, the document and the result have no such list. */
function readDispositioned(
  findings: JsonRecord,
  keys: ReadonlySet<string>,
  context: Context,
): Pick<Findings, 'dispositioned'> {
  if (ownMember(findings, 'dispositioned') === undefined) {
    return {};
  }
  const dispositioned = readCheckedRecords(findings, 'dispositioned', {
    noun: 'dispositioned finding',
    guard: (value): value is DispositionedFinding =>
      isDispositionedFinding(value) && keys.has(value.finding.packageKey),
    context,
  });
  return { dispositioned };
}
