import type {
  DocumentContent,
  DocumentReader,
  ReadDocumentOptions,
} from '../../foundation/core/document.ts';
import { UserError } from '../../foundation/core/error.ts';
import {
  type CatalogerRun,
  type InventoryFile,
  type InventoryPackage,
  type Relationship,
  SCOPES,
  type Scope,
} from '../../foundation/core/inventory.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { DocumentProblems, readRecords } from '../../foundation/syntax/json/document-records.ts';
import { isRecord, ownMember } from '../../foundation/syntax/json/guard.ts';
import { readJsonHead } from '../../foundation/syntax/json/json-head.ts';
import {
  getCount,
  getRecord,
  getRecords,
  getText,
  getTexts,
  type JsonRecord,
} from '../../foundation/syntax/json/member.ts';
import { createEvidenceEdges } from '../sbom/document-edge.ts';
import { isProblem } from '../sbom/inventory-shape.ts';
import { readRelationship } from './edge-record.ts';
import { type FilePlace, placeOfFile, readFile, readFileProblems } from './file-record.ts';
import { readArtifact } from './package-record.ts';
import { readDistro, readSource } from './source-record.ts';

const SUBJECT = 'the Syft document';

/** Syft's own document with any schema since its first, also as we write it. */
export const syftJson: DocumentReader = {
  id: 'syft-json',
  title: 'Syft JSON',
  spec: 'https://github.com/anchore/syft/tree/main/schema/json',
  recognize,
  read,
};

/**
 * Recognizes a document by its schema or by `artifacts`, which no other format has, because its
 * first bytes are rarely conclusive.
 */
function recognize(head: Uint8Array): number {
  const { names = [], texts } = readJsonHead(head) ?? {};
  if (texts?.get('schema.url')?.includes('/syft/') === true) {
    return 1;
  }
  return names.includes('artifacts') || names.includes('artifactRelationships') ? 0.9 : 0;
}

function read(
  content: Uint8Array,
  { limits, description, onDuplicateMember }: ReadDocumentOptions,
): DocumentContent {
  const document = parseBoundedJson(content, { subject: SUBJECT, limits, onDuplicateMember });
  if (!isRecord(document) || !Array.isArray(ownMember(document, 'artifacts'))) {
    throw new UserError('E_DOCUMENT_INVALID', `${SUBJECT} has no list of artifacts`);
  }
  const problems = new DocumentProblems(syftJson.id, limits);
  const context = { document, limits, problems };
  const packages = readPackages(context);
  const { files, filesById } = readFiles(context);
  const relationships = readRelationships(context, packages, filesById);
  addProblemsOfNoFile(context);
  const source = readSource(getRecord(document, 'source') ?? {});
  return {
    inventory: {
      target: source?.target ?? description,
      distro: readDistro(getRecord(document, 'distro') ?? {}),
      packages,
      files,
      relationships,
      problems: problems.listed,
      problemsNotListed: problems.notListed,
      catalogers: readCatalogers(document),
      layerBytes: source?.layerBytes ?? [],
      scope: readScope(document),
    },
    keys: 'document',
  };
}

interface Context {
  readonly document: JsonRecord;
  readonly limits: Limits;
  readonly problems: DocumentProblems;
}

/** Of artifacts with one ID the first counts. */
function readPackages({ document, limits, problems }: Context): InventoryPackage[] {
  const ids = new Set<string>();
  return readRecords(ownMember(document, 'artifacts'), {
    noun: 'artifact',
    limit: 'documentPackagesMax',
    limits,
    problems,
    read: (record) => {
      const item = isRecord(record) ? readArtifact(record) : undefined;
      if (item === undefined || ids.has(item.key)) {
        return undefined;
      }
      ids.add(item.key);
      return item;
    },
  });
}

interface Files {
  readonly files: readonly InventoryFile[];
  readonly filesById: ReadonlyMap<string, FilePlace>;
}

function readFiles({ document, limits, problems }: Context): Files {
  const filesById = new Map<string, FilePlace>();
  const files = readRecords(ownMember(document, 'files'), {
    noun: 'file',
    limits,
    problems,
    read: (record) => {
      const place = isRecord(record) ? placeOfFile(record) : undefined;
      if (!isRecord(record) || place === undefined) {
        return undefined;
      }
      filesById.set(getText(record, 'id'), place);
      for (const problem of readFileProblems(record, place)) {
        problems.addProblem(problem);
      }
      return [readFile(record, place)].filter((file) => file !== undefined);
    },
  });
  return { files: files.flat(), filesById };
}

function readRelationships(
  { document, limits, problems }: Context,
  packages: readonly InventoryPackage[],
  filesById: ReadonlyMap<string, FilePlace>,
): Relationship[] {
  const packageIds = new Set(packages.map(({ key }) => key));
  const edges = readRecords(ownMember(document, 'artifactRelationships'), {
    noun: 'relationship',
    limits,
    problems,
    read: (record) =>
      isRecord(record) ? readRelationship(record, { packageIds, filesById }) : undefined,
  });
  return [...edges.flat(), ...createEvidenceEdges(packages)];
}

/** Our document has a member for data without one in Syft's schema. */
function addProblemsOfNoFile({ document, problems }: Context): void {
  const own = getRecord(readConfiguration(document), 'problems') ?? {};
  for (const problem of getRecords(own, 'listed')) {
    if (isProblem(problem)) {
      problems.addProblem(problem);
    } else {
      problems.note('P_RECORD', getText(problem, 'message'));
    }
  }
  problems.addNotListed(getCount(own, 'notListed'));
}

function readCatalogers(document: JsonRecord): CatalogerRun[] {
  const used = getTexts(getRecord(readConfiguration(document), 'catalogers') ?? {}, 'used');
  return [...new Set(used)].map((name) => ({ id: name, alias: name, version: 0 }));
}

function readScope(document: JsonRecord): Scope {
  const scope = getText(getRecord(readConfiguration(document), 'search') ?? {}, 'scope');
  return SCOPES.find((each) => each === scope) ?? 'squashed';
}

function readConfiguration(document: JsonRecord): JsonRecord {
  return getRecord(getRecord(document, 'descriptor') ?? {}, 'configuration') ?? {};
}
